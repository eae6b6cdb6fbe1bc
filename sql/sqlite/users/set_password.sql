-- ?1 id, ?2 hash, ?3 is weak. By primary key.
UPDATE users SET password_hash = ?2, password_is_weak = ?3 WHERE id = ?1
