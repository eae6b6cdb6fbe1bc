-- A PyChat database of the first schema, with what such files really hold: names that do not fit here, weak and missing
-- passwords, messages of and to people who are gone, dates that are none.
CREATE TABLE user (id INTEGER PRIMARY KEY, username TEXT, password TEXT, active INTEGER);
CREATE TABLE message (id INTEGER PRIMARY KEY, sender_id INTEGER, recipient_id INTEGER, message TEXT, date TEXT);
INSERT INTO user VALUES
    (1, 'anna', 'correct horse battery staple', 0),
    (2, 'Bob', 'bob', 1),
    (3, 'bob', 'secret', 0),
    (4, 'Karl Heinz!', 'lantern by the harbour', 0),
    (5, NULL, 'x', 0),
    (6, 'nopass', NULL, 0),
    (7, 12345, 4711, 0);
INSERT INTO message VALUES
    (1, 1, 2, 'first', '2019-03-01T10:00:00Z'),
    (2, 2, 1, 'second', '2019-03-01T10:05:00.250000Z'),
    (3, 1, 2, '   ', '2019-03-01T10:06:00Z'),
    (4, 1, 99, 'to nobody', '2019-03-01T10:07:00Z'),
    (5, 1, 1, 'to myself', '2019-03-01T10:08:00Z'),
    (6, 3, 4, 'no time', 'yesterday'),
    (7, 2, 1, 'third', '2019-03-02T09:00:00Z'),
    (8, 5, 1, 'from nobody', '2019-03-02T09:00:00Z'),
    (9, 4, 1, NULL, '2019-03-02T09:00:00Z'),
    (10, 7, 1, 'by number', 1551520800);
