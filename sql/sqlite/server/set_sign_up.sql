-- ?1 who may sign up. By primary key.
UPDATE server SET sign_up = ?1 WHERE one = 1
