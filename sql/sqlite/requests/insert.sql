-- ?1 client id, ?2 user, ?3 digest, ?4 conversation, ?5 seq, ?6 version, ?7 rev.
INSERT INTO requests (client_id, user, digest, conversation, seq, version, rev) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
