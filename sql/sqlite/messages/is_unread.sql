-- Whether there is any such message.
-- ?1 conversation, ?2 cursor, ?3 last seq, ?4 user. A row if so, by messages_by_seq: stops at the first.
SELECT 1 FROM messages
WHERE conversation = ?1 AND seq > ?2 AND seq <= ?3 AND sender <> ?4 AND kind = 0 AND deleted_at IS NULL
    AND withheld = 0 LIMIT 1
