-- A message's older change: only the newest is told.
-- ?1 conversation, ?2 rev. By primary key.
DELETE FROM changes WHERE conversation = ?1 AND rev = ?2
