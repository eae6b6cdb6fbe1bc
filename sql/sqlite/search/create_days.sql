-- Between which ids the messages of each day (UTC) lie.
CREATE TABLE IF NOT EXISTS search_days (day INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT
