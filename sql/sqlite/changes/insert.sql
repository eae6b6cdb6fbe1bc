-- ?1 conversation, ?2 rev, ?3 seq.
INSERT INTO changes (conversation, rev, seq) VALUES (?1, ?2, ?3)
