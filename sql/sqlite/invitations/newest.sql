-- Those that have not expired, the newest first.
-- ?1 time, ?2 an id above all of theirs. Id, by whom, created at, expires at, places, used; by primary key.
SELECT id, made_by, created_at, expires_at, places, used FROM invitations WHERE id < ?2 AND expires_at > ?1 ORDER BY id DESC
