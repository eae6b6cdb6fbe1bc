-- ?1 id, ?2 admin or not. By primary key.
UPDATE users SET is_admin = ?2 WHERE id = ?1
