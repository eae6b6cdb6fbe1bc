-- Who has a name.
-- ?1 folded username. Id, at most one row, by the unique key.
SELECT id FROM users WHERE username_key = ?1
