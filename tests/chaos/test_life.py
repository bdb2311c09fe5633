"""Random lives of one conversation on a desk that dies at any commit: who owns the word, and what every reader sees."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine

from handover.contract.frames import PostMessage
from handover.contract.turns import BotMessage
from handover.domain.agent import Agent, Role
from handover.domain.conversation import TRANSITIONS, Input, State
from handover.domain.errors import Conflict, NotAllowed, NotThere, StaleOwnership
from handover.domain.routing import LONG_AGO
from handover.services.steps import clean
from handover.services.turns import OwedTurn
from tests.chaos.life import Death, MortalDesk, Reader
from tests.unit.handover.front_desk import ANNA, BEN, FrontDesk, fresh_id, reply

SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Lang", Role.SUPERVISOR, "de")
agents = st.sampled_from([ANNA, BEN])
tabs = st.sampled_from([0, 1])
deaths = st.none() | st.sampled_from(Death)
age = st.integers(0, 2)
"""How many ownership versions ago something was composed."""
orders = st.lists(st.integers(0, 10), max_size=6)


class ConversationLife(RuleBasedStateMachine):
    new_database: Callable[[str], str]
    """From a folder of the machine's own to the address of a migrated database."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.house = MortalDesk(type(self).new_database(self.folder.name))
        self.id = self.desk.visit()
        with self.desk.units() as unit:  # an earlier life on this database may have heard of them, at its own time
            for agent in (ANNA, BEN):
                unit.staff.note_heard(agent.id, LONG_AGO)
        self.state, self.version, self.owner = State.BOT, 1, None
        self.held: list[OwedTurn] = []
        self.sent: dict[str, tuple[PostMessage, int]] = {}
        self.tabs = [Reader(self.id, sees_all=False, prompt=prompt) for prompt in (False, True)]
        self.screens = [Reader(self.id, sees_all=True, prompt=prompt) for prompt in (False, True)]
        self.house.readers += [*self.tabs, *self.screens]
        for reader in self.house.readers:
            reader.come_back(self.desk)

    def teardown(self) -> None:
        if not hasattr(self, "house"):
            return
        try:
            for reader in self.house.readers:
                reader.come_back(self.desk)
            self.every_list_is_the_log()
            self.every_client_message_stands_there_once()
            if self.state is not State.CLOSED:  # the next life on this database shall not find it waiting
                self.desk.conversations.end(self.id, fresh_id())
        finally:
            self.house.close()
            self.folder.cleanup()

    @property
    def desk(self) -> FrontDesk:
        """The one that lives now."""
        return self.house.desk

    def _step(
        self,
        given: Input,
        act: Callable[[], object],
        *,
        owner: str | None = None,
        death: Death | None = None,
        twice: type[Exception] | None = None,
    ) -> None:
        """`act` must do what the table says, once, and nothing where the table has no row."""
        row = TRANSITIONS.get((self.state, given))
        if row is None:
            before = self.desk.types(self.id)
            with pytest.raises(Conflict):
                act()
            assert self.desk.types(self.id) == before
            return
        self.house.insist(death, act, twice=twice)
        self._follow(given, owner)

    def _follow(self, given: Input, owner: str | None = None) -> None:
        row = TRANSITIONS[self.state, given]
        self.state = row.to
        if row.changes_owner:
            self.version, self.owner = self.version + 1, owner

    # --- the visitor, in two tabs ---

    @rule(tab=tabs, text=st.text(st.characters(codec="utf-8"), max_size=20), death=deaths)
    def write(self, tab: int, text: str, death: Death | None) -> None:
        frame = PostMessage(client_id=f"tab-{tab}-{fresh_id()}", text=f"Text {text}")
        self._step(Input.VISITOR_MESSAGE, lambda: self._post(frame), death=death)

    @rule(place=st.integers(0, 1000))
    def send_something_again(self, place: int) -> None:
        if self.sent:
            frame, number = list(self.sent.values())[place % len(self.sent)]
            before = self.desk.types(self.id)
            assert self.desk.conversations.post_visitor_message(self.id, frame) == number
            assert self.desk.types(self.id) == before

    @rule(death=deaths)
    def call_human(self, death: Death | None) -> None:
        client_id = fresh_id()
        if self.state is State.CLOSED:
            self._follow(Input.VISITOR_MESSAGE)
        self._step(Input.REQUEST_HUMAN, lambda: self.desk.conversations.request_human(self.id, client_id), death=death)

    @rule(death=deaths)
    def give_up(self, death: Death | None) -> None:
        client_id = fresh_id()
        self._step(
            Input.GIVE_UP_WAITING, lambda: self.desk.conversations.give_up_waiting(self.id, client_id), death=death
        )

    @rule(death=deaths)
    def end(self, death: Death | None) -> None:
        client_id = fresh_id()
        self._step(Input.CLOSE, lambda: self.desk.conversations.end(self.id, client_id), death=death)

    def _post(self, frame: PostMessage) -> int:
        number = self.desk.conversations.post_visitor_message(self.id, frame)
        self.sent[frame.client_id] = (frame, number)
        return number

    # --- agents ---

    @rule(agent=agents, death=deaths)
    def claim(self, agent, death: Death | None) -> None:
        if self.owner == agent.id:
            assert self.desk.handovers.claim(agent, self.id).ownership_version == self.version
            return
        self._step(Input.CLAIM, lambda: self.desk.handovers.claim(agent, self.id), owner=agent.id, death=death)

    @rule(agent=agents, age=age, death=deaths)
    def agent_writes(self, agent, age: int, death: Death | None) -> None:
        words = {"client_id": fresh_id(), "ownership_version": self.version - age, "text": "Guten Tag"}
        act = lambda: self.desk.handovers.post_message(agent, self.id, **words)  # noqa: E731
        before = self.desk.types(self.id)
        if age or self.owner != agent.id:
            with pytest.raises(StaleOwnership if age else NotAllowed):
                act()
            assert self.desk.types(self.id) == before
        else:
            self.house.insist(death, act)
            assert self.desk.types(self.id) == [*before, "message.posted"]

    @rule(what=st.sampled_from(["return", "close", "release"]), death=deaths)
    def let_go(self, what: str, death: Death | None) -> None:
        if self.owner is None:
            return
        agent, version = (ANNA if self.owner == "anna" else BEN), {"ownership_version": self.version}
        acts = {
            "return": (
                Input.RETURN_TO_BOT,
                lambda: self.desk.handovers.return_to_bot(agent, self.id, **version, outcome="solved", summary="gut"),
            ),
            "close": (Input.CLOSE, lambda: self.desk.handovers.close(agent, self.id, **version, outcome="solved")),
            "release": (Input.TRANSFER, lambda: self.desk.handovers.release(agent, self.id, **version)),
        }
        given, act = acts[what]
        self._step(given, act, death=death, twice=StaleOwnership)

    @rule(is_there=st.booleans(), death=deaths)
    def transfer(self, is_there: bool, death: Death | None) -> None:
        """To the other agent, who is asked at once if they are there."""
        if self.owner is None:
            return
        agent, other = (ANNA, BEN) if self.owner == "anna" else (BEN, ANNA)
        if is_there:
            self.desk.handovers.renew_leases(other.id)
        to = {"ownership_version": self.version, "to_kind": "person", "to_id": other.id, "reason": "Bitte"}
        act = lambda: self.desk.transfers.transfer(agent, self.id, **to)  # noqa: E731
        self._step(Input.TRANSFER, act, death=death, twice=StaleOwnership)
        with self.desk.units(write=False) as unit:
            offer = unit.offers.open_one(self.id)
        assert (offer and offer.agent_id) == (other.id if is_there else None)

    @rule(agent=agents, age=age, death=deaths)
    def take_over(self, agent, age: int, death: Death | None) -> None:
        """`age`: whose page is so many owners behind takes nothing from anybody."""
        seen = {"ownership_version": self.version - age, "reason": "Ich kenne den Fall"}
        act = lambda: self.desk.transfers.take_over(agent, self.id, **seen)  # noqa: E731
        before = self.desk.types(self.id)
        if self.owner == agent.id:
            assert act().ownership_version == self.version
        elif age:
            with pytest.raises(StaleOwnership):
                act()
        else:
            self._step(Input.TAKE_OVER, act, owner=agent.id, death=death)
            return
        assert self.desk.types(self.id) == before

    @rule(agent=agents, is_there=st.booleans(), death=deaths)
    def assign(self, agent, is_there: bool, death: Death | None) -> None:
        if self.owner == agent.id:
            return
        if not is_there:
            self.desk.clock.turn(seconds=61)
            before = self.desk.types(self.id)
            with pytest.raises(NotThere):
                self.desk.transfers.assign(SOPHIE, self.id, agent.id)
            assert self.desk.types(self.id) == before
            return
        self.desk.handovers.renew_leases(agent.id)
        act = lambda: self.desk.transfers.assign(SOPHIE, self.id, agent.id)  # noqa: E731
        self._step(Input.ASSIGN, act, owner=agent.id, death=death)

    # --- time ---

    @rule()
    def desk_page_gives_a_sign_of_life(self) -> None:
        if self.owner:
            self.desk.clock.turn(seconds=50)
            self.desk.handovers.renew_leases(self.owner)
            assert self.desk.handovers.expire_leases() == 0

    @rule(death=deaths)
    def lease_runs_out(self, death: Death | None) -> None:
        self.desk.clock.turn(seconds=61)
        if self.state is State.AGENT:
            self._step(Input.LEASE_EXPIRED, self._expire, death=death)
        assert self.desk.handovers.expire_leases() == 0

    def _expire(self) -> None:
        """Of the desk that lives when it is called, which may be another one the second time."""
        self.desk.handovers.expire_leases()

    @rule()
    def the_process_is_killed_between_two_calls(self) -> None:
        self.house.restart()

    # --- the bot, asked by up to two runners at once ---

    @rule()
    def bot_begins(self) -> None:
        if self.state is State.BOT and not self.held:
            frame = PostMessage(client_id=fresh_id(), text="Wo bleibt meine Bestellung?")
            self._step(Input.VISITOR_MESSAGE, lambda: self._post(frame))
        if (turn := self.desk.turns.next(self.id)) and len(self.held) < 2:
            self.held.append(turn)

    @rule(hands_over=st.booleans(), death=deaths)
    def bot_answers(self, hands_over: bool, death: Death | None) -> None:
        if not self.held:
            return
        turn, before = self.held.pop(0), self.desk.types(self.id)
        words = BotMessage(text="Antwort", handover="no_answer" if hands_over else None)
        act = lambda: self.desk.turns.accept(turn, reply(words), 5)  # noqa: E731
        if turn.request.context.ownership_version != self.version or turn.answers <= self._answered():
            with pytest.raises(StaleOwnership):
                act()
            assert self.desk.types(self.id) == before
            return
        assert self.state is State.BOT
        self.house.insist(death, act, twice=StaleOwnership)
        said = ["bot.understood", "message.posted", *(["handover.requested"] if hands_over else [])]
        assert self.desk.types(self.id) == before + said
        if hands_over:
            self._follow(Input.REQUEST_HUMAN)

    @rule(death=deaths)
    def bot_fails(self, death: Death | None) -> None:
        if not self.held:
            return
        turn, before = self.held.pop(0), self.desk.types(self.id)
        late = turn.request.context.ownership_version != self.version or turn.answers <= self._answered()
        self.house.insist(None if late else death, lambda: self.desk.turns.fail(turn))
        assert self.desk.types(self.id) == before + ([] if late else ["bot.failed"])

    def _answered(self) -> int:
        with self.desk.units(write=False) as unit:
            return unit.conversations.get(self.id).answered_number

    # --- readers ---

    @rule(place=st.integers(0, 3))
    def a_page_comes_back(self, place: int) -> None:
        self.house.readers[place].come_back(self.desk)

    @rule(place=st.integers(0, 3))
    def a_line_breaks(self, place: int) -> None:
        self.house.readers[place].hang_up()

    @rule(place=st.integers(0, 3), order=orders)
    def frames_arrive_late_doubled_and_in_any_order(self, place: int, order: list[int]) -> None:
        """F10."""
        self.house.readers[place].receive(order, self.desk)

    # --- what always holds ---

    @invariant()
    def the_row_is_what_the_table_says(self) -> None:
        with self.desk.units(write=False) as unit:
            row = unit.conversations.get(self.id)
        assert (row.state, row.ownership_version, row.owner_id) == (self.state, self.version, self.owner)
        assert (row.lease_expires_at is not None) == (row.state is State.AGENT)
        assert (row.waiting_since is not None) == (row.state is State.WAITING)

    @invariant()
    def numbers_have_no_gaps_and_lead_from_one_to_the_next(self) -> None:
        events = self.desk.events(self.id)
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        cursor = 0
        for event in self.desk.conversations.public_events(self.id, 0):
            assert event.after == cursor
            cursor = event.number

    @invariant()
    def every_list_is_the_log(self) -> None:
        """As far as frames have arrived; and what a reader knew with the events after it makes a fresh snapshot."""
        everything, public = self.desk.events(self.id), self.desk.conversations.public_events(self.id, 0)
        for reader in self.screens:
            assert reader.events == everything[: len(reader.events)]
            assert not reader.is_online or reader.on_the_way or reader.events == everything
        for reader in self.tabs:
            assert reader.events == public[: len(reader.events)]
            if reader.is_online and not reader.on_the_way:
                assert reader.events == public
                assert reader.view == self.desk.view(self.id)

    @invariant()
    def only_the_bot_owes_turns(self) -> None:
        owed = self.desk.turns.next(self.id)
        assert owed is None or self.state is State.BOT
        assert (self.id in self.desk.turns.owed()) == (owed is not None)

    @invariant()
    def the_log_knows_one_owner_at_a_time(self) -> None:
        owner = None
        for event in self.desk.events(self.id):
            kind, speaker = event.data.type, event.actor
            if kind in ("conversation.claimed", "conversation.taken_over"):
                assert (owner is None) == (kind == "conversation.claimed")
                assert owner != event.data.agent_id
                owner = event.data.agent_id
            elif kind.startswith(("conversation.re", "conversation.closed", "conversation.transferred")):
                owner = None
            elif kind in ("message.posted", "bot.failed") and speaker.kind != "visitor":
                assert owner == speaker.id  # none while the bot speaks

    def every_client_message_stands_there_once(self) -> None:
        events = self.desk.events(self.id)
        for client_id, (frame, number) in self.sent.items():
            found = [event for event in events if getattr(event.data, "client_id", None) == client_id]
            assert [(event.number, event.data.text) for event in found] == [(number, clean(frame.text))]


def small(examples: int) -> settings:
    """A life takes a quarter of a second on SQLite, and twice that on PostgreSQL."""
    return settings(
        max_examples=examples,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


def test_a_conversation_lives_by_its_table_whatever_dies_on_sqlite(migrated: Path) -> None:
    class OnSqlite(ConversationLife):
        @staticmethod
        def new_database(folder: str) -> str:
            return f"sqlite:///{shutil.copy(migrated, Path(folder) / 'kulanz.db')}"

    run_state_machine_as_test(OnSqlite, settings=small(12))


def test_a_conversation_lives_by_its_table_whatever_dies_on_postgresql(postgresql_engine: Engine) -> None:
    class OnPostgresql(ConversationLife):
        @staticmethod
        def new_database(_folder: str) -> str:
            return postgresql_engine.url.render_as_string(hide_password=False)

    run_state_machine_as_test(OnPostgresql, settings=small(6))
