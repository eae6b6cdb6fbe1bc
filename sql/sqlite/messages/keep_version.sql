-- Keeps the form that an edit replaces.
-- ?1 message id, ?2 version, ?3 body, ?4 when it was written, ?5 rev, ?6 checksum, ?7 mentions.
INSERT INTO message_versions (message, version, body, at, rev, checksum, mentions)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
