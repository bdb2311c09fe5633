"""The story Kulanz is built for, from the first question to the closed case, in a real browser, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.stack import Stack, until


class Lines(NamedTuple):
    """What is said in one language, and what must be seen then."""

    language: str
    machine: str
    human_button: str
    payment_question: str
    payment_source: str
    status_question: str
    delivered: str
    complaint: str
    amount: str
    again: str
    damaged: str
    damaged_amount: str
    place: str
    human_answer: str
    thanks: str
    summary: str
    customer: str
    email: str
    order: str


GERMAN = Lines(
    language="de",
    machine="keine Person",
    human_button="Mit einem Menschen sprechen",
    payment_question="Welche Zahlungsarten gibt es?",
    payment_source="Zahlungsarten",
    status_question="Wo bleibt meine Bestellung 10023?",
    delivered="zugestellt",
    complaint="Die Lieferung kam viel zu spät, das ist ärgerlich",
    amount="5,00",
    again="Die Lieferung kam viel zu spät!",
    damaged="Die Kaffeemaschine ist beschädigt angekommen",
    damaged_amount="89,00",
    place="als Nächstes dran|Nummer [2-9]",
    human_answer="Guten Tag, ich sehe mir das an.",
    thanks="Vielen Dank für Ihre Hilfe!",
    summary="Der Betrag für die Kaffeemaschine ist gutgeschrieben.",
    customer="Erika Lindner",
    email="erika.lindner@example.org",
    order="10023",
)
ENGLISH = Lines(
    language="en",
    machine="not a person",
    human_button="Talk to a human",
    payment_question="Can I pay with PayPal?",
    payment_source="PayPal|[Pp]ayment",
    status_question="Where is my order 10024?",
    delivered="delivered",
    complaint="The delivery was far too late, that is really annoying",
    amount="6.00",
    again="My delivery was much too late!",
    damaged="The coffee machine arrived damaged",
    damaged_amount="89.00",
    place="next|number [2-9]",
    human_answer="Hello, let me look into this.",
    thanks="Thank you very much for your help!",
    summary="The price of the coffee machine was credited.",
    customer="Emily Carter",
    email="emily.carter@example.org",
    order="10024",
)


@dataclass
class Stage:
    """Who takes part: a visitor, an agent in a browser of their own, and a page for mails."""

    chat: Chat
    desk: Workplace
    mailbox: Page
    lines: Lines
    foreign_requests: list[str]


@pytest.fixture
def own_stack(installation: Path, tmp_path: Path) -> Iterator[Stack]:
    """A house in which nobody was served before: queue, credits and records hold what this story wrote, and no more."""
    stack = Stack(tmp_path / "house", like=installation)
    try:
        yield stack.start()
    finally:
        stack.stop()


@pytest.fixture(params=[GERMAN, ENGLISH], ids=["German", "English"])
def stage(request: pytest.FixtureRequest, browser: Browser, own_stack: Stack) -> Iterator[Stage]:
    lines: Lines = request.param
    stack = own_stack
    visitor, agent, post = (browser.new_context(locale=lines.language) for _ in range(3))
    page = visitor.new_page()
    foreign: list[str] = []
    page.on("request", lambda sent: None if sent.url.startswith(stack.url) else foreign.append(sent.url))
    yield Stage(
        chat=Chat(page, stack.url, lines.language),
        desk=Workplace(agent.new_page(), stack.url),
        mailbox=post.new_page(),
        lines=lines,
        foreign_requests=foreign,
    )
    for context in (visitor, agent, post):
        context.close()


def test_a_visitor_is_served_from_question_to_closed_case(stage: Stage) -> None:
    nothing_is_stored_before_the_chat_is_opened(stage)
    the_machine_says_that_it_is_one(stage)
    a_question_is_answered_from_an_article(stage)
    the_order_is_told_after_proof_of_identity(stage)
    a_late_delivery_is_credited_once(stage)
    a_claim_over_the_limit_calls_a_human(stage)
    the_agent_sees_everything_and_claims(stage)
    both_sides_see_typing_and_read_marks(stage)
    a_reload_loses_and_doubles_nothing(stage)
    the_bot_knows_the_outcome_and_the_case_is_closed(stage)
    the_record_shows_every_step(stage)


def nothing_is_stored_before_the_chat_is_opened(stage: Stage) -> None:
    stage.chat.visit()
    page = stage.chat.page
    expect(page.get_by_test_id("kulanz-launcher")).to_be_visible()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert page.context.cookies() == []
    assert stage.foreign_requests == []


def the_machine_says_that_it_is_one(stage: Stage) -> None:
    stage.chat.open()
    expect(stage.chat.page.get_by_test_id("machine-notice")).to_contain_text(stage.lines.machine)
    expect(stage.chat.panel.get_by_role("button", name=stage.lines.human_button)).to_be_visible()


def a_question_is_answered_from_an_article(stage: Stage) -> None:
    answer = stage.chat.ask(stage.lines.payment_question)
    expect(answer).to_contain_text("PayPal")
    expect(answer.get_by_test_id("source")).to_have_text(re.compile(stage.lines.payment_source))
    answer.get_by_test_id("feedback-yes").click()
    expect(answer.get_by_test_id("feedback-yes")).to_have_count(0)


def the_order_is_told_after_proof_of_identity(stage: Stage) -> None:
    stage.chat.ask(stage.lines.status_question)
    assert stage.lines.delivered not in stage.chat.bot_messages.last.inner_text()
    known = stage.chat.bot_messages.count()
    stage.chat.prove_identity(stage.lines.email, stage.mailbox)
    expect(stage.chat.bot_messages.nth(known)).to_be_visible(timeout=ANSWER_MS)
    status = stage.chat.bot_messages.filter(has_text=stage.lines.order).last  # before it, an outage may be told
    expect(status).to_contain_text(stage.lines.order, timeout=ANSWER_MS)
    expect(status).to_contain_text(stage.lines.delivered)


def a_late_delivery_is_credited_once(stage: Stage) -> None:
    chat = stage.chat
    chat.ask(stage.lines.complaint)
    expect(chat.credit_cards).to_have_count(1, timeout=ANSWER_MS)
    expect(chat.credit_cards.get_by_test_id("credit-amount")).to_contain_text(stage.lines.amount)
    reference = chat.credit_cards.get_by_test_id("credit-reference").inner_text()
    again = chat.ask(stage.lines.again)
    expect(again).to_contain_text(reference)
    expect(chat.credit_cards).to_have_count(1)


def a_claim_over_the_limit_calls_a_human(stage: Stage) -> None:
    stage.chat.ask(stage.lines.damaged)
    expect(stage.chat.page.get_by_test_id("waiting-card")).to_be_visible(timeout=ANSWER_MS)
    place = stage.chat.page.get_by_test_id("queue-place")
    expect(place).to_have_attribute("data-place", re.compile("[1-9]"), timeout=ANSWER_MS)
    expect(place).to_have_text(re.compile(stage.lines.place))
    expect(stage.chat.credit_cards).to_have_count(1)


def the_agent_sees_everything_and_claims(stage: Stage) -> None:
    desk, lines = stage.desk, stage.lines
    desk.log_in("anna")
    row = desk.waiting(stage.chat.conversation_id)
    expect(row).to_be_visible(timeout=SHOWN_MS)
    expect(row).to_contain_text(lines.customer)
    row.click()
    expect(desk.dossier.get_by_test_id("wish")).to_contain_text(lines.damaged, timeout=SHOWN_MS)
    expect(desk.dossier.get_by_test_id("stopped")).not_to_be_empty()
    desk.dossier.get_by_test_id("understood-more").click()  # the latest are shown, and more by page
    expect(desk.dossier.get_by_test_id("understood").filter(has_text=lines.payment_question)).to_contain_text("%")
    expect(desk.dossier.locator(f'[data-testid="order"][data-number="{lines.order}"]')).to_be_attached()
    expect(desk.dossier.locator('[data-testid="credit-decision"][data-outcome="granted"]')).to_be_attached()
    expect(desk.proposal).to_contain_text(lines.order)
    expect(desk.messages.filter(has_text=lines.payment_question)).to_be_attached()
    desk.claim()
    expect(stage.chat.page.locator('[data-line="lineJoined"]')).to_contain_text("Anna", timeout=SHOWN_MS)
    desk.proposal.get_by_test_id("approve").click()
    expect(stage.chat.credit_cards).to_have_count(2, timeout=SHOWN_MS)
    expect(stage.chat.credit_cards.last).to_contain_text(lines.damaged_amount)


def both_sides_see_typing_and_read_marks(stage: Stage) -> None:
    chat, desk, lines = stage.chat, stage.desk, stage.lines
    desk.field.press_sequentially("…")
    expect(chat.typing).to_be_visible(timeout=SHOWN_MS)
    desk.say(lines.human_answer)
    expect(chat.agent_messages.last).to_contain_text(lines.human_answer, timeout=SHOWN_MS)
    expect(chat.typing).to_have_count(0, timeout=SHOWN_MS)
    expect(desk.page.get_by_test_id("read-mark")).to_have_text(
        re.compile("[Gg]elesen|[Rr]ead|[Ss]een"), timeout=SHOWN_MS
    )
    chat.field.press_sequentially("…")
    expect(desk.typing).to_be_visible(timeout=SHOWN_MS)
    chat.say(lines.thanks)
    expect(desk.messages.last).to_contain_text(lines.thanks, timeout=SHOWN_MS)
    expect(chat.own_messages.last).to_have_attribute("data-progress", "read", timeout=SHOWN_MS)


def a_reload_loses_and_doubles_nothing(stage: Stage) -> None:
    chat = stage.chat
    before = chat.transcript()
    chat.page.reload()
    chat.wait_until_live()
    expect(chat.own_messages.last).to_contain_text(stage.lines.thanks, timeout=ANSWER_MS)
    assert chat.transcript() == before
    expect(chat.credit_cards).to_have_count(2)
    stage.desk.say(stage.lines.summary)
    expect(chat.agent_messages.last).to_contain_text(stage.lines.summary, timeout=SHOWN_MS)
    assert chat.transcript() == [*before, stage.lines.summary]


def the_bot_knows_the_outcome_and_the_case_is_closed(stage: Stage) -> None:
    chat = stage.chat
    stage.desk.hand_back("solved", stage.lines.summary)
    expect(chat.bot_messages.filter(has_text=stage.lines.summary)).to_be_visible(timeout=ANSWER_MS)
    chat.page.get_by_test_id("menu").click()
    chat.page.get_by_test_id("menu-end").click()
    chat.page.get_by_test_id("end-yes").click()
    expect(chat.page.get_by_test_id("closed-card")).to_be_visible(timeout=ANSWER_MS)


def the_record_shows_every_step(stage: Stage) -> None:
    page = stage.desk.page
    page.locator('aside a[href*="/customers/"]').last.click()
    expect(page.get_by_test_id("customer-name")).to_have_text(stage.lines.customer, timeout=SHOWN_MS)
    entries = page.get_by_test_id("timeline-entry")
    expect(entries.first).to_be_visible(timeout=SHOWN_MS)
    while (older := page.get_by_test_id("older")).count() and older.is_visible():
        known = entries.count()
        older.click()
        until(lambda known=known: entries.count() > known)
    seen = [entry.get_attribute("data-type") for entry in entries.all()]
    steps = [
        "conversation.started",
        "message.feedback_given",
        "identity.requested",
        "identity.code_sent",
        "identity.proven",
        "credit.granted",
        "credit.proposed",
        "handover.requested",
        "conversation.claimed",
        "credit.proposal_decided",
        "conversation.returned",
        "conversation.closed",
    ]
    assert not [step for step in steps if step not in seen]
    assert seen.count("credit.granted") == 2
    for said in (stage.lines.payment_question, stage.lines.complaint, stage.lines.human_answer):
        assert entries.filter(has_text=said).count() == 1, said
