-- Every message, to check its row and that no seq is missing.
-- No parameters. Message columns, by messages_by_seq; walks all of them.
SELECT conversation, seq, rev, sender, kind, client_id, body, at, written_at, reply_to, version, edited_at,
    deleted_at, event, withheld, checksum, mentions FROM messages INDEXED BY messages_by_seq ORDER BY conversation, seq
