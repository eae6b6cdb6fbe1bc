-- Of the chat: earlier forms of a message, oldest first. ?1 message id. Revision, body. By primary key.
SELECT rev, body FROM message_versions WHERE message = ?1 ORDER BY version
