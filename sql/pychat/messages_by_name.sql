-- All messages of the second PyChat schema, in the order in which they were sent.
-- → id, sender, recipient, text, date
-- Index: the table's own order.
SELECT id, sender, recipient, content, date FROM message ORDER BY id;
