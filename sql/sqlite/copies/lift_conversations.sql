-- Begins a new line of revisions in every conversation, after a restore.
-- ?1 how far above the old one. Walks all conversations, once.
UPDATE conversations SET head_rev = head_rev + ?1
