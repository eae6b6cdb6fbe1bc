-- Keeps what the write did.
RELEASE one_write
