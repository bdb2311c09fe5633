"""The action server: read the turn, make one call, say it in the visitor's language."""
