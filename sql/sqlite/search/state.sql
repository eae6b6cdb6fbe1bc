-- Of the index: its state. One row.
SELECT source, messages_up_to, changes_up_to FROM search_state WHERE one = 1
