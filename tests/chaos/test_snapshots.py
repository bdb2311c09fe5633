"""What a reader knew, and the events after it, make a fresh snapshot: for every kind of event there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import reduce
from typing import get_args

import pytest
from sqlalchemy import Engine

from handover.contract.events import AnyPayload, RoutingOffered, RoutingOfferEnded
from handover.contract.frames import (
    ConversationView,
    GiveFeedback,
    LeaveContact,
    MailTranscript,
    RateConversation,
    SetLanguage,
)
from handover.contract.gaps import NewGap
from handover.contract.suggestions import DraftSource, DraftUsed
from handover.contract.tasks import NewTask
from handover.contract.turns import BotMessage, Understanding
from handover.contract.wrap_up import WrapUp
from handover.services.erasure import Erasures
from handover.services.listening import Listening
from handover.services.ports import Erasure, Publication
from handover.services.retention import forget
from handover.services.steps import SYSTEM
from tests.chaos.life import applied
from tests.unit.handover.front_desk import ANNA, BEN, FrontDesk, fresh_id
from tests.unit.handover.shop_floor import ShopFloor, item, order

EVERY_TYPE = {payload.model_fields["type"].default for payload in get_args(get_args(AnyPayload)[0])}
ERIKA = "erika@example.org"


class Scene:
    """Desk and shop on one database. After each commit it is noted what a visitor's page would be shown then."""

    def __init__(self, engine: Engine) -> None:
        self.desk, self.floor = FrontDesk(engine), ShopFloor(engine)
        self.desk.units.publisher = self.floor.unit.publisher = self
        self.floor.customer("erika")
        self.shown: list[tuple[str, int, ConversationView]] = []

    def publish(self, publication: Publication) -> None:
        _, page = self.desk.conversations.snapshot(publication.conversation_id, 0)
        self.shown.append((publication.conversation_id, page.last_number, page.conversation))

    def answer(self, conversation_id: str, **words: object) -> None:
        self.desk.write(conversation_id, "Was kostet der Versand?")
        self.desk.answer(conversation_id, BotMessage(**{"text": "Nichts.", **words}))


def begun(scene: Scene) -> str:
    return scene.desk.visit()


def talked(scene: Scene) -> str:
    conversation_id = scene.desk.visit()
    scene.answer(conversation_id, wants_feedback=True)
    answer = scene.desk.events(conversation_id)[-1].number
    given = GiveFeedback(client_id=fresh_id(), message_number=answer, helpful=True)
    scene.desk.ratings.give_feedback(conversation_id, given)
    scene.desk.conversations.set_language(conversation_id, SetLanguage(client_id=fresh_id(), language="en"))
    return conversation_id


def rated(scene: Scene) -> str:
    conversation_id = talked(scene)
    scene.desk.ratings.rate(conversation_id, RateConversation(client_id=fresh_id(), about="bot", score=4))
    return conversation_id


def failed(scene: Scene) -> str:
    conversation_id = scene.desk.visit()
    scene.desk.write(conversation_id, "Hallo?")
    scene.desk.turns.fail(scene.desk.turns.next(conversation_id))
    return conversation_id


def proven(scene: Scene) -> str:
    conversation_id = scene.desk.visit()
    scene.answer(conversation_id, request_identity=True)
    scene.desk.identify(conversation_id, ERIKA)
    code = scene.desk.last_code()
    scene.desk.prove(conversation_id, "000000" if code != "000000" else "111111")
    scene.desk.prove(conversation_id, code)
    return conversation_id


def written_down(scene: Scene) -> str:
    conversation_id = proven(scene)
    scene.desk.transcripts.mail(conversation_id, MailTranscript(client_id=fresh_id()))
    return conversation_id


def locked_out(scene: Scene) -> str:
    """Every try is used up."""
    conversation_id = scene.desk.visit()
    scene.answer(conversation_id, request_identity=True)
    scene.desk.identify(conversation_id, ERIKA)
    wrong = "000000" if scene.desk.last_code() != "000000" else "111111"
    while scene.desk.view(conversation_id).identity_step == "code":
        scene.desk.prove(conversation_id, wrong)
    return conversation_id


def waited(scene: Scene) -> str:
    conversation_id = scene.desk.visit()
    scene.desk.ask_for_human(conversation_id)
    left = LeaveContact(client_id=fresh_id(), kind="mail", value=ERIKA)
    scene.desk.contacts.leave(conversation_id, left)
    scene.desk.contacts.settle(ANNA, conversation_id, "reached")
    scene.desk.conversations.give_up_waiting(conversation_id, fresh_id())
    return conversation_id


