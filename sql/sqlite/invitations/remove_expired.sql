-- Those whose time is over.
-- ?1 time. By expiry.
DELETE FROM invitations WHERE expires_at <= ?1
