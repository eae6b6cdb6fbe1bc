-- A sender's notice of a return, new or grown; a grown one is unseen again.
-- ?1 sender, ?2 conversation, ?3 who came back, ?4 return, ?5 count, ?6 offline since, ?7 after_seq, ?8 oldest_at. The
-- notice as it is now, by its unique key; its time is the return's, by primary key.
INSERT INTO notices (sender, conversation, user, return, count, at, offline_since, after_seq, oldest_at)
VALUES (?1, ?2, ?3, ?4, ?5, (SELECT r.at FROM returns AS r WHERE r.id = ?4), ?6, ?7, ?8)
ON CONFLICT (return, conversation, sender) DO UPDATE SET
    count = count + excluded.count, oldest_at = min(oldest_at, excluded.oldest_at), is_seen = 0
RETURNING id, conversation, user, count, at, offline_since, after_seq, oldest_at
