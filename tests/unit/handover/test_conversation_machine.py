"""Random lives of one conversation against a real database: who owns the word, and what every reader sees."""

from __future__ import annotations

import shutil
import tempfile
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from handover.contract.events import Event
from handover.contract.frames import ConversationView
from handover.contract.turns import BotMessage
from handover.domain.conversation import TRANSITIONS, Input, State
from handover.domain.errors import Conflict, NotAllowed, StaleOwnership
from handover.services.turns import OwedTurn
from handover.store.engine import make_engine
from tests.unit.handover.front_desk import ANNA, BEN, FrontDesk, fresh_id, reply

agents = st.sampled_from([ANNA, BEN])
age = st.integers(0, 2)
"""How many ownership versions ago something was composed."""


class ConversationLife(RuleBasedStateMachine):
    template: Path

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        copy = shutil.copy(self.template, Path(self.folder.name) / "kulanz.db")
        self.engine = make_engine(f"sqlite:///{copy}")
        self.desk = FrontDesk(self.engine)
        self.id = self.desk.visit()
        self.state, self.version, self.owner = State.BOT, 1, None
        self.held: OwedTurn | None = None
        self.seen = self.desk.view(self.id)
        self.cursor = 1

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()
            self.folder.cleanup()

    def _step(self, given: Input, act: object, owner: str | None = None) -> None:
        """`act` must do what the table says, and nothing where the table has no row."""
        row = TRANSITIONS.get((self.state, given))
        before = self.desk.types(self.id)
        if row is None:
            with pytest.raises(Conflict):
                act()
            assert self.desk.types(self.id) == before
            return
        act()
        self.state = row.to
        if row.changes_owner:
            self.version, self.owner = self.version + 1, owner

    # --- the visitor ---

    @rule(text=st.text(st.characters(codec="utf-8"), max_size=20))
    def write(self, text: str) -> None:
        self._step(Input.VISITOR_MESSAGE, lambda: self.desk.write(self.id, f"Text {text}"))

    @rule()
    def call_human(self) -> None:
        if self.state is State.CLOSED:
            self._step(Input.VISITOR_MESSAGE, lambda: None)
        self._step(Input.REQUEST_HUMAN, lambda: self.desk.ask_for_human(self.id))

    @rule()
    def give_up(self) -> None:
        self._step(Input.GIVE_UP_WAITING, lambda: self.desk.conversations.give_up_waiting(self.id, fresh_id()))

    @rule()
    def end(self) -> None:
        self._step(Input.CLOSE, lambda: self.desk.conversations.end(self.id, fresh_id()))

    # --- agents ---

    @rule(agent=agents)
    def claim(self, agent) -> None:
        if self.owner == agent.id:
            assert self.desk.handovers.claim(agent, self.id).ownership_version == self.version
            return
        self._step(Input.CLAIM, lambda: self.desk.handovers.claim(agent, self.id), owner=agent.id)

    @rule(agent=agents, age=age)
    def agent_writes(self, agent, age: int) -> None:
        version, before = self.version - age, self.desk.types(self.id)
        post = self.desk.handovers.post_message
        if age or self.owner != agent.id:
            with pytest.raises(StaleOwnership if age else NotAllowed):
                post(agent, self.id, client_id=fresh_id(), ownership_version=version, text="Guten Tag")
            assert self.desk.types(self.id) == before
            return
        post(agent, self.id, client_id=fresh_id(), ownership_version=version, text="Guten Tag")

    @rule(what=st.sampled_from(["return", "close", "release"]))
    def let_go(self, what: str) -> None:
        if self.owner is None:
            return
        agent, version = (ANNA if self.owner == "anna" else BEN), {"ownership_version": self.version}
        desk = self.desk.handovers
        if what == "return":
            act = lambda: desk.return_to_bot(agent, self.id, **version, outcome="solved", summary="gut")  # noqa: E731
            self._step(Input.RETURN_TO_BOT, act)
        elif what == "close":
            self._step(Input.CLOSE, lambda: desk.close(agent, self.id, **version, outcome="solved"))
        else:
            self._step(Input.TRANSFER, lambda: desk.release(agent, self.id, **version))

    @rule()
    def lease_runs_out(self) -> None:
        self.desk.clock.turn(seconds=61)
        expired = self.desk.handovers.expire_leases()
        assert expired == (self.state is State.AGENT)
        if expired:
            self._step(Input.LEASE_EXPIRED, lambda: None)

    # --- the bot ---

    @rule()
    def bot_begins(self) -> None:
        if self.state is State.BOT and self.held is None:
            self._step(Input.VISITOR_MESSAGE, lambda: self.desk.write(self.id, "Wo bleibt meine Bestellung?"))
        self.held = self.desk.turns.next(self.id) or self.held

    @rule(hands_over=st.booleans())
    def bot_answers(self, hands_over: bool) -> None:
        if self.held is None:
            return
        turn, self.held = self.held, None
        before = self.desk.types(self.id)
        handover = "no_answer" if hands_over else None
        late = turn.request.context.ownership_version != self.version
        try:
            self.desk.turns.accept(turn, reply(BotMessage(text="Antwort", handover=handover)), 5)
        except StaleOwnership:
            assert self.desk.types(self.id) == before
            assert late or turn.answers <= self._answered()
            return
        assert not late
        assert self.state is State.BOT
        if hands_over:
            self._step(Input.REQUEST_HUMAN, lambda: None)

    # --- what always holds ---

    @invariant()
    def the_row_is_what_the_table_says(self) -> None:
        with self.desk.units(write=False) as unit:
            row = unit.conversations.get(self.id)
        assert (row.state, row.ownership_version, row.owner_id) == (self.state, self.version, self.owner)
        assert (row.lease_expires_at is not None) == (row.state is State.AGENT)
        assert (row.waiting_since is not None) == (row.state is State.WAITING)

    @invariant()
    def numbers_have_no_gaps_and_were_published_in_order(self) -> None:
        numbers = [event.number for event in self.desk.events(self.id)]
        assert numbers == list(range(1, len(numbers) + 1))
        published = [stored.event.number for told in self.desk.notebook.publications for stored in told.events]
        assert published == numbers

    @invariant()
    def what_a_reader_knew_and_the_events_after_it_make_a_fresh_snapshot(self) -> None:
        _, snapshot = self.desk.conversations.snapshot(self.id, self.cursor)
        self.seen = reduce(applied, snapshot.events, self.seen)
        self.cursor = snapshot.events[-1].number if snapshot.events else self.cursor
        _, whole = self.desk.conversations.snapshot(self.id, 0)
        assert self.seen == whole.conversation
        cursor = 0
        for event in whole.events:
            assert event.after == cursor
            cursor = event.number

    @invariant()
    def only_the_bot_owes_turns(self) -> None:
        owed = self.desk.turns.next(self.id)
        assert owed is None or self.state is State.BOT
        assert (self.id in self.desk.turns.owed()) == (owed is not None)

    def _answered(self) -> int:
        with self.desk.units(write=False) as unit:
            return unit.conversations.get(self.id).answered_number


def applied(view: ConversationView, event: Event) -> ConversationView:
    """What a client makes of an event."""
    match event.data.type:
        case "conversation.claimed":
            change = {"state": "agent", "agent_name": event.data.agent_name}
        case "conversation.language_changed":
            change = {"language": event.data.language}
        case type_ if type_ in LEADS_TO:
            change = {"state": LEADS_TO[type_], "agent_name": None}
        case _:
            change = {}
    return view.model_copy(update=change)


LEADS_TO = {
    "handover.requested": "waiting",
    "conversation.requeued": "waiting",
    "handover.given_up": "bot",
    "conversation.returned": "bot",
    "conversation.reopened": "bot",
    "conversation.closed": "closed",
}


def test_a_conversation_lives_by_its_table_whatever_happens(migrated: Path) -> None:
    ConversationLife.template = migrated
    small = settings(
        max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    run_state_machine_as_test(ConversationLife, settings=small)
