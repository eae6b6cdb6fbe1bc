-- With a deletion, which is newer than any of its reactions.
-- ?1 conversation, ?2 seq. By primary key.
DELETE FROM reaction_revs WHERE conversation = ?1 AND seq = ?2
