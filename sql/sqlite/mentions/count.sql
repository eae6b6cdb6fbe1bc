-- How many messages above a cursor mention a person, as they stood at a revision.
-- ?1 conversation, ?2 cursor, ?3 last seq, ?4 user, ?5 revision. By the primary key: walks the unread mentions alone.
SELECT count(*) FROM mentions
WHERE conversation = ?1 AND user IN (0, ?4) AND seq > ?2 AND seq <= ?3 AND author <> ?4
    AND from_rev <= ?5 AND (until_rev IS NULL OR until_rev > ?5)
