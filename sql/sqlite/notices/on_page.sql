-- A sender's notices that stand on a page, seen ones too.
-- ?1 sender, ?2 conversation, ?3 lowest seq, ?4 highest. Notice columns, by notices_by_place.
SELECT id, conversation, user, count, at, offline_since, after_seq, oldest_at FROM notices
WHERE sender = ?1 AND conversation = ?2 AND after_seq BETWEEN ?3 AND ?4 ORDER BY after_seq, id
