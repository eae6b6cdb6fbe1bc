-- Once a batch for each conversation that moved.
-- ?1 id, ?2 head_seq, ?3 head_rev, ?4 last_at. By primary key.
UPDATE conversations SET head_seq = ?2, head_rev = ?3, last_at = ?4 WHERE id = ?1
