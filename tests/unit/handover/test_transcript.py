"""The conversation to keep: what stands in it, who gets it by mail, and how often."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, update

from handover.contract.base import Actor, Language
from handover.contract.events import (
    AnyPayload,
    CardLine,
    Choice,
    ChoiceTaken,
    CreditGranted,
    DocumentRef,
    Event,
    FileRef,
    InvoiceCard,
    MessagePosted,
    OrderCard,
    Receipt,
)
from handover.contract.frames import MailTranscript
from handover.contract.turns import BotMessage
from handover.domain.errors import IdentityRequired, NoAddress, NotAllowed, TooMany
from handover.services.documents import transcript
from handover.services.documents.letterhead import load_letterhead
from handover.services.documents.transcript_lines import Told, size
from handover.services.documents.transcript_words import CREDITS, FEEDBACK, SERVED, STATES, TEXTS
from handover.services.ports import Mail
from handover.settings import Settings
from handover.store.tables import identities
from tests.unit.handover.front_desk import ANNA, EMIL, SENDER, FrontDesk, fresh_id

LETTERHEAD = load_letterhead(SENDER, ZoneInfo("Europe/Berlin"))
AT = datetime(2026, 7, 3, 22, 30, tzinfo=UTC)
LANGUAGES: tuple[Language, ...] = ("de", "en")
VISITOR, BOT = Actor(kind="visitor"), Actor(kind="bot")
HUMAN = Actor(kind="agent", id="anna", name="Anna Brandt")
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202egnp.exe'
"""What no reader of a file may ever run; its end would be read backwards."""

SAFE = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "h1",
    "p",
    "ol",
    "li",
    "ul",
    "time",
    "div",
    "a",
}
SAFE |= {"br", "strong", "em", "code", "pre"}
"""Tags of a transcript."""


def said(actor: Actor, text: str = "", number: int = 1, **more: Any) -> Event:
    message = MessagePosted(message_id="m", text=text, **more)
    return Event(number=number, after=number - 1, at=AT, actor=actor, data=message)


def page(*events: Event, language: Language = "de") -> str:
    return transcript.html(events, language, LETTERHEAD, AT).content.decode()


def letter(*events: Event, language: Language = "de") -> Mail:
    return transcript.mail(events, language, LETTERHEAD, AT, "erika@example.org")


def sent(desk: FrontDesk) -> list[Mail]:
    with desk.units(write=False) as unit:
        return [stored.mail for stored in unit.mails.latest(100) if "•" not in stored.mail.subject]


def proven(desk: FrontDesk) -> str:
    desk.add_customer()
    conversation_id = desk.visit()
    desk.prove_as(conversation_id, "erika.lindner@example.org")
    return conversation_id


def wish() -> MailTranscript:
    return MailTranscript(client_id=fresh_id())


# --- what stands in it --------------------------------------------------------------------------------------------

STORIES = Path(__file__).resolve().parents[3] / "widget" / "src" / "connection" / "stories.json"
"""Every kind of event there is, as the real desk tells it."""
PUBLIC = {
    payload.model_fields["type"].default for payload in get_args(get_args(AnyPayload)[0]) if payload.audience == "all"
}


def every_kind() -> dict[str, Event]:
    stories = json.loads(STORIES.read_text("utf-8"))["stories"]
    told = [event for story in stories for moment in story["moments"] for event in moment["staff"]]
    return {event["data"]["type"]: Event.model_validate(event) for event in told}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_event_has_words_and_none_of_the_staffs_has(language: Language) -> None:
    told = Told(language)
    worded = {type_ for type_, event in every_kind().items() if told.line(event)}
    assert worded == PUBLIC
    shown = page(*every_kind().values(), language=language)
    assert not re.search(r"[{}]|None", shown.partition("</style>")[2])


def test_both_languages_word_the_same_things() -> None:
    for words in (TEXTS, FEEDBACK, CREDITS, SERVED, STATES):
        assert words["de"].keys() == words["en"].keys()
        holes = [{key: sorted(re.findall(r"{\w+}", text)) for key, text in words[one].items()} for one in LANGUAGES]
        assert holes[0] == holes[1]


def test_it_tells_machine_from_human_and_the_time_of_the_shop() -> None:
    events = said(VISITOR, "Hallo?"), said(BOT, "Guten Tag"), said(HUMAN, "Hier ist Anna")
    shown = page(*events)
    for who in ("Sie", "Assistenzprogramm (Maschine)", "Anna Brandt (Mensch)"):
        assert f'<p class="who">{who} <time datetime="2026-07-03T22:30:00+00:00">04.07.2026, 00:30</time></p>' in shown
    assert "Mitteleuropäische Zeit" in shown
    assert "[4 Jul 2026, 00:30] Anna Brandt (human):\nHier ist Anna" in letter(*events, language="en").body


def test_it_names_cards_files_documents_sources_and_what_was_pressed() -> None:
    order = OrderCard(
        kind="order",
        number="10023",
        state="shipped",
        ordered_on="2026-06-28",
        promised_on="2026-07-02",
        days_late=2,
        total_cents=12_990,
        currency="EUR",
        lines=(CardLine(text="Heizungsregler", quantity=2, amount_cents=12_990),),
    )
    invoice = InvoiceCard(
        kind="invoice",
        number="RE-7",
        state="what a newer desk calls it",
        issued_on="2026-07-01",
        due_on="2026-07-15",
        total_cents=990,
        open_cents=990,
        currency="EUR",
    )
    rich = said(
        BOT,
        "So steht es.",
        cards=(order, invoice),
        receipt=Receipt(article_id="a", language="de", title="Lieferzeit", version="v", passage=1, score=0.9),
        documents=(DocumentRef(id="d", kind="invoice", name="Rechnung-RE-7.pdf"),),
        files=(FileRef(id="f" * 8, name="Schaden.jpg", media_type="image/jpeg", size=1_400_000),),
        choices=(Choice(id="1", label="Ja"), Choice(id="2", label="Nein")),
    )
    pressed = said(VISITOR, "Nein", choice_taken=ChoiceTaken(message_number=1, choice_id="2"))
    credit = CreditGranted(reason="late_delivery", subject="10023", reference="G-1", amount_cents=500, currency="EUR")
    events = rich, pressed, Event(number=3, after=2, at=AT, actor=Actor(kind="system"), data=credit)
    for told in (page(*events), letter(*events).body):
        for words in (
            "Bestellung 10023 vom 28. Juni 2026: 129,90\xa0€ (unterwegs)",
            "Zugesagt für den 2. Juli 2026",
            "2 Tage zu spät",
            "2 × Heizungsregler: 129,90\xa0€",
            "Rechnung RE-7 vom 1. Juli 2026: 9,90\xa0€",
            "Fällig am 15. Juli 2026, noch offen: 9,90\xa0€",
            "Quelle: Lieferzeit",
            "Dokument: Rechnung-RE-7.pdf",
            "Datei: Schaden.jpg (1,4 MB)",
            "Zur Auswahl: Ja · Nein",
            "Ausgewählt: Nein",
            "Gutschrift über 5,00\xa0€ für 10023 (verspätete Lieferung), Vorgang G-1.",
        ):
            assert words in told
        assert "newer desk" not in told


def test_sizes_are_written_as_people_read_them() -> None:
    assert [size(count, "de") for count in (1, 900, 12_000, 1_400_000)] == ["1 KB", "1 KB", "12 KB", "1,4 MB"]
    assert size(1_400_000, "en") == "1.4 MB"


def test_f84_nothing_that_anybody_wrote_becomes_markup() -> None:
    """Texts, names, titles, file names, labels; as Markdown and plain; and links lead to websites and mail alone."""
    receipt = Receipt(article_id="a", language="de", title=EVIL, version="v", passage=1, score=0.9)
    file = FileRef(id="f" * 8, name=EVIL, media_type="image/png", size=1)
    document = DocumentRef(id="d", kind="invoice", name=EVIL)
    liar = Actor(kind="agent", id="x", name=EVIL)
    links = "[a](javascript:alert(1)) [b](data:text/html,x) ![c](http://evil.example/x.png) [d](https://shop.example/)"
    choices = (Choice(id="1", label=EVIL),)
    shown = page(
        said(VISITOR, EVIL, files=(file,)),
        said(BOT, EVIL, receipt=receipt, documents=(document,), choices=choices),
        said(liar, EVIL + "\n\n" + links),
    )
    tags = set(re.findall(r"<\s*/?\s*([a-z0-9]+)", shown.lower()))
    assert tags <= SAFE
    assert "\u202e" not in shown
    addresses = re.findall(r'href="([^"]*)"', shown)
    assert {address.partition(":")[0] for address in addresses} <= {"http", "https"}
    assert not re.search(r"<[^>]*\son\w+=", shown)


@given(st.text(max_size=200), st.text(max_size=80))
def test_f84_no_text_at_all_opens_a_tag(text: str, name: str) -> None:
    shown = page(said(VISITOR, text), said(Actor(kind="agent", id="x", name=name), text))
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z!?]\w*)", shown.partition("</style>")[2]))
    assert tags <= SAFE


def test_its_own_policy_allows_its_own_style_and_nothing_else() -> None:
    shown = page()
    assert f'http-equiv="Content-Security-Policy" content="{transcript.POLICY}"' in shown
    assert "'unsafe-inline'" not in shown
    assert "In diesem Gespräch wurde noch nichts gesagt." in shown


def test_a_mail_holds_the_newest_words_and_says_what_it_leaves_out() -> None:
    many = [said(VISITOR, f"Wort {number} " + "x" * 9_000, number) for number in range(1, 41)]
    body = letter(*many).body
    assert transcript.MAIL_LIMIT - 20_000 < len(body) < transcript.MAIL_LIMIT + 2_000
    assert "Wort 40 " in body
    assert "Wort 1 " not in body
    assert TEXTS["de"]["cut"] in body
    assert TEXTS["de"]["cut"] not in letter(many[0]).body


# --- who gets it --------------------------------------------------------------------------------------------------


def test_before_a_proof_nobody_gets_a_mail(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Hallo")
    for act in (
        lambda: desk.transcripts.mail(conversation_id, wish()),
        lambda: desk.transcripts.mail_for(ANNA, conversation_id),
    ):
        with pytest.raises(IdentityRequired):
            act()
    assert (desk.mails(), "transcript.sent" in desk.types(conversation_id)) == (0, False)


def test_the_proven_address_gets_it_once_with_what_was_said(desk: FrontDesk) -> None:
    conversation_id = proven(desk)
    desk.answer(conversation_id, BotMessage(text="Womit kann ich helfen?"))
    asked = wish()
    number = desk.transcripts.mail(conversation_id, asked)
    assert desk.transcripts.mail(conversation_id, asked) == number
    mail = sent(desk)[0]
    assert (mail.to, desk.mails()) == ("erika.lindner@example.org", 2)  # the code's and this one
    assert "Womit kann ich helfen?" in mail.body
    last = desk.events(conversation_id)[-1]
    assert (last.number, last.actor.kind) == (number, "visitor")
    assert last.data.model_dump() == {"type": "transcript.sent", "masked_email": "e•••@e•••.org"}


def test_an_agent_sends_it_to_the_same_address_and_this_is_on_record(desk: FrontDesk) -> None:
    conversation_id = proven(desk)
    desk.transcripts.mail_for(ANNA, conversation_id)
    assert sent(desk)[0].to == "erika.lindner@example.org"
    last = desk.events(conversation_id)[-1]
    assert (last.data.type, last.actor.name) == ("transcript.sent", ANNA.name)
    with pytest.raises(NotAllowed):
        desk.transcripts.mail_for(EMIL, conversation_id)


def test_three_an_hour_and_no_more_whoever_asks(desk: FrontDesk) -> None:
    conversation_id = proven(desk)
    desk.transcripts.mail(conversation_id, wish())
    desk.clock.turn(minutes=20)
    desk.transcripts.mail_for(ANNA, conversation_id)
    desk.transcripts.mail(conversation_id, wish())
    with pytest.raises(TooMany) as refused:
        desk.transcripts.mail(conversation_id, wish())
    assert 0 < int(refused.value.data["retry_seconds"]) - timedelta(minutes=40).total_seconds() <= 1
    desk.clock.turn(seconds=int(refused.value.data["retry_seconds"]))
    desk.transcripts.mail(conversation_id, wish())
    with pytest.raises(TooMany):
        desk.transcripts.mail_for(ANNA, conversation_id)


def test_what_the_staff_wrote_for_itself_stands_in_no_transcript(desk: FrontDesk) -> None:
    conversation_id = proven(desk)
    desk.ask_for_human(conversation_id)
    version = desk.handovers.claim(ANNA, conversation_id).ownership_version
    desk.notes.post(ANNA, conversation_id, client_id=fresh_id(), text="CANARY")
    desk.handovers.post_message(
        ANNA, conversation_id, client_id=fresh_id(), ownership_version=version, text="Hier ist Anna"
    )
    desk.transcripts.mail(conversation_id, wish())
    for told in (sent(desk)[0].body, desk.transcripts.file(conversation_id, "de").content.decode()):
        assert "Hier ist Anna" in told
        assert "CANARY" not in told


def test_who_has_no_address_is_told_so(desk: FrontDesk, engine: Engine) -> None:
    conversation_id = proven(desk)
    with engine.begin() as connection:
        connection.execute(update(identities).values(kind="handle"))
    with pytest.raises(NoAddress):
        desk.transcripts.mail(conversation_id, wish())


# --- over HTTP ----------------------------------------------------------------------------------------------------


@pytest.fixture
def client(app: FastAPI, settings: Settings) -> Iterator[TestClient]:
    with TestClient(app, base_url=settings.url) as client:
        client.headers["Origin"] = settings.url
        yield client


def begin(client: TestClient) -> dict[str, str]:
    """A new visitor's header."""
    started = client.post("/api/visitor/conversations", json={"language": "de"}).json()
    return {"Authorization": f"Bearer {started['visitor_token']}"}


