"""Conversations that have been going on for very long, written in one statement; for tests and benches."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, insert, select, update

from handover.store.tables import conversations, events

STAFF_ONLY_EVERY = 5
"""One event in five is for the staff alone, as `bot.understood` is."""


def fill(engine: Engine, conversation_id: str, count: int) -> int:
    """Adds `count` events behind those that are there, as if visitor and bot had written them. The last number."""
    with engine.begin() as connection:
        at_first = connection.execute(select(conversations).where(conversations.c.id == conversation_id)).one()
        rows = []
        public = at_first.last_public_number
        for number in range(at_first.last_number + 1, at_first.last_number + count + 1):
            for_staff = number % STAFF_ONLY_EVERY == 0
            rows.append(
                {
                    "conversation_id": conversation_id,
                    "number": number,
                    "type": "note.posted" if for_staff else "message.posted",
                    "audience": "staff" if for_staff else "all",
                    "after_public": public,
                    "actor_kind": "agent" if for_staff else ("visitor", "bot")[number % 2],
                    "data": {"text": f"note {number}"}
                    if for_staff
                    else {"message_id": f"m{number}", "text": f"message {number}"},
                    "at": at_first.started_at + timedelta(seconds=number),
                }
            )
            public = public if for_staff else number
        connection.execute(insert(events), rows)
        last = int(rows[-1]["number"])
        counters = {"last_number": last, "last_public_number": public, "answered_number": last}
        connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(**counters))
        return last
