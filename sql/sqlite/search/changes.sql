-- Of the chat: edits and deletions, oldest first. ?1 change after which, ?2 limit. Change, message. By primary key.
SELECT n, message FROM message_changes WHERE n > ?1 ORDER BY n LIMIT ?2
