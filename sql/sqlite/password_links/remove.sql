-- Used, or no longer needed.
-- ?1 whose. By primary key.
DELETE FROM password_links WHERE user = ?1
