-- A message stored before.
-- ?1 client id, ?2 sender. Message columns, first_rev, digest; at most one row, by messages_by_client_id.
SELECT conversation, seq, rev, sender, kind, client_id, body, at, written_at, reply_to, version, edited_at,
    deleted_at, event, withheld, checksum, mentions, first_rev, digest FROM messages WHERE client_id = ?1 AND sender = ?2
