-- The newest message that a list may show: none that is withheld from its viewer.
-- ?1 conversation, ?2 highest seq, ?3 viewer. Message columns, at most one row; by messages_by_seq, down from there:
-- passes only what an edit or a deletion has withheld since.
SELECT conversation, seq, rev, sender, kind, client_id, body, at, written_at, reply_to, version, edited_at,
    deleted_at, event, withheld, checksum, mentions FROM messages
WHERE conversation = ?1 AND seq <= ?2 AND (withheld = 0 OR sender = ?3) ORDER BY seq DESC LIMIT 1
