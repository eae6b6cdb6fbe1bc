-- With a deletion all of its reactions go.
-- ?1 conversation, ?2 seq. By primary key.
DELETE FROM reactions WHERE conversation = ?1 AND seq = ?2
