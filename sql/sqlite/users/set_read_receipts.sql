-- ?1 id, ?2 on or off. A row changes if it is news; by primary key.
UPDATE users SET read_receipts = ?2 WHERE id = ?1 AND read_receipts <> ?2
