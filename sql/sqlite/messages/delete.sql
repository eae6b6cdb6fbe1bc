-- Takes the text away; the place stays.
-- ?1 id, ?2 rev, ?3 version, ?4 time, ?5 whether withheld, ?6 checksum. By primary key.
UPDATE messages
SET body = '', rev = ?2, version = ?3, deleted_at = ?4, withheld = ?5, checksum = ?6, mentions = NULL WHERE id = ?1
