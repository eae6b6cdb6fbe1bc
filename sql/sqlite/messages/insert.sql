-- A text at the head, unless its client id was used before: then no row changes.
-- ?1 conversation, ?2 seq, ?3 rev, ?4 sender, ?5 client id, ?6 digest, ?7 body, ?8 time, ?9 written_at, ?10 reply_to,
-- ?11 whether withheld, ?12 checksum, ?13 mentions.
-- By messages_by_client_id and the primary key of requests.
INSERT INTO messages (conversation, seq, first_rev, rev, sender, kind, client_id, digest, body, at, written_at, reply_to,
    version, withheld, checksum, mentions)
SELECT ?1, ?2, ?3, ?3, ?4, 0, ?5, ?6, ?7, ?8, ?9, ?10, 1, ?11, ?12, ?13
WHERE NOT EXISTS (SELECT 1 FROM requests WHERE client_id = ?5 AND user = ?4)
ON CONFLICT (client_id, sender) WHERE client_id IS NOT NULL DO NOTHING
