"""A desk whose process may die at any commit, and the readers of its log: what the model of `test_life.py` plays with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Connection, event

from handover.contract.events import Event
from handover.contract.frames import ConversationView
from handover.services.ports import Publication
from handover.store.engine import make_engine
from tests.chaos.visitors import LEADS_TO
from tests.unit.handover.front_desk import FrontDesk, TurnedClock

Result = TypeVar("Result")


class Death(StrEnum):
    """Where the process dies."""

    BEFORE_COMMIT = "before commit"
    AFTER_COMMIT = "after commit, before anybody was told"
    AFTER_PUBLISHING = "after everybody was told, before the answer to whoever asked"


class Died(BaseException):
    """kill -9: no handler of ours may see it, so it is no Exception."""


class MortalDesk:
    """Services on a database; `die_at` ends them in the middle of the next unit, `restart` opens new ones."""

    def __init__(self, url: str) -> None:
        self._url, self._clock = url, TurnedClock()
        self._death: Death | None = None
        self.readers: list[Reader] = []
        self.deaths = 0
        self._open()

    def _open(self) -> None:
        self.engine = make_engine(self._url)
        event.listen(self.engine, "commit", self._about_to_commit)
        self.desk = FrontDesk(self.engine, clock=self._clock)
        self.desk.units.publisher = self

    def restart(self) -> None:
        """Everything in memory is gone: connections, sockets, what was published and not yet sent."""
        self.close()
        self._open()

    def close(self) -> None:
        for reader in self.readers:
            reader.hang_up()
        self.engine.dispose()

    @contextmanager
    def die_at(self, death: Death | None) -> Iterator[None]:
        self._death = death
        try:
            yield
        finally:
            self._death = None

    def insist(
        self, death: Death | None, act: Callable[[], Result], *, twice: type[Exception] | None = None
    ) -> Result | None:
        """`act` as a client does it: again after a death, until it is answered. `twice` is what a second time leads to."""
        try:
            with self.die_at(death):
                return act()
        except Died:
            self.deaths += 1
            self.restart()
        if death is Death.BEFORE_COMMIT or twice is None:
            return act()
        try:
            act()
        except twice:
            return None
        raise AssertionError("a second time was not refused")

    def publish(self, publication: Publication) -> None:
        if self._death is Death.AFTER_COMMIT:
            raise Died
        for reader in self.readers:
            reader.tell(publication)
        if self._death is Death.AFTER_PUBLISHING:
            raise Died

    def _about_to_commit(self, _connection: Connection) -> None:
        if self._death is Death.BEFORE_COMMIT:
            raise Died


class Reader:
    """One open page: what it shows, and what is on its way to it. Frames may come late, doubled and in any order.

    To a `prompt` one they come the moment they are published.
    """

    def __init__(self, conversation_id: str, *, sees_all: bool, prompt: bool = False) -> None:
        self._id, self._sees_all, self._prompt = conversation_id, sees_all, prompt
        self.events: list[Event] = []
        self.view: ConversationView | None = None
        self.on_the_way: list[Event] = []
        self.is_online = False

    @property
    def last(self) -> int:
        return self.events[-1].number if self.events else 0

    def hang_up(self) -> None:
        self.is_online = False
        self.on_the_way.clear()

    def tell(self, publication: Publication) -> None:
        if self.is_online and publication.conversation_id == self._id:
            told = (stored.event if self._sees_all else stored.public for stored in publication.events)
            self.on_the_way += [one for one in told if one]
        while self._prompt and self.on_the_way:
            frame = self.on_the_way.pop(0)
            assert frame.after <= self.last
            self._show(frame)

    def come_back(self, desk: FrontDesk) -> None:
        """With the number of the last event it holds."""
        self.is_online = True
        self.on_the_way.clear()
        if self._sees_all:
            self.events += desk.conversations.staff_events(self._id, self.last)
            return
        resync, snapshot = desk.conversations.snapshot(self._id, self.last)
        assert not resync
        self.events += snapshot.events
        self.view = snapshot.conversation

    def receive(self, order: Sequence[int], desk: FrontDesk) -> None:
        """What is on its way arrives in this order; whoever notices a gap asks again."""
        frames = [self.on_the_way[place % len(self.on_the_way)] for place in order if self.on_the_way]
        frames += self.on_the_way
        self.on_the_way = []
        for frame in frames:
            if frame.after > self.last:
                self.come_back(desk)
            else:
                self._show(frame)

    def _show(self, frame: Event) -> None:
        if frame.number > self.last:
            self.events.append(frame)
            self.view = self.view and applied(self.view, frame)


def applied(view: ConversationView, event: Event) -> ConversationView:
    """What the widget makes of an event: `viewAfter` in widget/src/connection/conversation.ts."""
    data = event.data
    match data.type:
        case "conversation.claimed" | "conversation.taken_over":
            change = {"state": "agent", "agent_name": data.agent_name}
        case "conversation.language_changed":
            change = {"language": data.language}
        case "identity.requested":
            change = {"identity_step": "email"}
        case "identity.code_sent":
            change = {"identity_step": "code"}
        case "identity.refused":
            is_over = not data.tries_left and data.reason != "too_many_codes"
            change = {"identity_step": "email"} if is_over else {}
        case "identity.proven":
            change = {"identity_step": None, "trust": data.trust}
        case "conversation.forgotten":
            trust = "none" if data.reason == "erasure" else view.trust
            change = {"state": "closed", "agent_name": None, "identity_step": None, "trust": trust}
        case type_ if type_ in LEADS_TO:
            change = {"state": LEADS_TO[type_], "agent_name": None}
        case _:
            change = {}
    return view.model_copy(update=change)
