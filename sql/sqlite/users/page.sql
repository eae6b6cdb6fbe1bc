-- The directory.
-- ?1 folded username after which it starts, ?2 limit. User columns and the key, by the unique key.
SELECT id, username, display_name, hue, pronoun, disabled_at, status, picture, username_key
FROM users WHERE username_key > ?1 ORDER BY username_key LIMIT ?2
