-- One of its places is taken.
-- ?1 id. By primary key.
UPDATE invitations SET used = used + 1 WHERE id = ?1
