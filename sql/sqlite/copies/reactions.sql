-- Every reaction, to check its row.
-- No parameters. Reaction columns; walks all of them.
SELECT conversation, seq, user, emoji, rev, at, withheld, checksum FROM reactions
