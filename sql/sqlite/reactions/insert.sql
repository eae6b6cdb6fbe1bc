-- One person's emoji on a message.
-- ?1 conversation, ?2 seq, ?3 user, ?4 emoji, ?5 rev, ?6 time, ?7 whether withheld, ?8 checksum.
INSERT INTO reactions (conversation, seq, user, emoji, rev, at, withheld, checksum)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
