-- Ends what is over.
-- ?1 time. User and id of each ended, by sessions_by_expiry.
DELETE FROM sessions WHERE expires_at <= ?1 RETURNING user, id
