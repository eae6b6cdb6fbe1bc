-- Of the chat: the same for messages that no index proposes, newest first. ?1 lowest id, ?2 highest. By primary key.
SELECT id, conversation, seq, sender, kind, withheld, deleted_at, at, rev, body FROM messages
WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC
