-- A person's ranges in a conversation, oldest first.
-- ?1 conversation, ?2 user. By primary key.
SELECT from_seq, until_seq, role, cursor, delivered, read, until_rev, until_at, until_name, listed_seq,
    listed_at FROM members
WHERE conversation = ?1 AND user = ?2 ORDER BY from_seq
