-- The same for links by which somebody sets a new password.
-- No parameters. All rows, once after a restore.
DELETE FROM password_links
