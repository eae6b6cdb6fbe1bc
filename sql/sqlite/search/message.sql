-- Of the chat: one message. ?1 id. Message columns, first_rev, id; at most one row, by primary key.
SELECT conversation, seq, rev, sender, kind, client_id, body, at, written_at, reply_to, version, edited_at,
    deleted_at, event, withheld, checksum, mentions, first_rev, id FROM messages WHERE id = ?1
