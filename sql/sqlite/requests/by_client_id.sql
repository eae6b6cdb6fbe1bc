-- An edit, deletion or reaction asked before.
-- ?1 client id, ?2 user. Digest, conversation, seq, version, rev; at most one row, by primary key.
SELECT digest, conversation, seq, version, rev FROM requests WHERE client_id = ?1 AND user = ?2
