-- What a change of password checks.
-- ?1 id. User columns, hash, is weak, read receipts; at most one row, by primary key.
SELECT id, username, display_name, hue, pronoun, disabled_at, status, picture,
    password_hash, password_is_weak, read_receipts
FROM users WHERE id = ?1
