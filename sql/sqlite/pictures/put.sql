-- ?1 user, ?2 media type, ?3 bytes. By primary key.
INSERT INTO pictures (user, media_type, bytes) VALUES (?1, ?2, ?3)
ON CONFLICT (user) DO UPDATE SET media_type = excluded.media_type, bytes = excluded.bytes
