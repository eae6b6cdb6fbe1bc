-- How far everybody is who counts for a group's states: who is in and can log in.
-- ?1 conversation. User, from, delivered, read as far as others may know, whether they are told what others read; in
-- order of user, by members_now, walks this conversation's members.
SELECT m.user, m.from_seq, m.delivered, m.shown, u.read_receipts FROM members AS m JOIN users AS u ON u.id = m.user
WHERE m.conversation = ?1 AND m.until_seq IS NULL AND u.disabled_at IS NULL ORDER BY m.user
