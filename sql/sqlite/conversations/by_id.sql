-- Its kind, name, head and how many are in.
-- ?1 id. At most one row, by primary key.
SELECT kind, name, head_seq, head_rev, last_at, member_count FROM conversations WHERE id = ?1
