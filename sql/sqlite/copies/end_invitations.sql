-- What was used or taken back after the copy was made must not hold again.
-- No parameters. All rows, once after a restore.
DELETE FROM invitations
