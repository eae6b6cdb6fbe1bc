-- How many there are; a scan of at most a hundred.
-- No parameters. One count.
SELECT count(*) FROM invitations
