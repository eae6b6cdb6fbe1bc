-- What a copy holds: people, conversations, messages.
-- No parameters. One row; walks an index of each table.
SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages)
