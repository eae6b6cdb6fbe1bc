-- Of the chat: messages that are not indexed yet, newest first. ?1 lowest id, ?2 highest. Message columns, first_rev,
-- id; by primary key.
SELECT conversation, seq, rev, sender, kind, client_id, body, at, written_at, reply_to, version, edited_at,
    deleted_at, event, withheld, checksum, mentions, first_rev, id FROM messages WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC
