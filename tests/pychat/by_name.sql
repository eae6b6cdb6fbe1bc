-- A PyChat database of the second schema: people are named by username or by id, whichever a version wrote.
CREATE TABLE user (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT UNIQUE, password TEXT, active INTEGER);
CREATE TABLE message (id INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT, recipient TEXT, content TEXT, date TEXT);
INSERT INTO user VALUES (1, 'anna', 'correct horse battery staple', 0), (2, 'Bob', 'bob', 1);
INSERT INTO message VALUES
    (1, 'anna', 'Bob', 'by name', '2019-03-01T10:00:00Z'),
    (2, '2', '1', 'by id', '2019-03-01T10:05:00Z');
