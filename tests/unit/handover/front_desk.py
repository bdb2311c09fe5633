"""The desk's services on a real database, with a clock to turn and a notebook for what was published."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from handover.contract.events import ChoiceTaken, Event, HandoverReason, PassageTried
from handover.contract.frames import ConversationView, Identify, PostMessage, Prove
from handover.contract.turns import BotMessage, OfferedChoice, Signal, TurnReply, Understanding
from handover.domain.agent import Agent, Role
from handover.domain.routing import Status
from handover.domain.shop import ShopCustomer
from handover.gateways.article_check import article_problems
from handover.services.articles import Articles, PublishedArticle
from handover.services.contacts import Contacts
from handover.services.conversations import Conversations
from handover.services.customers import Customers
from handover.services.desk_rules import DeskRules
from handover.services.documents.letterhead import load_letterhead
from handover.services.dossier import Dossiers
from handover.services.gaps import Gaps, Shelves
from handover.services.identity import Identities
from handover.services.joining import Joining
from handover.services.notes import Notes
from handover.services.offers import Offers
from handover.services.placing import Intake
from handover.services.ports import Publication
from handover.services.queue import Queue
from handover.services.ratings import Ratings
from handover.services.routing import Handovers
from handover.services.shop_rules import ShopRules
from handover.services.signed_identity import Signatures
from handover.services.staff import Staff
from handover.services.tasks import Tasks
from handover.services.transcript import Transcripts
from handover.services.transfers import Transfers
from handover.services.turns import Turns
from handover.services.wrap_up import WrapUps
from handover.store.unit_of_work import SqlUnits

ANNA = Agent("anna", "anna@nordlicht.example", "Anna Brandt", Role.AGENT, "de")
BEN = Agent("ben", "ben@nordlicht.example", "Ben Okafor", Role.AGENT, "en")
EMIL = Agent("emil", "emil@nordlicht.example", "Emil Fuchs", Role.EDITOR, "de")
LEASE = timedelta(seconds=60)
SENDER = Path(__file__).resolve().parents[3] / "data" / "demo" / "sender.yaml"
SIGNING = "what the shop signs identity tokens with, long enough for any HMAC"
Result = TypeVar("Result")
ARTICLES = {
    ("de", "parcel-insurance"): PublishedArticle(
        id="parcel-insurance",
        language="de",
        title="Ist mein Paket versichert?",
        body="**Ja**, bis 500 €.",
        version="1",
        updated_on=date(2026, 1, 1),
        audience="everyone",
        valid_from=date(2026, 1, 1),
        valid_until=None,
    )
}
"""What is live."""
_counter = itertools.count(1)


def fresh_id() -> str:
    return f"client-{next(_counter):06d}"


class TurnedClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 10, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def turn(self, **by: float) -> None:
        self.time += timedelta(**by)


class Notebook:
    """What was published, in order."""

    def __init__(self) -> None:
        self.publications: list[Publication] = []

    def publish(self, publication: Publication) -> None:
        self.publications.append(publication)


class FrontDesk:
    def __init__(self, engine: Engine, clock: TurnedClock | None = None, rules: DeskRules | None = None) -> None:
        self.clock, self.notebook = clock or TurnedClock(), Notebook()
        self.units = SqlUnits(engine, self.notebook, self.clock)
        rules = rules or DeskRules()
        intake = Intake(rules, LEASE)
        self.conversations = Conversations(self.units, intake)
        self.identities = Identities(self.units, Signatures("https://help.shop.example", secret=SIGNING))
        self.turns = Turns(self.units, intake=intake)
        self.notes = Notes(self.units)
        self.handovers = Handovers(self.units, LEASE, rules)
        self.queue, self.offers = Queue(self.units, intake), Offers(self.units, intake)
        self.transfers, self.joining = Transfers(self.units, intake), Joining(self.units, intake)
        self.contacts, self.staff = Contacts(self.units, rules), Staff(self.units, intake)
        self.ratings = Ratings(self.units)
        self.transcripts = Transcripts(self.units, load_letterhead(SENDER, ZoneInfo("Europe/Berlin")))
        self.customers = Customers(self.units)
        self.wrap_ups = WrapUps(self.units, rules, Articles(lambda: ARTICLES, lambda: self.clock.now().date()))
        self.tasks = Tasks(self.units)
        shelves = Shelves(article_problems, lambda: ("billing", "shipping"), lambda: self.clock.now().date())
        self.gaps = Gaps(self.units, rules, shelves)
        self.dossiers = Dossiers(self.units, ZoneInfo("Europe/Berlin"), ShopRules())
        with self.units() as unit:
            for agent in (ANNA, BEN, EMIL):
                if unit.agents.account(agent.id) is None:  # a desk that was started again knows them
                    unit.agents.add(agent, "hash", demo=False, at=unit.now)
                    unit.staff.set_status(agent.id, Status.AVAILABLE, unit.now)

    # --- what visitors do ---

    def visit(self, language: str = "de") -> str:
        return self.conversations.start(language, "https://shop.example/").conversation_id

    def write(self, conversation_id: str, text: str, client_id: str | None = None) -> int:
        frame = PostMessage(client_id=client_id or fresh_id(), text=text)
        return self.conversations.post_visitor_message(conversation_id, frame)

    def press(self, conversation_id: str, message_number: int, choice_id: str, client_id: str | None = None) -> int:
        taken = ChoiceTaken(message_number=message_number, choice_id=choice_id)
        frame = PostMessage(client_id=client_id or fresh_id(), choice=taken)
        return self.conversations.post_visitor_message(conversation_id, frame)

    def ask_for_human(self, conversation_id: str) -> int:
        return self.conversations.request_human(conversation_id, fresh_id())

    def identify(self, conversation_id: str, email: str) -> int:
        return self.identities.request_code(conversation_id, Identify(client_id=fresh_id(), email=email))

    def prove(self, conversation_id: str, code: str) -> int:
        return self.identities.prove(conversation_id, Prove(client_id=fresh_id(), code=code))

    def prove_as(self, conversation_id: str, email: str) -> int:
        self.identify(conversation_id, email)
        return self.prove(conversation_id, self.last_code())

    # --- what the bot does ---

    def answer(self, conversation_id: str, *messages: BotMessage, understanding: Understanding | None = None) -> None:
        turn = self.turns.next(conversation_id)
        assert turn is not None
        self.turns.accept(turn, reply(*messages, understanding=understanding), 120)

    def hand_over(self, conversation_id: str, reason: HandoverReason = "no_answer") -> None:
        self.answer(conversation_id, BotMessage(text="Ich hole jemanden.", handover=reason))

    # --- what agents do ---

    def claimed(self, agent: Agent = ANNA) -> tuple[str, int]:
        """A conversation the agent has, and its ownership version."""
        conversation_id = self.visit()
        self.ask_for_human(conversation_id)
        return conversation_id, self.handovers.claim(agent, conversation_id).ownership_version

    # --- what the shop tells ---

    def add_customer(
        self,
        customer_id: str = "erika",
        name: str = "Erika Lindner",
        email: str = "erika.lindner@example.org",
        phone: str | None = None,
    ) -> None:
        with self.units() as unit:
            unit.shop.add_customer(
                ShopCustomer(
                    id=customer_id,
                    number=f"K-{customer_id}",
                    name=name,
                    email=email,
                    language="de",
                    phone=phone,
                    street="Hauptstr. 5",
                    postcode="20095",
                    city="Hamburg",
                    blocked=False,
                    created_at=unit.now,
                )
            )

    # --- what is there ---

    def events(self, conversation_id: str) -> list[Event]:
        with self.units(write=False) as unit:
            return [stored.event for stored in unit.log.after(conversation_id, 0)]

    def types(self, conversation_id: str) -> list[str]:
        return [event.data.type for event in self.events(conversation_id)]

    def view(self, conversation_id: str) -> ConversationView:
        with self.units(write=False) as unit:
            return unit.conversations.view(conversation_id)

    def last_code(self) -> str:
        with self.units(write=False) as unit:
            return unit.mails.latest(1)[0].mail.subject[-6:]

    def mails(self) -> int:
        with self.units(write=False) as unit:
            return len(unit.mails.latest(100))


def reply(*messages: BotMessage, understanding: Understanding | None = None) -> TurnReply:
    return TurnReply(messages=messages, understanding=understanding or Understanding())


def choice(label: str, name: str, **data: str) -> OfferedChoice:
    return OfferedChoice(label=label, signal=Signal(name=name, data=data))


def passage(article_id: str, score: float = 0.8) -> PassageTried:
    return PassageTried(article_id=article_id, title=article_id.title(), score=score, used=True)


def at_once(acts: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Run all in threads of their own; what one raised stands in its place."""

    def guarded(act: Callable[[], Result]) -> Result | Exception:
        try:
            return act()
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(guarded, acts))
