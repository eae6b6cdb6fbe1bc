-- A sign-in.
-- ?1 user, ?2 token hash, ?3 kind, ?4 keep, ?5 label, ?6 time, ?7 expires at.
INSERT INTO sessions (user, token_hash, kind, keep, label, created_at, last_used_at, expires_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)
