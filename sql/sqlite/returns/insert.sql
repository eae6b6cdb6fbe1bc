-- ?1 user, ?2 offline since, ?3 time.
INSERT INTO returns (user, offline_since, at) VALUES (?1, ?2, ?3)
