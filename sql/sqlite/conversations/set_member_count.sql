-- After people came or went.
-- ?1 id, ?2 how many are in. By primary key.
UPDATE conversations SET member_count = ?2 WHERE id = ?1
