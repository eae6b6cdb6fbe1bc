-- What log-in checks.
-- ?1 folded username. User columns, hash, is weak, read receipts; at most one row, by the unique key.
SELECT id, username, display_name, hue, pronoun, disabled_at, status, picture,
    password_hash, password_is_weak, read_receipts
FROM users WHERE username_key = ?1
