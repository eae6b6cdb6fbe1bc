-- A page of others who were in at a point, owners first.
-- ?1 conversation, ?2 the viewer, ?3 the seq (the largest integer for now), ?4 and ?5 after which place (is no owner, user),
-- ?6 text in lower case that is in their names (empty: any), ?7 limit. Walks this conversation's ranges only.
SELECT m.user, m.role, m.from_seq FROM members AS m JOIN users AS u ON u.id = m.user
WHERE m.conversation = ?1 AND m.user <> ?2 AND m.from_seq <= ?3 AND (m.until_seq IS NULL OR m.until_seq > ?3)
    AND (m.role <> 'owner', m.user) > (?4, ?5) AND instr(u.search_text, ?6) > 0
ORDER BY m.role <> 'owner', m.user LIMIT ?7
