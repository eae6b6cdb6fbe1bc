-- ?1 id, ?2 time or NULL to enable, ?3 people_rev. By primary key.
UPDATE users SET disabled_at = ?2, people_rev = ?3 WHERE id = ?1
