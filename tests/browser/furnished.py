"""A desk in the middle of a day, without a bot: cases of every kind, for tests that look at all its pages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from handover.app import create_app
from handover.cli import DEMO, add_demo_agents
from handover.contract.base import Language
from handover.contract.events import IntentGuess, PassageTried
from handover.contract.frames import (
    EndConversation,
    GiveFeedback,
    Identify,
    LeaveContact,
    PostMessage,
    Prove,
    RateConversation,
)
from handover.contract.turns import BotMessage, CreditClaimed, TurnContext, TurnReply, TurnRequest, Understanding
from handover.gateways.rasa import MemoryBot
from handover.installation import the_database, the_desk
from handover.services.demo import seed
from handover.services.desk import Desk
from handover.services.ports import SystemClock
from handover.settings import Settings
from handover.store.migrate import upgrade
from tests.edges import ALWAYS_OPEN, House, shop_settings
from tests.stack import DOMAIN, PASSWORD, until

LONG_LEASE = 3600.0
"""Seconds: nobody loses a case because their page is closed for a while."""
RULES = f"mode: manual\n{ALWAYS_OPEN}\ntopics: {{orders: [order_status, parcel_late], billing: [invoice_explain]}}\n"


class Words(NamedTuple):
    """What people write in this desk."""

    visitor: str = "Wo bleibt meine Bestellung 10023? Sie sollte **letzte Woche** da sein."
    upset: str = "Das ist jetzt das dritte Mal! Ich bin wirklich sauer!!!"
    bot: str = "Ihre Bestellung kam am *Freitag* an. [Zur Verfolgung](https://shop.example/track)"
    agent: str = "Guten Tag Frau Lindner, ich schaue mir das sofort an."
    note: str = "Kundin ist seit 2023 dabei, bitte großzügig."
    comment: str = "Hat mir nicht geholfen."
    file: str = "quittung.png"
    contact: str = "Bitte erst nach 17 Uhr"
    page: str = "https://shop.example/kaffee"
    short: str = "Begrüßung"


PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x04\x00\x00\x00\xb5\x1c\x0c\x02"
    b"\x00\x00\x00\x0bIDATx\xdacd\xf8\x0f\x00\x01\x05\x01\x01'\x18\xe3f\x00\x00\x00\x00IEND\xaeB`\x82"
)


class Furnished(NamedTuple):
    """`case`: Anna's, of the proven Erika; `waiting`, `closed`: two others. Ids, for addresses of pages."""

    house: House
    case: str
    waiting: str
    closed: str
    customer: str
    tokens: dict[str, str]
    """Secrets of the visitors, by conversation."""

    def path(self, path: str) -> str:
        told = {"case": self.case, "waiting": self.waiting, "closed": self.closed, "customer": self.customer}
        return f"{self.house.url}/desk/{path.format(**told)}"


@contextmanager
def furnished(folder: Path, words: Words | None = None, rules: str = RULES) -> Iterator[Furnished]:
    """With the demo's customers and accounts, and its data in `folder`."""
    words = words or Words()
    settings = shop_settings(folder / "kulanz.db", rules, lease_seconds=LONG_LEASE)
    fill_in(settings)
    with House(create_app(settings, bot=MemoryBot(lambda asked: _answer(words, asked))), settings) as house:
        visitors, anna = Visitors(house.desk, words), Colleague(house, "anna")
        closed = visitors.rated_and_gone(anna)
        case = visitors.proven()
        anna.serves(case, words)
        anna.looks_back(closed, words)
        waiting = visitors.upset_and_waiting()
        visitors.proven_elsewhere()
        sophie = Colleague(house, "sophie")
        sophie.changes_the_rules(words)
        yield Furnished(house, case, waiting, closed, anna.customer_of(case), visitors.tokens)
        anna.close()
        sophie.close()


def fill_in(settings: Settings) -> None:
    with the_database(settings) as engine:
        upgrade(engine)
    with the_desk(settings) as desk:
        seed(desk.units, DEMO, SystemClock())
        add_demo_agents(desk)


def _answer(words: Words, asked: TurnRequest) -> TurnReply:
    handover = "no_answer" if asked.text and "!!!" in asked.text else None
    read = Understanding(
        intents=(IntentGuess(name="order_status", confidence=0.91), IntentGuess(name="parcel_late", confidence=0.07)),
    )
    tried = (PassageTried(article_id="parcel-late", title=words.short, score=0.42, used=True),)
    said = BotMessage(text=words.bot, wants_feedback=True, handover=handover, passages=tried)
    return TurnReply(messages=(said,), understanding=read)


