-- An edit replaces a form of a message.
-- ?1 conversation, ?2 seq, ?3 the revision it makes. By mentions_by_seq.
UPDATE mentions SET until_rev = ?3 WHERE conversation = ?1 AND seq = ?2 AND until_rev IS NULL
