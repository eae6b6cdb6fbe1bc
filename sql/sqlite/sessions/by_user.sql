-- A person's live sessions, the most recently used first.
-- ?1 user, ?2 time. Session columns, by sessions_of_user.
SELECT s.id, s.user, s.kind, s.keep, s.label, s.created_at, s.last_used_at, s.expires_at FROM sessions AS s JOIN users AS u ON u.id = s.user
WHERE s.user = ?1 AND (s.expires_at IS NULL OR s.expires_at > ?2) AND u.disabled_at IS NULL
ORDER BY s.last_used_at DESC, s.id DESC
