-- An invitation that still has a place.
-- ?1 hash of its token, ?2 time. Id, at most one row, by the unique hash.
SELECT id FROM invitations WHERE token_hash = ?1 AND expires_at > ?2 AND used < places
