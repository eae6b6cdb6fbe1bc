-- Whether somebody is an admin and may log in.
-- ?1 id. One truth, at most one row, by primary key.
SELECT is_admin = 1 AND disabled_at IS NULL FROM users WHERE id = ?1
