-- ?1 user, ?2 id. User and id if it was theirs, by primary key.
DELETE FROM sessions WHERE id = ?2 AND user = ?1 RETURNING user, id
