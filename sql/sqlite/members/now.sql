-- Who is in, with everything the writer needs of them.
-- ?1 conversation. By members_now, in order of user.
SELECT m.user, m.role, m.from_seq, m.cursor, m.delivered, m.read, m.receipts_rev, m.late_return, m.late_up_to,
    m.late_since, u.disabled_at IS NOT NULL, m.shown, u.read_receipts, m.listed_seq, m.listed_at
FROM members AS m JOIN users AS u ON u.id = m.user
WHERE m.conversation = ?1 AND m.until_seq IS NULL ORDER BY m.user
