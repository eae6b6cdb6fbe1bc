-- Of the chat: messages to index. ?1 id after which, ?2 limit. By primary key.
SELECT m.id, m.conversation, m.sender, m.kind, m.body, m.at, m.deleted_at, m.version, c.low_user, c.high_user
FROM messages AS m JOIN conversations AS c ON c.id = m.conversation WHERE m.id > ?1 ORDER BY m.id LIMIT ?2
