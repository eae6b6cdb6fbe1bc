-- The same for those whose name contains a text, which has no index: it walks the directory in the order of the answer.
-- ?1 folded username after which it starts, ?2 limit, ?3 text in lower case. Columns as in admin_page.
SELECT id, username, display_name, hue, pronoun, disabled_at, status, picture, username_key,
    created_at, is_admin
FROM users WHERE username_key > ?1 AND instr(search_text, ?3) > 0 ORDER BY username_key LIMIT ?2
