-- The unread cursor in a range that is over.
-- ?1 conversation, ?2 user, ?3 from, ?4 cursor. By primary key.
UPDATE members SET cursor = ?4 WHERE conversation = ?1 AND user = ?2 AND from_seq = ?3
