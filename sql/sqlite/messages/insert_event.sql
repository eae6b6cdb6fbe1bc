-- A system line at the head.
-- ?1 conversation, ?2 seq, ?3 rev, ?4 sender, ?5 time, ?6 event as JSON, ?7 checksum.
INSERT INTO messages (conversation, seq, first_rev, rev, sender, kind, body, at, version, event, withheld, checksum)
VALUES (?1, ?2, ?3, ?3, ?4, 1, '', ?5, 1, ?6, 0, ?7)
