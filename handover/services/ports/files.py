"""The store: files that visitors and agents send each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from handover.contract.events import FileRef


class NewFile(NamedTuple):
    ref: FileRef
    agent_id: str | None
    """Who uploaded it; none: the visitor."""
    content: bytes


class KeptFile(NamedTuple):
    ref: FileRef
    content: bytes


class SentFile(NamedTuple):
    """A file with the message it went with."""

    ref: FileRef
    message_number: int
    from_visitor: bool


class FileStore(Protocol):
    """Files belong to a conversation and to who uploaded them: an agent, or without `agent_id` the visitor."""

    def add(self, conversation_id: str, file: NewFile, at: datetime) -> None: ...
    def bytes_in(self, conversation_id: str) -> int:
        """Of all files of a conversation, sent or not."""

    def unsent(self, conversation_id: str, agent_id: str | None, file_ids: Sequence[str]) -> dict[str, FileRef]:
        """Those of these that are theirs and went with no message yet, by id."""

    def mark_sent(self, conversation_id: str, file_ids: Sequence[str], number: int) -> None: ...
    def read(self, conversation_id: str, agent_id: str | None, file_id: str) -> KeptFile | None:
        """One that was sent there, or that they uploaded."""

    def sent_in(self, conversation_id: str) -> list[SentFile]:
        """In the order of their messages."""

    def delete_unsent(self, before: datetime, limit: int) -> int:
        """Of those uploaded before; answers how many."""
