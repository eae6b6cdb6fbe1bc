-- ?1 id, ?2 name. By primary key.
UPDATE conversations SET name = ?2 WHERE id = ?1
