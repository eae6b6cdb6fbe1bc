-- ?1 id, ?2 hash of the picture or none, ?3 people_rev. By primary key.
UPDATE users SET picture = ?2, people_rev = ?3 WHERE id = ?1
