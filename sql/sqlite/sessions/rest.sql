-- At a start: sessions that were in use get a deadline.
-- ?1 deadline. By sessions_by_expiry.
UPDATE sessions SET expires_at = ?1 WHERE expires_at IS NULL
