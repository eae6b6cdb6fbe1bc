-- Whose name looks like this.
-- ?1 skeleton. Id, at most one row, by the unique skeleton.
SELECT id FROM users WHERE skeleton = ?1
