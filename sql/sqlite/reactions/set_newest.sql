-- A message's reactions changed.
-- ?1 conversation, ?2 seq, ?3 rev. By primary key.
INSERT INTO reaction_revs (conversation, seq, rev) VALUES (?1, ?2, ?3)
ON CONFLICT (conversation, seq) DO UPDATE SET rev = excluded.rev
