-- Who may sign up.
-- No parameters. One text, by primary key.
SELECT sign_up FROM server WHERE one = 1
