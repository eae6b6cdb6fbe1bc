-- Its use or its deadline.
-- ?1 id, ?2 last used at, ?3 expires at. By primary key.
UPDATE sessions SET last_used_at = ?2, expires_at = ?3 WHERE id = ?1
