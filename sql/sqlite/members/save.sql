-- What moved of a member, once a batch.
-- ?1 conversation, ?2 user, ?3 from, ?4 cursor, ?5 delivered, ?6 read, ?7 receipts_rev, ?8 to ?10 the open return,
-- ?11 role, ?12 shown, ?13 and ?14 what the list shows. By primary key.
UPDATE members SET cursor = ?4, delivered = ?5, read = ?6, receipts_rev = ?7, late_return = ?8, late_up_to = ?9,
    late_since = ?10, role = ?11, shown = ?12, listed_seq = ?13, listed_at = ?14
WHERE conversation = ?1 AND user = ?2 AND from_seq = ?3
