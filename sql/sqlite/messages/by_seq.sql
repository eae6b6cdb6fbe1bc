-- One message.
-- ?1 conversation, ?2 seq. Message columns, first_rev, id; at most one row, by messages_by_seq.
SELECT conversation, seq, rev, sender, kind, client_id, body, at, written_at, reply_to, version, edited_at,
    deleted_at, event, withheld, checksum, mentions, first_rev, id FROM messages WHERE conversation = ?1 AND seq = ?2
