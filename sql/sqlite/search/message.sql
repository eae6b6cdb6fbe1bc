-- Of the chat: one message. ?1 id. Message columns; at most one row, by primary key.
SELECT conversation, seq, rev, sender, kind, client_id, body, at, written_at, reply_to, version, edited_at,
    deleted_at, event, withheld, checksum, mentions FROM messages WHERE id = ?1
