-- A new invitation.
-- ?1 hash of its token, ?2 by whom, ?3 time, ?4 until when, ?5 for how many.
INSERT INTO invitations (token_hash, made_by, created_at, expires_at, places) VALUES (?1, ?2, ?3, ?4, ?5)
