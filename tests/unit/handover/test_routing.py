from __future__ import annotations

import pytest

from handover.domain.errors import (
    AlreadyClaimed,
    ClientIdReused,
    IllegalTransition,
    NotAllowed,
    NotFound,
    StaleOwnership,
)
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk, at_once, fresh_id


def test_f23_of_agents_who_claim_at_once_one_wins_and_the_others_are_told_who(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.ask_for_human(conversation_id)
    outcomes = at_once([lambda agent=agent: desk.handovers.claim(agent, conversation_id) for agent in (ANNA, BEN) * 4])
    lost = [outcome for outcome in outcomes if isinstance(outcome, AlreadyClaimed)]
    winner = desk.view(conversation_id).agent_name
    assert {error.data["agent_name"] for error in lost} == {winner}
    assert len(lost) == 4  # the winner's own repetitions are answered alike
    assert desk.types(conversation_id).count("conversation.claimed") == 1


def test_a_conversation_nobody_waits_in_cannot_be_claimed(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    with pytest.raises(IllegalTransition):
        desk.handovers.claim(ANNA, conversation_id)
    with pytest.raises(NotFound):
        desk.handovers.claim(ANNA, "nowhere")


def test_the_queue_is_ordered_by_priority_and_then_by_waiting_time(desk: FrontDesk) -> None:
    waiting = []
    for _ in range(3):
        waiting.append(desk.visit())
        desk.ask_for_human(waiting[-1])
        desk.clock.turn(seconds=5)
    assert [row.id for row in desk.handovers.listed(ANNA, "waiting", 10)] == waiting
    places = desk.queue.places()
    assert [(places[one].place, places[one].waiting) for one in waiting] == [(1, 3), (2, 3), (3, 3)]


def test_f28_a_conversation_whose_agent_fell_silent_goes_to_the_head_of_the_queue_and_the_visitor_is_told(
    desk: FrontDesk,
) -> None:
    first, version = desk.claimed()
    desk.clock.turn(seconds=30)
    second = desk.visit()
    desk.ask_for_human(second)
    assert desk.handovers.expire_leases() == 0
    desk.clock.turn(seconds=31)
    assert desk.handovers.expire_leases() == 1
    assert [row.id for row in desk.handovers.listed(BEN, "waiting", 10)] == [first, second]
    event = desk.events(first)[-1]
    assert (event.data.type, event.data.reason, event.data.audience) == (
        "conversation.requeued",
        "lease_expired",
        "all",
    )
    with pytest.raises(StaleOwnership):
        desk.handovers.post_message(ANNA, first, client_id=fresh_id(), ownership_version=version, text="Noch da!")


def test_a_heartbeat_keeps_a_claim(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed()
    for _ in range(4):
        desk.clock.turn(seconds=45)
        desk.handovers.renew_leases("anna")
        assert desk.handovers.expire_leases() == 0
    assert desk.view(conversation_id).agent_name == "Anna Brandt"


def test_what_a_disabled_agent_held_goes_back_into_the_queue(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed()
    desk.claimed(BEN)
    with desk.units() as unit:
        unit.agents.set_active("anna", False)
        unit.conversations.renew_leases("anna", unit.now)
    assert desk.handovers.expire_leases() == 1
    assert desk.events(conversation_id)[-1].data.reason == "agent_disabled"


def test_an_agent_releases_a_conversation_for_another(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    summary = desk.handovers.release(ANNA, conversation_id, ownership_version=version)
    assert (summary.state, summary.owner_id, summary.priority) == ("waiting", None, 1)
    assert desk.handovers.claim(BEN, conversation_id).owner_name == "Ben Okafor"


def test_only_the_owner_writes_and_only_under_the_current_version(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    before = desk.types(conversation_id)
    words = {"client_id": fresh_id(), "text": "Guten Tag"}
    with pytest.raises(NotAllowed):
        desk.handovers.post_message(BEN, conversation_id, ownership_version=version, **words)
    with pytest.raises(StaleOwnership):
        desk.handovers.post_message(ANNA, conversation_id, ownership_version=version - 1, **words)
    assert desk.types(conversation_id) == before
    desk.handovers.post_message(ANNA, conversation_id, ownership_version=version, **words)
    actor = desk.events(conversation_id)[-1].actor
    assert (actor.kind, actor.id, actor.name) == ("agent", "anna", "Anna Brandt")


def test_an_agents_message_sent_again_is_written_once(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    send = {"client_id": "agent-0000", "ownership_version": version, "text": "Guten Tag"}
    numbers = at_once([lambda: desk.handovers.post_message(ANNA, conversation_id, **send)] * 10)
    assert len(set(numbers)) == 1
    with pytest.raises(ClientIdReused):
        desk.handovers.post_message(ANNA, conversation_id, **{**send, "text": "Auf Wiedersehen"})


def test_a_message_sent_again_after_the_conversation_changed_hands_has_its_old_number(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    send = {"client_id": "agent-0000", "ownership_version": version, "text": "Guten Tag"}
    number = desk.handovers.post_message(ANNA, conversation_id, **send)
    desk.handovers.release(ANNA, conversation_id, ownership_version=version)
    assert desk.handovers.post_message(ANNA, conversation_id, **send) == number


def test_a_closed_conversation_keeps_its_outcome_until_it_is_opened_again(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    summary = desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="partly_solved")
    assert (summary.state, summary.outcome, summary.reason) == ("closed", "partly_solved", None)
    desk.write(conversation_id, "Doch noch etwas")
    assert desk.handovers.opened(ANNA, conversation_id)[0].outcome is None


def test_f31_a_message_that_crosses_the_closing_opens_the_conversation_again(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    at_once(
        [
            lambda: desk.write(conversation_id, "Halt, noch etwas"),
            lambda: desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="solved"),
        ]
    )
    types = desk.types(conversation_id)
    if types[-1] == "message.posted":
        assert desk.view(conversation_id).state == "bot"
        assert desk.turns.owed() == [conversation_id]
    else:  # the agent had the message before they closed
        assert types[-2:] == ["message.posted", "conversation.closed"]


def test_lists_show_what_their_names_say(desk: FrontDesk) -> None:
    mine, _ = desk.claimed()
    others, _ = desk.claimed(BEN)
    with_bot = desk.visit()
    desk.write(with_bot, "Hallo")
    closed, closing = desk.claimed()
    desk.handovers.close(ANNA, closed, ownership_version=closing, outcome="solved")
    listed = {
        view: {row.id for row in desk.handovers.listed(ANNA, view, 10)}
        for view in ("mine", "colleagues", "waiting", "bot", "closed", "all")
    }
    assert listed == {
        "mine": {mine},
        "colleagues": {others},
        "waiting": set(),
        "bot": {with_bot},
        "closed": {closed},
        "all": {mine, others, with_bot, closed},
    }
    assert len(desk.handovers.listed(ANNA, "all", 2)) == 2


def test_a_summary_says_what_is_new_for_the_staff(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    number = desk.write(conversation_id, "eins")
    desk.write(conversation_id, "zwei")
    assert desk.handovers.opened(ANNA, conversation_id)[0].unread == 2
    assert desk.handovers.mark_read(ANNA, conversation_id, number) == number
    assert desk.handovers.mark_read(BEN, conversation_id, number + 1) is None
    summary, log = desk.handovers.opened(ANNA, conversation_id)
    assert (summary.unread, summary.last_text, summary.last_author) == (1, "zwei", "visitor")
    assert (summary.reason, summary.owner_name, summary.ownership_version) == ("visitor_wish", "Anna Brandt", version)
    assert desk.handovers.opened(ANNA, conversation_id, number).log.events == log.events[number:]


def test_what_others_wrote_is_new_in_their_conversation_alone(desk: FrontDesk) -> None:
    mine, _ = desk.claimed()
    theirs, _ = desk.claimed()
    number = desk.write(mine, "eins")
    for text in ("zwei", "drei"):
        desk.write(theirs, text)
    desk.handovers.mark_read(ANNA, mine, number)
    unread = {row.id: row.unread for row in desk.handovers.listed(ANNA, "mine", 10)}
    assert unread == {mine: 0, theirs: 2}


def test_a_summary_says_since_when_the_visitor_waits_for_the_agent(desk: FrontDesk) -> None:
    def since() -> str | None:
        [summary] = desk.handovers.listed(ANNA, "mine", 10)
        return summary.unanswered_since

    conversation_id = desk.visit()
    desk.write(conversation_id, "Hallo?")
    desk.ask_for_human(conversation_id)
    desk.clock.turn(minutes=5)
    version = desk.handovers.claim(ANNA, conversation_id).ownership_version
    taken = desk.clock.now()
    assert since() == taken.isoformat(), "the agent's time begins when they take the case"
    desk.clock.turn(minutes=1)
    desk.write(conversation_id, "Sind Sie da?")
    assert since() == taken.isoformat()
    desk.handovers.post_message(
        ANNA, conversation_id, client_id=fresh_id(), ownership_version=version, text="Ja, guten Tag."
    )
    assert since() is None
    desk.clock.turn(minutes=1)
    asked = desk.clock.now()
    desk.write(conversation_id, "Wo bleibt mein Paket?")
    desk.clock.turn(minutes=1)
    desk.write(conversation_id, "Es eilt.")
    assert since() == asked.isoformat(), "the first word without an answer counts"


def test_editors_see_no_conversations(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed()
    acts = [
        lambda: desk.handovers.listed(EMIL, "all", 10),
        lambda: desk.handovers.opened(EMIL, conversation_id),
        lambda: desk.handovers.claim(EMIL, conversation_id),
        lambda: desk.notes.post(EMIL, conversation_id, client_id=fresh_id(), text="hm"),
        lambda: desk.dossiers.build(EMIL, conversation_id),
        lambda: desk.customers.search(EMIL, ""),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
