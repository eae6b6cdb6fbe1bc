-- ?1 conversation, ?2 user, ?3 kind, ?4 from, ?5 up to, ?6 time, ?7 rev, ?8 since, ?9 account_rev.
INSERT INTO receipts (conversation, user, kind, from_seq, up_to, at, rev, since, account_rev)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
