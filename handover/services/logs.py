"""Reading a log in parts, however long it has become: what a reader missed, the newest page, older pages."""

from __future__ import annotations

from typing import NamedTuple

from handover.contract.events import Event
from handover.contract.frames import EventPage
from handover.services.ports import StoredEvent, UnitOfWork

PAGE = 100
"""Events a reader is shown first, and gets with each older page."""
CATCH_UP = 500
"""Whoever missed more begins anew at the end of the log instead of reading all of it."""


class Slice(NamedTuple):
    """Part of a log, and how it joins what its reader holds."""

    events: tuple[Event, ...]
    cursor: int
    """The events follow this one; 0: they replace all that the reader holds."""
    earlier: bool
    """With cursor 0: there are older events than these."""
    resync: bool
    """The reader came with a cursor that could not be resumed."""


def resume(unit: UnitOfWork, conversation_id: str, cursor: int, *, public: bool) -> Slice:
    """What a reader with this cursor has to be told.

    A cursor is good if the log still holds the event it names. One from the future, of a staff event that the reader
    cannot have seen, or of a part that was deleted since is answered with the newest page.
    """
    if not cursor:
        return _newest(unit, conversation_id, public=public, resync=False)
    if not _holds(unit, conversation_id, cursor, public=public):
        return _newest(unit, conversation_id, public=public, resync=True)
    missed = unit.log.after(conversation_id, cursor, public=public, limit=CATCH_UP + 1)
    if len(missed) > CATCH_UP:
        return _newest(unit, conversation_id, public=public, resync=True)
    return Slice(_seen(missed, public=public), cursor, earlier=False, resync=False)


def page_before(
    unit: UnitOfWork, conversation_id: str, number: int | None, limit: int = PAGE, *, public: bool
) -> EventPage:
    """The events before `number`; without one the newest."""
    found = unit.log.before(conversation_id, number, public=public, limit=limit + 1)
    return EventPage(events=_seen(found[-limit:], public=public), earlier=len(found) > limit)


def _newest(unit: UnitOfWork, conversation_id: str, *, public: bool, resync: bool) -> Slice:
    page = page_before(unit, conversation_id, None, public=public)
    return Slice(page.events, 0, page.earlier, resync)


def _holds(unit: UnitOfWork, conversation_id: str, cursor: int, *, public: bool) -> bool:
    if not 0 < cursor <= unit.conversations.get(conversation_id).last_number:
        return False
    event = unit.log.get(conversation_id, cursor)
    return event is not None and (not public or event.data.audience == "all")


def _seen(stored: list[StoredEvent], *, public: bool) -> tuple[Event, ...]:
    if not public:
        return tuple(each.event for each in stored)
    return tuple(event for each in stored if (event := each.public))
