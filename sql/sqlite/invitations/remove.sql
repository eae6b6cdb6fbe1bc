-- Taken back.
-- ?1 id. By primary key.
DELETE FROM invitations WHERE id = ?1
