-- Opens a range: nothing before it is unread, undelivered or visible.
-- ?1 conversation, ?2 user, ?3 from, ?4 role.
INSERT INTO members (conversation, user, from_seq, role, cursor, delivered, read, shown)
VALUES (?1, ?2, ?3, ?4, ?3 - 1, ?3 - 1, ?3 - 1, ?3 - 1)
