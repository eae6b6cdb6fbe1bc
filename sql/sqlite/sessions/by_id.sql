-- One session, live or not.
-- ?1 id. Session columns, at most one row, by primary key.
SELECT s.id, s.user, s.kind, s.keep, s.label, s.created_at, s.last_used_at, s.expires_at FROM sessions AS s WHERE s.id = ?1
