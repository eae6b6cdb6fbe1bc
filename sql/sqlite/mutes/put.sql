-- ?1 conversation, ?2 user, ?3 until. By primary key.
INSERT INTO mutes (conversation, user, until) VALUES (?1, ?2, ?3)
ON CONFLICT (conversation, user) DO UPDATE SET until = excluded.until
