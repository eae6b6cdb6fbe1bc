-- Takes back what the write did.
ROLLBACK TO one_write
