-- A sender's unseen notices, newest first.
-- ?1 sender, ?2 limit. Notice columns, by notices_unseen.
SELECT id, conversation, user, count, at, offline_since, after_seq, oldest_at FROM notices WHERE sender = ?1 AND is_seen = 0 ORDER BY id DESC LIMIT ?2
