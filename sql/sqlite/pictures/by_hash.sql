-- The picture that somebody has now, if it is this one.
-- ?1 user, ?2 hash. Media type and bytes; at most one row, by primary keys.
SELECT p.media_type, p.bytes FROM users AS u JOIN pictures AS p ON p.user = u.id WHERE u.id = ?1 AND u.picture = ?2
