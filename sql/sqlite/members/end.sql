-- Ends a range.
-- ?1 conversation, ?2 user, ?3 until, ?4 the revision, ?5 time, ?6 the name then. By members_now.
UPDATE members SET until_seq = ?3, until_rev = ?4, until_at = ?5, until_name = ?6
WHERE conversation = ?1 AND user = ?2 AND until_seq IS NULL
