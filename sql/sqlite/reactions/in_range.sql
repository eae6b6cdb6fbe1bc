-- What is set on a page's messages.
-- ?1 conversation, ?2 lowest seq, ?3 highest. Reaction columns, by seq; by primary key.
SELECT conversation, seq, user, emoji, rev, at, withheld, checksum FROM reactions
WHERE conversation = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq
