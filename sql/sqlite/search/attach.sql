-- The search index beside a connection to the chat. ?1 its file.
ATTACH DATABASE ?1 AS search
