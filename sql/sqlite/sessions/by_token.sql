-- The live session of a token.
-- ?1 token hash, ?2 time. Session columns, at most one row, by the unique hash.
SELECT s.id, s.user, s.kind, s.keep, s.label, s.created_at, s.last_used_at, s.expires_at FROM sessions AS s JOIN users AS u ON u.id = s.user
WHERE s.token_hash = ?1 AND (s.expires_at IS NULL OR s.expires_at > ?2) AND u.disabled_at IS NULL
