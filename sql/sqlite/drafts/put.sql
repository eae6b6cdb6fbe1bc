-- ?1 conversation, ?2 user, ?3 text, ?4 version, ?5 time. By primary key.
INSERT INTO drafts (conversation, user, text, version, at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (conversation, user) DO UPDATE SET text = excluded.text, version = excluded.version, at = excluded.at
