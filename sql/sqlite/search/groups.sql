-- Of the chat: the groups somebody is or was in, with the name each had for them last; the newest range of each comes
-- last. ?1 user. By members_of_user.
SELECT m.conversation, CASE WHEN m.until_seq IS NULL THEN c.name ELSE m.until_name END FROM members AS m
JOIN conversations AS c ON c.id = m.conversation WHERE m.user = ?1 AND c.kind = 'group'
ORDER BY m.conversation, m.from_seq
