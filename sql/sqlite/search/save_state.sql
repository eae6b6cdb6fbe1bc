-- Of the index. ?1 newest message in it, ?2 newest change in it.
UPDATE search_state SET messages_up_to = ?1, changes_up_to = ?2 WHERE one = 1