class Visitors:
    """Who came so far. They use the services as the sockets do."""

    def __init__(self, desk: Desk, words: Words) -> None:
        self._desk, self._words = desk, words
        self.tokens: dict[str, str] = {}

    def proven(self) -> str:
        """Erika, whose coffee machine is damaged: a proposal waits for somebody's decision."""
        case = self._comes("de")
        self._proves(case, "erika.lindner@example.org")
        self._asks(case, self._words.visitor)
        judged = GiveFeedback(
            client_id=_id(), message_number=self._bots(case), helpful=False, comment=self._words.comment
        )
        self._desk.ratings.give_feedback(case, judged)
        context = TurnContext(
            conversation_id=case, turn_id=_id(), ownership_version=self._version(case), language="de", trust="code"
        )
        claim = CreditClaimed(context=context, reason="damaged_item", subject="10023", item_sku="NL-KM-1")
        self._desk.credits.claim(claim)
        self._desk.conversations.request_human(case, _id())
        return case

    def proven_elsewhere(self) -> str:
        """Erika once more, in a second chat that the bot answers."""
        case = self._comes("de")
        self._proves(case, "erika.lindner@example.org")
        self._asks(case, self._words.visitor)
        return case

    def upset_and_waiting(self) -> str:
        case = self._comes("en")
        self._asks(case, self._words.upset)
        self._calls(case)
        left = LeaveContact(client_id=_id(), kind="callback", value="0171 2345678", note=self._words.contact)
        self._desk.contacts.leave(case, left)
        return case

    def rated_and_gone(self, anna: Colleague) -> str:
        case = self._comes("de")
        self._asks(case, self._words.visitor)
        self._desk.conversations.request_human(case, _id())
        anna.claims(case)
        anna.says(case, self._words.agent)
        self._desk.conversations.end(case, EndConversation(client_id=_id()).client_id)
        rated = RateConversation(client_id=_id(), about="human", score=2, comment=self._words.comment)
        self._desk.ratings.rate(case, rated)
        return case

    def _comes(self, language: Language) -> str:
        started = self._desk.conversations.start(language, self._words.page)
        self.tokens[started.conversation_id] = started.visitor_token
        return started.conversation_id

    def _asks(self, case: str, text: str) -> None:
        before = self._bots(case)
        self._desk.conversations.post_visitor_message(case, PostMessage(client_id=_id(), text=text))
        until(lambda: self._bots(case) != before)

    def _calls(self, case: str) -> None:
        if self._desk.conversations.snapshot(case, 0)[1].conversation.state == "bot":
            self._desk.conversations.request_human(case, _id())

    def _bots(self, case: str) -> int:
        """Number of the bot's newest message."""
        said = (one for one in self._desk.conversations.staff_events(case, 0) if one.data.type == "message.posted")
        return max((one.number for one in said if one.actor.kind == "bot"), default=0)

    def _proves(self, case: str, email: str) -> None:
        self._desk.identities.request_code(case, Identify(client_id=_id(), email=email))
        mail = next(stored.mail for stored in self._desk.outbox.latest(5) if stored.mail.to == email)
        code = re.search(r"\d{6}", mail.subject + mail.body)
        assert code
        self.tokens[case] = secrets.token_urlsafe(32)
        self._desk.identities.prove(case, Prove(client_id=_id(), code=code[0]), self.tokens[case])

    def _version(self, case: str) -> int:
        with self._desk.units(write=False) as unit:
            return unit.conversations.get(case).ownership_version


class Colleague:
    """Somebody at work without a page, by the desk's own routes."""

    def __init__(self, house: House, name: str) -> None:
        self.http = httpx.Client(base_url=house.url, headers={"Origin": house.url}, timeout=20)
        self._house = house
        self.http.post("/api/login", json={"email": f"{name}@{DOMAIN}", "password": PASSWORD}).raise_for_status()
        self.versions: dict[str, int] = {}

    def serves(self, case: str, words: Words) -> None:
        self.claims(case)
        self.says(case, words.agent)
        self.post(f"/api/conversations/{case}/notes", client_id=_id(), text=words.note)
        sent = self.http.post(f"/api/conversations/{case}/files", params={"name": words.file}, content=PNG)
        sent.raise_for_status()
        self.says(case, "", file_ids=[sent.json()["id"]])
        kept = words.note.translate({ord("{"): "(", ord("}"): ")"})  # braces name variables
        self.post("/api/canned-answers", name=words.short[:60], text_de=kept, text_en=kept, shared=False)

    def looks_back(self, closed: str, words: Words) -> None:
        """The end of a case, what is to be done about it, and what the editors should know."""
        at = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
        path = f"/api/conversations/{closed}"
        self.post(f"{path}/tasks", client_id=_id(), kind="callback", due_at=at, note=words.note, agent_id=None)
        self.post(
            f"{path}/gap",
            client_id=_id(),
            language="de",
            question=words.comment[:300],
            answer=words.agent,
            remark=words.note,
        )
        judged = {"outcome": "solved", "root_cause": "delivery", "bot_could": "needs_person", "remark": words.note}
        self.http.put(f"{path}/wrap-up", json=judged).raise_for_status()

    def changes_the_rules(self, words: Words) -> None:
        view = self.http.get("/api/desk-rules").raise_for_status().json()
        changed = {**view["document"], "queue_limit": 40}
        answer = self.http.put(
            "/api/desk-rules", json={"document": changed, "version": view["version"], "note": words.short}
        )
        assert answer.is_success, answer.text

    def claims(self, case: str) -> None:
        self.versions[case] = self.post(f"/api/conversations/{case}/claim", force=True)["summary"]["ownership_version"]

    def says(self, case: str, text: str, **more: object) -> None:
        self.post(
            f"/api/conversations/{case}/messages",
            client_id=_id(),
            ownership_version=self.versions[case],
            text=text,
            **more,
        )

    def customer_of(self, case: str) -> str:
        return str(self.http.get(f"/api/conversations/{case}").json()["summary"]["customer_id"])

    def post(self, path: str, **body: object) -> Any:
        answer = self.http.post(path, json=body)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    def close(self) -> None:
        self.http.close()


def _id() -> str:
    return uuid4().hex
