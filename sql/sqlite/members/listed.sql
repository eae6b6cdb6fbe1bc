-- Others who were in at a point.
-- ?1 conversation, ?2 the viewer, ?3 the seq (the largest integer for now), ?4 limit. By members_now's table order:
-- walks this conversation's ranges only.
SELECT user, role, from_seq FROM members
WHERE conversation = ?1 AND user <> ?2 AND from_seq <= ?3 AND (until_seq IS NULL OR until_seq > ?3)
ORDER BY user LIMIT ?4
