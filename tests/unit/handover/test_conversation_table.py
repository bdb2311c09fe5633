from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from handover.domain.conversation import TRANSITIONS, Conversation, Input, State, diagram, step
from handover.domain.errors import IllegalTransition, StaleOwnership

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ILLEGAL = [pair for pair in product(State, Input) if pair not in TRANSITIONS]


@pytest.mark.parametrize(("state", "given"), ILLEGAL)
def test_what_the_table_does_not_list_raises(state: State, given: Input) -> None:
    with pytest.raises(IllegalTransition):
        step(state, given)


def test_every_state_can_be_reached_and_left() -> None:
    assert {row.to for row in TRANSITIONS.values()} == set(State)
    assert {state for state, _ in TRANSITIONS} == set(State)


def test_a_step_changes_the_owner_when_it_changes_the_state_or_gives_the_case_to_another_agent() -> None:
    for (state, given), row in TRANSITIONS.items():
        is_handed = state is row.to is State.AGENT and given in (Input.TAKE_OVER, Input.ASSIGN)
        assert row.changes_owner == (row.to is not state or is_handed)


def test_a_case_that_has_an_agent_stays_its_teams_and_a_waiting_one_becomes_that_of_whoever_gets_it() -> None:
    waiting = Conversation(id="c", language="de", team="contracts", started_at=NOW).call_human("no_answer", NOW)
    given = waiting.hand_to(Input.ASSIGN, "ben", NOW, "workshop")
    assert (given.owner_id, given.team, given.ownership_version) == ("ben", "workshop", waiting.ownership_version + 1)
    taken = given.hand_to(Input.TAKE_OVER, "sophie", NOW, "contracts")
    assert (taken.owner_id, taken.team, taken.ownership_version) == ("sophie", "workshop", given.ownership_version + 1)
    assert taken.reason == "no_answer"


def test_each_change_of_the_owner_raises_the_version_and_settles_what_was_owed() -> None:
    conversation = Conversation(id="c", language="de", last_number=7, started_at=NOW)
    waiting = conversation.call_human("visitor_wish", NOW)
    assert (waiting.state, waiting.ownership_version, waiting.answered_number) == (State.WAITING, 2, 7)
    claimed = waiting.claim("anna", NOW + timedelta(minutes=1))
    assert (claimed.owner_id, claimed.reason, claimed.waiting_since) == ("anna", "visitor_wish", None)
    returned = claimed.return_to_bot("solved", "Ersatz ist unterwegs")
    assert (returned.state, returned.owner_id, returned.reason, returned.lease_expires_at) == (
        State.BOT,
        None,
        None,
        None,
    )
    assert (returned.outcome, returned.outcome_summary) == ("solved", "Ersatz ist unterwegs")


def test_a_requeued_conversation_stands_before_all_that_were_never_served() -> None:
    claimed = Conversation(id="c", language="de", started_at=NOW).call_human("no_answer", NOW).claim("anna", NOW)
    assert claimed.requeue(Input.LEASE_EXPIRED, NOW).priority == 1


def test_words_composed_under_an_older_version_are_stale() -> None:
    conversation = Conversation(id="c", language="de", ownership_version=3, started_at=NOW)
    conversation.require_version(3)
    for version in (2, 4):
        with pytest.raises(StaleOwnership):
            conversation.require_version(version)


def test_the_diagram_in_the_readme_is_the_table() -> None:
    readme = Path(__file__).parents[3] / "handover" / "README.md"
    assert f"```mermaid\n{diagram()}\n```" in readme.read_text()
