-- Begins one write of a batch that is replayed write by write.
SAVEPOINT one_write
