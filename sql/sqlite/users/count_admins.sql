-- How many admins may log in.
-- No parameters. One count, by users_admins.
SELECT count(*) FROM users WHERE is_admin = 1 AND disabled_at IS NULL
