-- A link for a new password in place of an older one.
-- ?1 whose, ?2 hash of its token, ?3 until when.
INSERT INTO password_links (user, token_hash, expires_at) VALUES (?1, ?2, ?3)
ON CONFLICT (user) DO UPDATE SET token_hash = ?2, expires_at = ?3
