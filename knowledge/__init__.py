"""Articles, their index and the search over it. This room imports no other room."""
