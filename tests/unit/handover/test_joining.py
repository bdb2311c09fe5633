"""Two conversations of one customer become one, and one with two concerns becomes two."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from handover.contract.frames import LeaveContact
from handover.domain.agent import Agent, Role
from handover.domain.errors import (
    ClientIdReused,
    IdentityRequired,
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotTheSame,
    NotWaiting,
    StaleOwnership,
)
from handover.services.access import sight_of
from handover.services.desk_rules import DeskRules
from tests.edges import House
from tests.unit.handover.front_desk import ANNA, BEN, FrontDesk, fresh_id

ERIKA, OTHER = "erika.lindner@example.org", "max@example.org"
RULES = DeskRules(topics={"billing": ("invoice_explain",)}, teams={"contracts": ("billing",)})


@pytest.fixture
def room(engine: Engine) -> FrontDesk:
    desk = FrontDesk(engine, rules=RULES)
    desk.add_customer()
    desk.add_customer("max", "Max Muster", OTHER)
    return desk


def talk(room: FrontDesk, email: str = ERIKA, owner: Agent | None = None, *, waits: bool = False) -> str:
    """A conversation of a proven customer: with the bot, waiting, or with an agent."""
    conversation_id = room.visit()
    room.prove_as(conversation_id, email)
    if owner or waits:
        room.ask_for_human(conversation_id)
    if owner:
        room.handovers.claim(owner, conversation_id)
    return conversation_id


def test_the_other_open_conversations_of_a_proven_customer_are_told(room: FrontDesk) -> None:
    mine, waiting, with_bot, closed = talk(room, owner=ANNA), talk(room, waits=True), talk(room), talk(room)
    room.conversations.end(closed, fresh_id())
    talk(room, OTHER)
    claimed_only = room.visit()
    assert {row.id for row in room.joining.siblings(ANNA, mine)} == {waiting, with_bot}
    assert room.joining.siblings(ANNA, claimed_only) == []


def test_what_is_of_another_team_is_not_told_and_not_merged(room: FrontDesk) -> None:
    mine, waiting = talk(room, owner=ANNA), talk(room, owner=BEN)
    version = room.handovers.opened(BEN, waiting).summary.ownership_version
    to = {"to_kind": "team", "to_id": "contracts", "reason": "Vertrag"}
    room.transfers.transfer(BEN, waiting, ownership_version=version, **to)
    assert room.joining.siblings(ANNA, mine) == []
    with pytest.raises(NotFound):
        room.joining.merge(ANNA, mine, waiting)


@pytest.mark.parametrize("state", ["mine", "waiting", "bot"])
def test_a_second_conversation_ends_as_a_duplicate_and_goes_on_in_the_first(room: FrontDesk, state: str) -> None:
    first = talk(room, owner=ANNA)
    second = talk(room, owner=ANNA if state == "mine" else None, waits=state == "waiting")
    kept, ended = room.joining.merge(ANNA, second, first)
    assert (kept.id, kept.state, kept.owner_id) == (first, "agent", ANNA.id)
    assert (ended.id, ended.state, ended.outcome) == (second, "closed", "duplicate")
    assert room.types(second)[-3:] == ["conversation.closed", "conversation.merged", "conversation.linked"]
    link = room.events(first)[-1].data
    assert (link.type, link.link, link.conversation_id) == ("conversation.linked", "merged_from", second)
    assert first not in "".join(event.model_dump_json() for event in room.conversations.public_events(second, 0))
    with room.units(write=False) as unit:
        assert unit.waits.open_one(second) is None


def test_a_merge_that_is_said_again_changes_nothing(room: FrontDesk) -> None:
    first, second = talk(room, owner=ANNA), talk(room, waits=True)
    once = room.joining.merge(ANNA, second, first)
    logs = room.types(first), room.types(second)
    assert room.joining.merge(ANNA, second, first) == once
    assert (room.types(first), room.types(second)) == logs


def test_a_waiting_conversation_that_goes_on_becomes_the_agents(room: FrontDesk) -> None:
    mine, waiting = talk(room, owner=ANNA), talk(room, waits=True)
    kept, ended = room.joining.merge(ANNA, mine, waiting)
    assert (kept.id, kept.owner_id, ended.state) == (waiting, ANNA.id, "closed")
    assert room.types(waiting)[-2:] == ["conversation.claimed", "conversation.linked"]


def test_a_wish_to_be_called_outlives_the_conversation_it_was_left_in(room: FrontDesk) -> None:
    mine, waiting = talk(room, owner=ANNA), talk(room, waits=True)
    wish = LeaveContact(client_id=fresh_id(), kind="callback", value="+49 40 123456", note="ab 17 Uhr")
    room.contacts.leave(waiting, wish)
    kept, ended = room.joining.merge(ANNA, waiting, mine)
    assert (kept.contact, ended.contact) == ("callback", None)
    assert room.types(mine)[-1] == "contact.left"


def test_nobody_is_asked_how_a_case_ended_that_goes_on_elsewhere(room: FrontDesk) -> None:
    first, second = talk(room, owner=ANNA), talk(room, owner=ANNA)
    room.joining.merge(ANNA, second, first)
    with room.units(write=False) as unit:
        assert unit.wrap_ups.open_of(sight_of(ANNA), room.clock.now().replace(year=2020), 10) == []


def test_a_visitor_who_writes_again_in_an_ended_one_is_answered_by_the_bot_and_known_to_the_agent(
    room: FrontDesk,
) -> None:
    first, second = talk(room, owner=ANNA), talk(room, waits=True)
    room.joining.merge(ANNA, second, first)
    room.write(second, "Noch etwas")
    assert room.view(second).state == "bot"
    room.ask_for_human(second)
    with room.units(write=False) as unit:
        wait = unit.waits.open_one(second)
        assert wait is not None
        agents = unit.waits.customers_agents([second], room.clock.now().replace(year=2020))
    assert agents == {second: ANNA.id}


def test_only_conversations_of_one_proven_customer_are_merged(room: FrontDesk) -> None:
    mine = talk(room, owner=ANNA)
    unproven = room.visit()
    room.ask_for_human(unproven)
    for other in (talk(room, OTHER, waits=True), unproven):
        before = room.types(other)
        with pytest.raises(NotTheSame):
            room.joining.merge(ANNA, other, mine)
        assert room.types(other) == before
    with pytest.raises(InvalidInput):
        room.joining.merge(ANNA, mine, mine)
    with pytest.raises(NotFound):
        room.joining.merge(ANNA, mine, "nowhere")


def test_nothing_is_taken_from_a_colleague_by_merging(room: FrontDesk) -> None:
    mine, bens, waiting = talk(room, owner=ANNA), talk(room, owner=BEN), talk(room, waits=True)
    for one, other in ((mine, bens), (bens, mine), (waiting, bens)):
        with pytest.raises(NotAllowed):
            room.joining.merge(ANNA, one, other)


def test_a_case_does_not_go_on_where_nobody_called_for_a_person_nor_in_a_closed_one(room: FrontDesk) -> None:
    mine, with_bot = talk(room, owner=ANNA), talk(room)
    with pytest.raises(NotWaiting):
        room.joining.merge(ANNA, mine, with_bot)
    room.conversations.end(with_bot, fresh_id())
    with pytest.raises(IllegalTransition):
        room.joining.merge(ANNA, with_bot, mine)


# --- split ------------------------------------------------------------------------------------------------------------


def second_concern(room: FrontDesk) -> tuple[str, int, int]:
    """A conversation with Anna, its version, and the number of a message about something else."""
    conversation_id = talk(room, owner=ANNA)
    number = room.write(conversation_id, "Und meine Rechnung verstehe ich auch nicht")
    return conversation_id, room.handovers.opened(ANNA, conversation_id).summary.ownership_version, number


def test_a_second_concern_becomes_a_case_of_its_own_that_quotes_what_was_said_and_answers_by_mail(
    room: FrontDesk,
) -> None:
    conversation_id, version, number = second_concern(room)
    ask = {"client_id": fresh_id(), "ownership_version": version, "numbers": (number, number), "topic": "billing"}
    new = room.joining.split(ANNA, conversation_id, **ask)
    assert (new.state, new.reason, new.topic, new.team) == ("waiting", "split", "billing", "contracts")
    assert (new.customer_id, new.trust, new.contact) == ("erika", "code", "mail")
    origin = next(event.data for event in room.events(new.id) if event.data.type == "conversation.linked")
    assert (origin.link, origin.conversation_id) == ("split_from", conversation_id)
    assert [(quote.number, quote.by, quote.text) for quote in origin.quoted] == [
        (number, "visitor", "Und meine Rechnung verstehe ich auch nicht")
    ]
    link = room.events(conversation_id)[-1].data
    assert (link.link, link.conversation_id) == ("split_into", new.id)
    assert room.joining.split(ANNA, conversation_id, **ask).id == new.id  # asked again after a lost answer
    with pytest.raises(ClientIdReused):
        room.joining.split(ANNA, conversation_id, **(ask | {"topic": None}))
    claimed = room.handovers.claim(BEN, new.id)
    room.handovers.post_message(
        BEN, new.id, client_id=fresh_id(), ownership_version=claimed.ownership_version, text="Zur Rechnung: …"
    )
    room.clock.turn(seconds=61)
    room.handovers.renew_leases(BEN.id)
    before = room.mails()
    assert room.contacts.send_letters() == 1
    with room.units(write=False) as unit:
        mail = unit.mails.latest(1)[0].mail
    assert (room.mails(), mail.to) == (before + 1, ERIKA)
    assert "Zur Rechnung" in mail.body
    assert "Das Gespräch ist noch da" not in mail.body  # in no browser of theirs


def test_the_customer_sees_nothing_of_the_new_case_in_the_chat(room: FrontDesk) -> None:
    conversation_id, version, number = second_concern(room)
    ask = {"client_id": fresh_id(), "ownership_version": version, "numbers": (number,)}
    new = room.joining.split(ANNA, conversation_id, **ask)
    seen = "".join(event.model_dump_json() for event in room.conversations.public_events(conversation_id, 0))
    assert new.id not in seen
    assert "conversation.linked" not in seen


def test_a_case_waits_although_its_visitor_is_nowhere(room: FrontDesk) -> None:
    conversation_id, version, number = second_concern(room)
    ask = {"client_id": fresh_id(), "ownership_version": version, "numbers": (number,)}
    new = room.joining.split(ANNA, conversation_id, **ask)
    room.clock.turn(hours=5)
    room.queue.leave_gone()
    assert room.view(new.id).state == "waiting"


def test_what_cannot_be_split_leaves_everything_as_it_was(room: FrontDesk) -> None:
    conversation_id, version, number = second_concern(room)
    unproven, its_version = room.claimed()
    its_number = room.write(unproven, "Noch etwas")

    def split(agent: Agent = ANNA, case: str = conversation_id, **change: object) -> object:
        ask = {"client_id": fresh_id(), "ownership_version": version, "numbers": (number,)} | change
        return room.joining.split(agent, case, **ask)

    before = room.handovers.listed(ANNA, "all", 50)
    with pytest.raises(NotAllowed):
        split(BEN)
    with pytest.raises(StaleOwnership):
        split(ownership_version=version - 1)
    for change in ({"numbers": ()}, {"numbers": (1,)}, {"numbers": (999,)}, {"topic": "nothing"}):
        with pytest.raises(InvalidInput):
            split(**change)
    with pytest.raises(IdentityRequired):
        split(case=unproven, ownership_version=its_version, numbers=(its_number,))
    assert room.handovers.listed(ANNA, "all", 50) == before


def test_the_routes_join_and_divide_and_refuse_whoever_may_not(house: House) -> None:
    anna, emil = house.agent("anna"), house.agent("emil", Role.EDITOR)
    begun = house.desk.conversations.start("de", None).conversation_id
    house.desk.conversations.request_human(begun, fresh_id())
    version = anna.do(begun, "claim").json()["summary"]["ownership_version"]
    path = f"/api/conversations/{begun}/siblings"
    assert anna.http.get(path).json() == {"conversations": []}
    assert emil.http.get(path).status_code == 403
    assert anna.http.get("/api/conversations/nowhere/siblings").status_code == 404
    asked = {"client_id": fresh_id(), "ownership_version": version, "numbers": [1]}
    assert emil.do(begun, "merge", into="other").status_code == 403
    assert emil.do(begun, "split", **asked).status_code == 403
    assert anna.do(begun, "merge", into="nowhere").status_code == 404
    assert anna.do("nowhere", "split", **asked).status_code == 404
    assert anna.do(begun, "split", **(asked | {"numbers": []})).status_code == 422
