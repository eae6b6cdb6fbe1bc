-- ?1 conversation, ?2 user. A row goes if there was one; by primary key.
DELETE FROM mutes WHERE conversation = ?1 AND user = ?2
