-- ?1 id, ?2 sender. A row changes if it was theirs and unseen; by primary key.
UPDATE notices SET is_seen = 1 WHERE id = ?1 AND sender = ?2 AND is_seen = 0
