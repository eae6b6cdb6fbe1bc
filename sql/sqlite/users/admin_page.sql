-- The directory as an admin sees it.
-- ?1 folded username after which it starts, ?2 limit. User columns, the key, created at, is admin; by the unique
-- key.
SELECT id, username, display_name, hue, pronoun, disabled_at, status, picture, username_key,
    created_at, is_admin
FROM users WHERE username_key > ?1 ORDER BY username_key LIMIT ?2