def handed_over(scene: Scene) -> str:
    conversation_id, version = scene.desk.claimed(ANNA)
    agents = scene.desk.handovers
    agents.post_message(ANNA, conversation_id, client_id=fresh_id(), ownership_version=version, text="Guten Tag")
    scene.desk.notes.post(ANNA, conversation_id, client_id=fresh_id(), text="Stammkundin")
    agents.release(ANNA, conversation_id, ownership_version=version)
    version = agents.claim(ANNA, conversation_id).ownership_version
    agents.return_to_bot(ANNA, conversation_id, ownership_version=version, outcome="solved", summary="gut")
    return conversation_id


def handed_on(scene: Scene) -> str:
    """To Ben, who is not there; Anna takes it again, and Ben goes on in her place."""
    conversation_id, version = scene.desk.claimed(ANNA)
    to_ben = {"to_kind": "person", "to_id": BEN.id, "reason": "Bitte auf Englisch"}
    scene.desk.transfers.transfer(ANNA, conversation_id, ownership_version=version, **to_ben)
    version = scene.desk.handovers.claim(ANNA, conversation_id).ownership_version
    scene.desk.transfers.take_over(BEN, conversation_id, ownership_version=version, reason="Ich kenne den Fall")
    return conversation_id


def joined(scene: Scene) -> str:
    """The first of two is ended and goes on in the second."""
    first = proven(scene)
    scene.desk.ask_for_human(first)
    second = scene.desk.visit()
    scene.answer(second, request_identity=True)
    scene.desk.prove_as(second, ERIKA)
    scene.desk.ask_for_human(second)
    scene.desk.handovers.claim(ANNA, second)
    scene.desk.joining.merge(ANNA, first, second)
    return first


def forsaken(scene: Scene) -> str:
    conversation_id, _ = scene.desk.claimed(ANNA)
    scene.desk.clock.turn(seconds=61)
    scene.desk.handovers.expire_leases()
    return conversation_id


def ended(scene: Scene) -> str:
    conversation_id = scene.desk.visit()
    scene.desk.conversations.end(conversation_id, fresh_id())
    return conversation_id


def reopened(scene: Scene) -> str:
    conversation_id = ended(scene)
    scene.desk.write(conversation_id, "Doch noch etwas")
    return conversation_id


def offered(scene: Scene) -> str:
    """The staff alone is told of offers."""
    conversation_id = scene.desk.visit()
    scene.desk.ask_for_human(conversation_id)
    with scene.desk.units() as unit:
        until = unit.now + timedelta(seconds=30)
        told = {"offer_id": "offer", "agent_id": ANNA.id}
        unit.append(conversation_id, SYSTEM, RoutingOffered(**told, agent_name=ANNA.name, expires_at=until))
        unit.append(conversation_id, SYSTEM, RoutingOfferEnded(**told, result="declined"))
    return conversation_id


def kept_long_enough(scene: Scene) -> str:
    conversation_id = proven(scene)
    with scene.desk.units() as unit:
        forget(unit, unit.conversations.locked(conversation_id), "retention")
    return conversation_id


class NoJournal:
    """The journal of erasures is no part of this."""

    def add(self, erasure: Erasure) -> None: ...

    def all(self) -> list[Erasure]:
        return []


def erased(scene: Scene) -> str:
    conversation_id = proven(scene)
    Erasures(scene.desk.units, NoJournal()).erase("erika")
    return conversation_id


def credited(scene: Scene) -> str:
    conversation_id = proven(scene)
    scene.floor.add(order("10001", late=6), order("10002", items=[item(cents=9_000)]), order("10003", late=0))
    for number, reason in (("10001", "late_delivery"), ("10002", "damaged_item"), ("10003", "late_delivery")):
        scene.floor.claim(conversation_id, number, reason)
    proposal = next(one.id for one in scene.floor.decisions() if one.subject == "10002")
    scene.floor.credits.reject(ANNA, proposal, "Kein Schaden zu sehen")
    return conversation_id


def served_by_themselves(scene: Scene) -> str:
    conversation_id = proven(scene)
    scene.floor.ask(conversation_id, "data.export")
    return conversation_id


