-- ?1 user, ?2 account_rev.
INSERT INTO read_pauses (user, from_rev) VALUES (?1, ?2)
