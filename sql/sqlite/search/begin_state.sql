-- Of the index: nothing yet. ?1 source, ?2 newest change, which the messages to come have in them.
INSERT INTO search_state (one, source, messages_up_to, changes_up_to) VALUES (1, ?1, 0, ?2)
