-- All messages of the first PyChat schema, in the order in which they were sent.
-- → id, sender, recipient, text, date
-- Index: the table's own order.
SELECT id, sender_id, recipient_id, message, date FROM message ORDER BY id;
