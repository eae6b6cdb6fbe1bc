-- Where a person may have unread messages: cursor below the last place they see.
-- ?1 user. Conversation, cursor, last seq; by members_of_user.
SELECT m.conversation, m.cursor, coalesce(m.until_seq, c.head_seq) AS last_seq
FROM members AS m JOIN conversations AS c ON c.id = m.conversation
WHERE m.user = ?1 AND m.cursor < last_seq
    AND m.from_seq = (
        SELECT max(newest.from_seq) FROM members AS newest
        WHERE newest.conversation = m.conversation AND newest.user = m.user
    )
