-- Whom a person has blocked.
-- ?1 user. Ids in order, by primary key.
SELECT other FROM blocks WHERE user = ?1 ORDER BY other
