-- Every block, once at a start.
-- No parameters. Blocker and blocked of all: a scan on purpose.
SELECT user, other FROM blocks
