"""Every state of the chat as visitors see it, reached in the real house: accessible, in shape, and pictured.

One conversation walks through them all, in German and English, on a desktop and on a phone; each state is also looked at
in the dark, and on 320 px or at 200 %. `KULANZ_KEEP_PICTURES=1` keeps the pictures in data/var/pictures.
"""

from __future__ import annotations

import base64
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from handover.launcher.config import VAR
from tests.browser.axe import findings
from tests.browser.chat import ANSWER_MS, Chat, newest_code
from tests.browser.colleague import Colleague
from tests.browser.look import Look
from tests.browser.parcels import Parcel, late_parcel
from tests.browser.socket_gate import SocketGate, bot_speaks
from tests.browser.test_embedding import NO_STORAGE
from tests.browser.test_pictures import KEPT
from tests.browser.website import Shop
from tests.edges import House
from tests.stack import Stack, until

SIZES: dict[str, ViewportSize] = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
IN_THE_README = {
    state: KEPT["widget"] / f"{state.replace(' ', '-')}.png"
    for state in ("order card", "credit card", "offline with an unsent message", "contact left", "human answers")
}
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
ADDRESS = "https://nordlicht.example/" + "sehr-lang/" * 20
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FROM_RIGHT = "مرحبا، أين طلبي 10034؟ שלום עולם"


class Words(NamedTuple):
    """What is said in one language."""

    question: str
    status: str
    complaint: str
    invoice: str
    pay: str
    greeting: str
    summary: str


WORDS = {
    "de": Words(
        question="Wie kann ich etwas zurückgeben?",
        status="Wo bleibt meine Bestellung {order}?",
        complaint="Die Lieferung kam viel zu spät, das ist ärgerlich",
        invoice="Bitte erklären Sie mir die Rechnung {invoice}",
        pay="Welche Zahlungsarten gibt es?",
        greeting="Guten Tag, hier ist Anna. Ich sehe mir das **gleich** an:\n\n1. Bestellung\n2. Lieferung\n\n- `10034`",
        summary="Der Betrag ist gutgeschrieben.",
    ),
    "en": Words(
        question="How can I return something?",
        status="Where is my order {order}?",
        complaint="The delivery was far too late, that is really annoying",
        invoice="Explain invoice {invoice} to me please",
        pay="Can I pay with PayPal?",
        greeting="Hello, this is Anna. Let me look at it **right away**:\n\n1. Order\n2. Delivery\n\n- `10034`",
        summary="The amount was credited.",
    ),
}


@dataclass
class Stage:
    """The visitor's page, what stands between it and the desk, and who the visitor is."""

    chat: Chat
    gate: SocketGate
    stack: Stack
    mailbox: Page
    words: Words
    parcel: Parcel
    look: Look

    @property
    def page(self) -> Page:
        return self.chat.page

    def appears(self, test_id: str) -> None:
        expect(self.page.get_by_test_id(test_id).last).to_be_visible(timeout=ANSWER_MS)

    def press(self, test_id: str) -> None:
        self.page.get_by_test_id(test_id).last.click()


@pytest.fixture(params=[(language, size) for language in ("de", "en") for size in SIZES], ids="-".join)
def variant(request: pytest.FixtureRequest) -> tuple[str, str]:
    language, size = request.param
    return language, size


