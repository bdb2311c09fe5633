"""Which words were said in which conversation: what the search of the desk looks into."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from handover.store.tables.base import metadata

WORD = String(40).with_variant(String(40, collation="C"), "postgresql")
"""Compared byte by byte on both databases, so that a beginning of a word is a range of the key."""

search_words = Table(  # written with each message; goes with its conversation, like everything with a `conversation_id`
    "search_words",
    metadata,
    Column("word", WORD, primary_key=True),  # as `domain/words.py` folds it
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True, index=True),
    Column("number", Integer, nullable=False),  # the last event that says it
    sqlite_with_rowid=False,
)
