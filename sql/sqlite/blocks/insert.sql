-- ?1 user, ?2 other, ?3 time. A row changes if it is news; by primary key.
INSERT INTO blocks (user, other, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING
