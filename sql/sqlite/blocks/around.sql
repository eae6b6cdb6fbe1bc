-- From whom a person is kept apart, whoever of the two blocked, and since when.
-- ?1 user. Id and time, by primary key and by blocks_of_other.
SELECT other, at FROM blocks WHERE user = ?1 UNION ALL SELECT user, at FROM blocks WHERE other = ?1
