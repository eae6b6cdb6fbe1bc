-- ?1 user, ?2 other. A row goes if there was one; by primary key.
DELETE FROM blocks WHERE user = ?1 AND other = ?2
