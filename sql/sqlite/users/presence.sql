-- Everybody's recorded presence, once at a start.
-- No parameters. Id and offline_since of all: a scan on purpose.
SELECT id, offline_since FROM users
