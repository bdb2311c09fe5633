"""Files both ways: taken in by themselves, sent with a message, fetched by whoever may read that message.

A file belongs to one conversation and to who uploaded it. Until it is sent nobody else sees it; what is never sent is
deleted after a day. Whose file it is not is told the same as who asks for one that never was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from handover.contract.events import FileRef
from handover.contract.frames import FILES_LIMIT
from handover.domain.agent import Agent
from handover.domain.errors import FilesFull, FileTooLarge, InvalidInput, UnknownFile
from handover.domain.files import cleaned_name, media_type_of
from handover.domain.pictures import size_of
from handover.services.access import Action, require
from handover.services.documents.render import File
from handover.services.ports import KeptFile, NewFile, UnitOfWork, Units
from handover.services.steps import require_owner
from handover.services.tokens import new_id

UNSENT_FOR = timedelta(hours=24)
"""How long a file may wait for its message."""
AT_ONCE = 20
"""Deleted in one transaction; each may be large."""


class FileLimits(NamedTuple):
    """In bytes."""

    one: int
    conversation: int
    """All files of a conversation together, from both sides."""


class Files:
    def __init__(self, unit: Units, limits: FileLimits) -> None:
        self._unit, self.limits = unit, limits

    # --- in ---

    def from_visitor(self, conversation_id: str, name: str, content: bytes) -> FileRef:
        """Raises what `_checked` does, and `FilesFull`."""
        new = self._checked(name, content, agent_id=None)
        with self._unit() as unit:
            unit.conversations.locked(conversation_id)
            return self._keep(unit, conversation_id, new)

    def from_agent(self, agent: Agent, conversation_id: str, name: str, content: bytes) -> FileRef:
        """The same, and `NotAllowed` unless the conversation is theirs."""
        new = self._checked(name, content, agent_id=agent.id)
        with self._unit() as unit:
            require_owner(agent, unit.conversations.locked(conversation_id))
            return self._keep(unit, conversation_id, new)

    def require_room(self, agent: Agent, conversation_id: str) -> None:
        """Asked before an agent's bytes are read. Raises `NotAllowed`, or `NotFound`."""
        with self._unit(write=False) as unit:
            require_owner(agent, unit.conversations.get(conversation_id))

    # --- out ---

    def for_visitor(self, conversation_id: str, file_id: str) -> File:
        """What was sent in this conversation, and what the visitor uploaded. Raises `UnknownFile`."""
        with self._unit(write=False) as unit:
            return _as_download(unit.files.read(conversation_id, None, file_id))

    def for_agent(self, agent: Agent, conversation_id: str, file_id: str) -> File:
        """What was sent in this conversation, and what they uploaded themselves; noted in the audit.

        Raises `NotAllowed`, `UnknownFile`.
        """
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            file = _as_download(unit.files.read(conversation_id, agent.id, file_id))
        with self._unit() as unit:
            unit.audit.note(unit.now, agent.id, "file.fetch", file_id, allowed=True)
        return file

    # --- housekeeping ---

    def forget_unsent(self) -> int:
        """Deletes what was uploaded and never sent. Answers how many."""
        total = 0
        while True:
            with self._unit() as unit:
                done = unit.files.delete_unsent(unit.now - UNSENT_FOR, AT_ONCE)
            total += done
            if done < AT_ONCE:
                return total

    # --- steps ---

    def _checked(self, name: str, content: bytes, agent_id: str | None) -> NewFile:
        """Raises `FileTooLarge`, `FileEmpty`, `FileTypeRefused` or `PictureTooLarge`."""
        if len(content) > self.limits.one:
            raise too_large(self.limits.one)
        clean = cleaned_name(name)
        kind = media_type_of(clean, content)
        pixels = size_of(kind, content)
        ref = FileRef(
            id=new_id(),
            name=clean,
            media_type=kind,
            size=len(content),
            width=pixels and pixels.width,
            height=pixels and pixels.height,
        )
        return NewFile(ref, agent_id, content)

    def _keep(self, unit: UnitOfWork, conversation_id: str, new: NewFile) -> FileRef:
        if unit.files.bytes_in(conversation_id) + new.ref.size > self.limits.conversation:
            raise FilesFull("This conversation can take no more files.", limit_bytes=self.limits.conversation)
        unit.files.add(conversation_id, new, unit.now)
        return new.ref


def too_large(limit: int) -> FileTooLarge:
    return FileTooLarge("This file is too large.", limit_bytes=limit)


def to_send(
    unit: UnitOfWork, conversation_id: str, file_ids: Sequence[str], agent: Agent | None = None
) -> tuple[FileRef, ...]:
    """The files that go with a message, in the order they were named. Call under the lock of the conversation.

    Raises `UnknownFile` for one that is somebody else's, another conversation's, sent already or not there.
    """
    if not file_ids:
        return ()
    if len(file_ids) > FILES_LIMIT or len(set(file_ids)) < len(file_ids):
        raise InvalidInput("These are too many files, or one of them twice.")
    found = unit.files.unsent(conversation_id, agent.id if agent else None, file_ids)
    if len(found) < len(file_ids):
        raise UnknownFile("There is no such file.")
    return tuple(found[file_id] for file_id in file_ids)


def note_sent(unit: UnitOfWork, conversation_id: str, files: Sequence[FileRef], number: int) -> None:
    """They went with this message, and can go with no other."""
    if files:
        unit.files.mark_sent(conversation_id, [file.id for file in files], number)


def _as_download(kept: KeptFile | None) -> File:
    if kept is None:
        raise UnknownFile("There is no such file.")
    kind = "text/plain; charset=utf-8" if kept.ref.media_type == "text/plain" else kept.ref.media_type
    return File(kept.ref.name, kind, kept.content)
