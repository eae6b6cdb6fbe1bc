-- All users of a PyChat database, in the order of their sign-up. Any column may hold any type.
-- → id, username, password
-- Index: the table's own order.
SELECT id, username, password FROM user ORDER BY id;
