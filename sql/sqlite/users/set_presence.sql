-- ?1 id, ?2 offline since, NULL while online. By primary key.
UPDATE users SET offline_since = ?2 WHERE id = ?1
