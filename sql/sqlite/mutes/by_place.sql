-- ?1 conversation, ?2 user. Until when; at most one row, by primary key.
SELECT until FROM mutes WHERE conversation = ?1 AND user = ?2
