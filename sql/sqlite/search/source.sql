-- Of the chat: the name that its index knows it by. One row.
SELECT id FROM search_source WHERE one = 1
