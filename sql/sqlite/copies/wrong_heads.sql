-- A conversation whose newest message is not the one that its row names.
-- No parameters. No row, or one such conversation; walks all of them, each with one look into messages_by_seq.
SELECT id FROM conversations
WHERE head_seq <> coalesce((SELECT max(seq) FROM messages WHERE conversation = conversations.id), 0) LIMIT 1
