-- Of the chat: of one message what tells whether it is looked for. ?1 id. Id, conversation, seq, sender, kind, withheld,
-- deleted_at, at, rev, body; at most one row, by primary key.
SELECT id, conversation, seq, sender, kind, withheld, deleted_at, at, rev, body FROM messages WHERE id = ?1
