-- The same password hashed anew, unless it has changed meanwhile.
-- ?1 id, ?2 old hash, ?3 new hash. By primary key.
UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2
