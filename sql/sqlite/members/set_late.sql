-- What lies at or below ?5 comes late.
-- ?1 conversation, ?2 user, ?3 from, ?4 return, ?5 up to, ?6 offline since. By primary key.
UPDATE members SET late_return = ?4, late_up_to = ?5, late_since = ?6
WHERE conversation = ?1 AND user = ?2 AND from_seq = ?3
