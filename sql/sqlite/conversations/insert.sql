-- ?1 kind, ?2 name, ?3 and ?4 the pair, the lower id first, ?5 time, ?6 how many are in, ?7 the revision it begins at.
INSERT INTO conversations (kind, name, low_user, high_user, created_at, head_seq, head_rev, last_at, member_count)
VALUES (?1, ?2, ?3, ?4, ?5, 0, ?7, ?5, ?6)
