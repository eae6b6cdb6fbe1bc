-- Whether a person was ever in.
-- ?1 conversation, ?2 user. A row if so, by primary key.
SELECT 1 FROM members WHERE conversation = ?1 AND user = ?2 LIMIT 1
