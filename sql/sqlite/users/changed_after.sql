-- Who changed since.
-- ?1 people_rev, ?2 limit. User columns, by people_rev.
SELECT id, username, display_name, hue, pronoun, disabled_at, status, picture
FROM users WHERE people_rev > ?1 ORDER BY people_rev LIMIT ?2
