-- How many others were in at a point.
-- ?1 conversation, ?2 the viewer, ?3 the seq. Walks this conversation's ranges only.
SELECT count(*) FROM members
WHERE conversation = ?1 AND user <> ?2 AND from_seq <= ?3 AND (until_seq IS NULL OR until_seq > ?3)