@pytest.fixture
def own_page(variant: tuple[str, str], browser: Browser) -> Iterator[Page]:
    language, size = variant
    is_phone = size == "phone"
    context = browser.new_context(
        locale=language, viewport=SIZES[size], is_mobile=is_phone, has_touch=is_phone, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def look(request: pytest.FixtureRequest, variant: tuple[str, str], own_page: Page, tmp_path: Path) -> Look:
    keeps = bool(os.environ.get("KULANZ_KEEP_PICTURES"))
    kept = VAR / "pictures" if keeps else tmp_path
    album = kept / request.node.originalname.removeprefix("test_") / "-".join(variant)
    shutil.rmtree(album, ignore_errors=True)
    shown = IN_THE_README if keeps and variant == ("en", "desktop") else None
    return Look(own_page, "320 px" if variant[1] == "phone" else "200 %", album, shown)


@pytest.fixture
def stage(variant: tuple[str, str], browser: Browser, own_page: Page, look: Look, stack: Stack) -> Iterator[Stage]:
    language, _ = variant
    post = browser.new_context(locale=language)
    yield Stage(
        chat=Chat(own_page, stack.url, language),
        gate=SocketGate(own_page),
        stack=stack,
        mailbox=post.new_page(),
        words=WORDS[language],
        parcel=late_parcel(stack),
        look=look,
    )
    post.close()


def test_the_checker_looks_into_shadow_roots_whatever_the_page_forbids(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/desk/")
    page.evaluate("""() => {
        const host = document.createElement("kulanz-chat");
        host.attachShadow({ mode: "open" }).append(document.createElement("button"), document.createElement("input"));
        document.body.append(host);
    }""")
    names = [rule.partition(":")[0] for rule in findings(page, "kulanz-chat")]
    assert {"button-name", "label"} <= set(names)


def test_every_state_is_accessible_keeps_its_shape_and_loses_no_focus(stage: Stage) -> None:
    opening(stage)
    answering(stage)
    proving_identity(stage)
    cards(stage)
    failing(stage)
    losing_the_line_and_calling_a_human(stage)
    waiting(stage)
    talking_to_a_human(stage)
    odd_texts(stage)
    ending(stage)
    assert not stage.look.faults, "\n".join(stage.look.faults)


ASKS_FIRST = 'data-consent="ask" data-consent-version="7" data-privacy-url="https://shop.example/privacy"'


def test_a_strangers_page_with_a_note_on_privacy_or_without_storage_is_as_accessible(
    variant: tuple[str, str], own_page: Page, look: Look, shop: Shop, house: House
) -> None:
    chat = Chat(own_page, house.url, variant[0])
    tag = f'<script src="{house.url}/kulanz.js" data-language="{variant[0]}" {{}}></script>'
    html = f'<!doctype html><html lang="{variant[0]}"><meta name="viewport" content="width=device-width"><title>x</title>{tag}'
    own_page.goto(shop.page("/consent", html.format(ASKS_FIRST)))
    own_page.get_by_test_id("kulanz-launcher").click()
    expect(own_page.get_by_test_id("consent-agree")).to_be_visible(timeout=ANSWER_MS)
    look.at("consent", by_tab=True)
    own_page.get_by_test_id("consent-agree").click()
    chat.wait_until_live()
    look.at("agreed")

    own_page.add_init_script(NO_STORAGE)
    own_page.goto(shop.page("/bare", html.format("")))
    chat.open()
    chat.ask("ist da wer?")
    look.at("no storage", by_tab=True)
    assert not look.faults, "\n".join(look.faults)


def opening(stage: Stage) -> None:
    stage.chat.visit()
    stage.appears("kulanz-launcher")
    stage.look.at("closed")
    stage.gate.hold(lambda _: True)
    stage.page.get_by_test_id("kulanz-launcher").click()
    stage.appears("loading")
    stage.look.at("first open")
    stage.gate.release()
    stage.appears("empty")
    is_touch = stage.page.evaluate("matchMedia('(pointer: coarse)').matches")
    expect(stage.page.get_by_test_id("kulanz-panel") if is_touch else stage.chat.field).to_be_focused()
    stage.look.at("empty", by_tab=True)
    stage.page.get_by_test_id("menu").click()
    stage.appears("menu-end")
    stage.look.at("menu open")
    stage.page.keyboard.press("Escape")
    expect(stage.page.get_by_test_id("menu")).to_be_focused()


def answering(stage: Stage) -> None:
    stage.gate.hold(bot_speaks)
    stage.chat.say(stage.words.question)
    stage.appears("typing")
    stage.look.at("bot typing")
    stage.gate.release()
    stage.appears("source")
    stage.appears("choice")
    stage.look.at("answer with source and choices", by_tab=True)
    stage.press("source")
    stage.appears("article-text")
    stage.look.at("article", by_tab=True)
    stage.press("sheet-back")
    expect(stage.page.get_by_test_id("source").last).to_be_focused()
    stage.press("feedback-no")
    stage.appears("feedback-human")
    form = stage.page.locator("[data-testid^=reason-][data-testid$=-form]")
    expect(form).to_be_visible(timeout=ANSWER_MS)
    stage.look.at("feedback with a reason", by_tab=True)
    form.locator('input[value="unclear"]').check(force=True)
    form.locator("textarea").fill("?")
    form.locator('button[type="submit"]').click()
    expect(form).to_have_count(0)
    stage.look.at("thanks for the feedback")


def proving_identity(stage: Stage) -> None:
    page = stage.page
    stage.chat.ask(stage.words.status.format(order=stage.parcel.order))
    stage.appears("identity-form")
    page.get_by_test_id("identity-email").fill("nobody")
    page.get_by_test_id("identity-send").click()
    expect(page.get_by_test_id("identity-problem")).not_to_be_empty()
    stage.look.at("form for the address, refused", by_tab=True)
    page.get_by_test_id("identity-email").fill(stage.parcel.email)
    page.get_by_test_id("identity-send").click()
    expect(page.get_by_test_id("identity-code")).to_be_focused(timeout=ANSWER_MS)
    stage.look.at("form for the code")
    page.get_by_test_id("identity-code").fill("000000")
    page.get_by_test_id("identity-prove").click()
    expect(page.get_by_test_id("identity-problem")).not_to_be_empty(timeout=ANSWER_MS)
    stage.look.at("form for the code, refused")
    page.get_by_test_id("identity-code").fill(newest_code(stage.mailbox, stage.stack.url, stage.parcel.email))
    page.get_by_test_id("identity-prove").click()
    expect(page.locator('[data-line="lineProven"]')).to_be_visible(timeout=ANSWER_MS)
    stage.appears("order-card")
    stage.look.at("order card", by_tab=True)


def cards(stage: Stage) -> None:
    stage.chat.ask(stage.words.complaint)
    stage.appears("credit-card")
    stage.look.at("credit card")
    stage.chat.say(stage.words.invoice.format(invoice=stage.parcel.invoice))
    stage.appears("invoice-card")
    stage.look.at("invoice card", by_tab=True)


def failing(stage: Stage) -> None:
    with standing_still(stage.stack, "rasa"):
        stage.chat.say(stage.words.pay)
        stage.appears("bot-failed")
    stage.look.at("error")


@contextmanager
def standing_still(stack: Stack, name: str) -> Iterator[None]:
    pid = int(stack.state["processes"][name])
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
        until(lambda: stack.worker_is_up(name), 60)


def losing_the_line_and_calling_a_human(stage: Stage) -> None:
    page, status = stage.page, stage.page.get_by_test_id("connection-status")
    stage.gate.cut()
    stage.chat.say(stage.words.pay)
    stage.appears("try-now")
    expect(status).to_have_attribute("data-state", "offline")
    expect(stage.chat.own_messages.last).to_have_attribute("data-progress", "waiting")
    stage.look.at("offline with an unsent message", by_tab=True)
    page.get_by_test_id("talk-to-human").click()
    stage.appears("mail-form")
    stage.look.at("mail form", by_tab=True)
    page.get_by_test_id("mail-leave").click()
    stage.gate.stall()
    page.get_by_test_id("try-now").click()
    expect(status).to_have_attribute("data-state", "connecting")
    stage.look.at("reconnecting")
    stage.gate.mend()
    stage.chat.wait_until_live()
    stage.look.at("connected again")


def waiting(stage: Stage) -> None:
    page = stage.page
    stage.appears("waiting-card")
    expect(page.get_by_test_id("queue-place")).not_to_have_attribute("data-place", "0", timeout=ANSWER_MS)
    stage.look.at("waiting with place", by_tab=True)
    page.get_by_test_id("ask-callback").click()
    page.get_by_test_id("contact-phone").fill("12")
    page.get_by_test_id("contact-send").click()
    expect(page.get_by_test_id("contact-problem")).not_to_be_empty(timeout=ANSWER_MS)
    stage.look.at("number to call, refused")
    page.get_by_test_id("contact-phone").fill("0171 1234567")
    page.get_by_test_id("contact-send").click()
    stage.appears("contact-left")
    stage.look.at("contact left")


def talking_to_a_human(stage: Stage) -> None:
    with Colleague(stage.stack, "anna", stage.chat.conversation_id) as anna:
        anna.claim()
        expect(stage.page.locator('[data-line="lineJoined"]')).to_be_visible(timeout=ANSWER_MS)
        stage.look.at("human joined")
        anna.types()
        expect(stage.chat.typing).to_have_attribute("data-by", "agent", timeout=ANSWER_MS)
        stage.look.at("human typing")
        anna.say(stage.words.greeting)
        stage.appears("message-agent")
        stage.look.at("human answers")
        for text in (LONG_WORD, ADDRESS, FROM_RIGHT):
            anna.say(text)
        expect(stage.chat.agent_messages).to_have_count(4, timeout=ANSWER_MS)
        stage.look.at("long words and writing from the right")
        sending_files(stage)
        anna.send("Gutschrift für Sie.pdf", PDF)
        expect(stage.page.get_by_test_id("file")).to_have_count(3, timeout=ANSWER_MS)
        stage.look.at("files", by_tab=True)
        anna.hand_back(stage.words.summary)
        expect(stage.page.locator('[data-line="lineReturned"]')).to_be_visible(timeout=ANSWER_MS)
        stage.look.at("human left")


def sending_files(stage: Stage) -> None:
    picked: list[FilePayload] = [
        {
            "name": "Foto vom Schaden an der Kaffeemaschine, sehr lang benannt.png",
            "mimeType": "image/png",
            "buffer": PNG,
        },
        {"name": "Rechnung.pdf", "mimeType": "application/pdf", "buffer": PDF},
        {"name": "Programm.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"},
    ]
    stage.page.get_by_test_id("attach-input").set_input_files(picked)
    expect(stage.page.locator('[data-testid="chip"][data-state="ready"]')).to_have_count(2, timeout=ANSWER_MS)
    stage.look.at("files picked, one refused", by_tab=True)
    stage.page.get_by_test_id("chip-remove").last.click()
    stage.press("send")
    expect(stage.page.get_by_test_id("file")).to_have_count(2, timeout=ANSWER_MS)


def odd_texts(stage: Stage) -> None:
    for text in (LONG_WORD, ADDRESS, FROM_RIGHT):
        stage.chat.ask(text)
    stage.look.at("long words of the visitor")
    stage.chat.field.fill("x" * 9_800)
    expect(stage.page.get_by_test_id("characters-left")).not_to_be_empty()
    stage.look.at("long message being written")
    stage.chat.field.fill("")


def ending(stage: Stage) -> None:
    page = stage.page
    page.get_by_test_id("menu").click()
    page.get_by_test_id("menu-end").click()
    stage.appears("end-yes")
    stage.look.at("end?")
    page.get_by_test_id("end-yes").click()
    stage.appears("closed-card")
    stage.appears("rating-card")
    stage.look.at("closed, with a rating", by_tab=True)
    page.get_by_test_id("rate-bot-4").check(force=True)
    stage.press("rate-bot-send")
    page.get_by_test_id("rate-human-5").check(force=True)
    stage.press("rate-human-send")
    stage.appears("rated-human")
    stage.look.at("rated")
    stage.press("menu")
    stage.press("menu-transcript")
    stage.appears("transcript")
    stage.look.at("transcript", by_tab=True)
