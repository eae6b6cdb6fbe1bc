-- How many messages of others lie above a cursor, without deleted and withheld ones and system lines.
-- ?1 conversation, ?2 cursor, ?3 last seq, ?4 user. By messages_by_seq: walks what is unread.
SELECT count(*) FROM messages
WHERE conversation = ?1 AND seq > ?2 AND seq <= ?3 AND sender <> ?4 AND kind = 0 AND deleted_at IS NULL
    AND withheld = 0
