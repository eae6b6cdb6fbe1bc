-- Takes one back.
-- ?1 conversation, ?2 seq, ?3 user, ?4 emoji. By primary key.
DELETE FROM reactions WHERE conversation = ?1 AND seq = ?2 AND user = ?3 AND emoji = ?4
