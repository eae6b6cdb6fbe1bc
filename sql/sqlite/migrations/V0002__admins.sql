-- Who runs the server, who may join it, and links that stand for a password once.

ALTER TABLE users ADD COLUMN is_admin INTEGER NOT NULL DEFAULT 0 CHECK (is_admin IN (0, 1));
-- Who they are, among many people.
CREATE INDEX users_admins ON users (is_admin) WHERE is_admin = 1;

-- What an admin chooses for the whole server, one row.
CREATE TABLE server (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    sign_up TEXT NOT NULL CHECK (sign_up IN ('open', 'invitation', 'closed'))
) STRICT;
INSERT INTO server (one, sign_up) VALUES (1, 'open');

-- Links by which so many people may sign up until a moment. Taken back, the row goes.
CREATE TABLE invitations (
    -- AUTOINCREMENT: what an old page takes back must never be a newer one.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    made_by INTEGER NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    places INTEGER NOT NULL CHECK (places > 0),
    used INTEGER NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND places)
) STRICT;
CREATE INDEX invitations_by_expiry ON invitations (expires_at);

-- Links by which a person sets a new password, once. A newer one, or a new password, takes the older one away.
CREATE TABLE password_links (
    user INTEGER PRIMARY KEY REFERENCES users (id),
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    expires_at INTEGER NOT NULL
) STRICT;
