-- A page from its newest message down.
-- ?1 conversation, ?2 lowest seq, ?3 highest, ?4 limit. Message columns, by messages_by_seq.
SELECT conversation, seq, rev, sender, kind, client_id, body, at, written_at, reply_to, version, edited_at,
    deleted_at, event, withheld, checksum, mentions FROM messages WHERE conversation = ?1 AND seq BETWEEN ?2 AND ?3
ORDER BY seq DESC LIMIT ?4
