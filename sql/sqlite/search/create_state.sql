-- Of which database this is the index, and how far it has come.
CREATE TABLE IF NOT EXISTS search_state (one INTEGER PRIMARY KEY CHECK (one = 1), source BLOB NOT NULL,
    messages_up_to INTEGER NOT NULL, changes_up_to INTEGER NOT NULL) STRICT