def test_a_visitor_downloads_their_own_conversation_as_a_powerless_file(client: TestClient) -> None:
    answer = client.get("/api/visitor/transcript?language=en", headers=begin(client))
    assert answer.status_code == 200
    assert re.fullmatch(
        r"attachment; filename\*=UTF-8''Conversation-\d{4}-\d\d-\d\d\.html", answer.headers["content-disposition"]
    )
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in answer.headers["cache-control"]
    assert "The conversation began." in answer.text


def test_without_the_secret_there_is_no_transcript_and_no_other_language_either(client: TestClient) -> None:
    mine = begin(client)
    assert client.get("/api/visitor/transcript").status_code == 401
    assert client.get("/api/visitor/transcript", headers={"Authorization": "Bearer nobody"}).status_code == 401
    assert client.get("/api/visitor/transcript?language=fr", headers=mine).status_code == 422


def test_whole_logs_are_not_read_again_and_again(client: TestClient) -> None:
    mine, other = begin(client), begin(client)
    answers = [client.get("/api/visitor/transcript", headers=mine) for _ in range(11)]
    assert {answer.status_code for answer in answers[:10]} == {200}
    assert (answers[10].status_code, answers[10].headers["retry-after"].isdigit()) == (429, True)
    assert client.get("/api/visitor/transcript", headers=other).status_code == 200
