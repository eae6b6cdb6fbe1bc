-- One person.
-- ?1 id. User columns, at most one row, by primary key.
SELECT id, username, display_name, hue, pronoun, disabled_at, status, picture FROM users WHERE id = ?1
