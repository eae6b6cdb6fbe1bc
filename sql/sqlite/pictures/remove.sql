-- ?1 user. A row goes if there was one; by primary key.
DELETE FROM pictures WHERE user = ?1
