-- ?1 id, ?2 body, ?3 rev, ?4 version, ?5 time, ?6 whether withheld, ?7 checksum, ?8 mentions. By primary key.
UPDATE messages SET body = ?2, rev = ?3, version = ?4, edited_at = ?5, withheld = ?6, checksum = ?7, mentions = ?8
WHERE id = ?1
