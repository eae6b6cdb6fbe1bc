-- A person's conversations, newest first; one that ended for them stands where it ended, one with
-- newer messages that are withheld from them where it stood before these.
-- ?1 user, ?2 and ?3 moved_at and id before which the page starts, ?4 limit.
-- Id and moved_at, by members_of_user: sorts the person's own conversations only.
SELECT m.conversation, coalesce(m.until_at, m.listed_at, c.last_at) AS moved_at
FROM members AS m JOIN conversations AS c ON c.id = m.conversation
WHERE m.user = ?1
    AND m.from_seq = (
        SELECT max(newest.from_seq) FROM members AS newest
        WHERE newest.conversation = m.conversation AND newest.user = m.user
    )
    AND (moved_at, m.conversation) < (?2, ?3)
ORDER BY moved_at DESC, m.conversation DESC LIMIT ?4
