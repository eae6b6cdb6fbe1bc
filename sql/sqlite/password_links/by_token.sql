-- Whose link this is, if it still holds.
-- ?1 hash of its token, ?2 time. User columns, at most one row, by the unique hash.
SELECT users.id, username, display_name, hue, pronoun, disabled_at, status, picture
FROM password_links JOIN users ON users.id = user
WHERE token_hash = ?1 AND expires_at > ?2 AND disabled_at IS NULL
