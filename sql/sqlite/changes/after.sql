-- Old messages changed after a revision.
-- ?1 conversation, ?2 after, ?3 up to. Rev and seq, by primary key.
SELECT rev, seq FROM changes WHERE conversation = ?1 AND rev > ?2 AND rev <= ?3 ORDER BY rev
