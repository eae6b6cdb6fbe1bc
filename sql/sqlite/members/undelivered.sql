-- Conversations in which others' messages wait for a person.
-- ?1 user. Conversation, from, head; by members_of_user, then one step into messages_by_seq for each.
SELECT m.conversation, m.from_seq, c.head_seq
FROM members AS m JOIN conversations AS c ON c.id = m.conversation
WHERE m.user = ?1 AND m.until_seq IS NULL AND m.delivered < c.head_seq
    AND EXISTS (
        SELECT 1 FROM messages AS t
        WHERE t.conversation = m.conversation AND t.seq > m.delivered AND t.sender <> m.user AND t.kind = 0
            AND t.deleted_at IS NULL AND t.withheld = 0
    )