def served_by_an_agent(scene: Scene) -> str:
    conversation_id = proven(scene)
    scene.desk.ask_for_human(conversation_id)
    version = scene.desk.handovers.claim(ANNA, conversation_id).ownership_version
    params = {"part": "address", "street": "Zeil 101", "postcode": "60313", "city": "Frankfurt am Main"}
    scene.floor.act(conversation_id, "contact.change", version=version, **params)
    return conversation_id


def wrapped_up(scene: Scene) -> str:
    conversation_id, version = scene.desk.claimed(ANNA)
    due_at = scene.desk.clock.now() + timedelta(days=1)
    new = NewTask(kind="callback", due_at=due_at, note="Rückruf wegen der Lieferung", agent_id=ANNA.id)
    scene.desk.tasks.make(ANNA, conversation_id, fresh_id(), new)
    wrap_up = WrapUp(outcome="solved", topic="orders", root_cause="delivery", bot_could="article_missing")
    scene.desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="solved", wrap_up=wrap_up)
    gap = NewGap(language="de", question="Ist mein Paket versichert?", answer="Ja, bis 500 Euro.")
    scene.desk.gaps.propose(ANNA, conversation_id, fresh_id(), gap)
    [task] = scene.desk.tasks.of(ANNA, conversation_id)
    for is_done in (True, False):
        scene.desk.tasks.done(ANNA, task.id, is_done=is_done)
    return conversation_id


def read_along(scene: Scene) -> str:
    """A visitor's words to a person are read for the staff, and answered by a draft."""
    conversation_id, version = scene.desk.claimed(ANNA)
    scene.desk.write(conversation_id, "Kann ich mit PayPal zahlen?")
    listening = Listening(scene.desk.units)
    unread = listening.next(conversation_id)
    assert unread is not None
    assert listening.note(unread, Understanding(), None, 12)
    used = DraftUsed(source=DraftSource(kind="article", id="paypal"), changed=True, for_number=unread.number)
    words = {"client_id": fresh_id(), "ownership_version": version, "text": "Ja, gern.", "drafted": used}
    scene.desk.handovers.post_message(ANNA, conversation_id, **words)
    return conversation_id


STORIES: dict[Callable[[Scene], str], set[str]] = {
    begun: {"conversation.started"},
    talked: {"message.posted", "message.feedback_given", "bot.understood", "conversation.language_changed"},
    rated: {"conversation.rated"},
    failed: {"bot.failed"},
    proven: {"identity.requested", "identity.code_sent", "identity.refused", "identity.proven"},
    written_down: {"transcript.sent"},
    locked_out: {"identity.refused"},
    waited: {"handover.requested", "contact.left", "contact.settled", "handover.given_up"},
    handed_over: {"conversation.claimed", "note.posted", "conversation.requeued", "conversation.returned"},
    read_along: {"bot.understood", "suggestion.used"},
    handed_on: {"conversation.transferred", "conversation.taken_over", "conversation.directed"},
    joined: {"conversation.merged", "conversation.linked", "conversation.closed"},
    forsaken: {"conversation.requeued"},
    ended: {"conversation.closed"},
    reopened: {"conversation.reopened"},
    offered: {"routing.offered", "routing.offer_ended"},
    kept_long_enough: {"conversation.forgotten"},
    erased: {"conversation.forgotten"},
    credited: {"credit.granted", "credit.proposed", "credit.refused", "credit.proposal_decided"},
    served_by_themselves: {"service.request_made"},
    wrapped_up: {"conversation.wrapped_up", "gap.proposed", "task.made", "task.done", "task.reopened"},
    served_by_an_agent: {"conversation.claimed", "service.rendered"},
}


def test_every_kind_of_event_has_a_story_that_tells_it() -> None:
    assert set().union(*STORIES.values()) == EVERY_TYPE


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_what_a_reader_knew_at_any_moment_and_the_events_after_it_make_a_fresh_snapshot(
    engine: Engine, story: Callable[[Scene], str]
) -> None:
    scene = Scene(engine)
    conversation_id = story(scene)
    assert STORIES[story] <= set(scene.desk.types(conversation_id))
    _, fresh = scene.desk.conversations.snapshot(conversation_id, 0)
    known = [(number, view) for told, number, view in scene.shown if told == conversation_id]
    assert known
    for number, view in known:
        resync, later = scene.desk.conversations.snapshot(conversation_id, number)
        if resync:  # what this reader knew last is forgotten: they get a whole page instead
            assert "conversation.forgotten" in STORIES[story]
        else:
            assert reduce(applied, later.events, view) == later.conversation == fresh.conversation
