"""What is thought of it all, and what is kept: thumb with reason, rating of bot and person apart, the transcript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import findings
from tests.browser.chat import ANSWER_MS, Chat, newest_code
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.stack import Stack


class Lines(NamedTuple):
    language: str
    email: str
    customer: str
    question: str
    comment: str
    thanks: str
    masked: str
    sent: str
    file_name: str
    machine: str
    human: str
    greeting: str
    praise: str
    bot_rated: str
    human_rated: str
    at_the_desk: tuple[str, str]


GERMAN = Lines(
    language="de",
    email="nora.albrecht@example.org",
    customer="Nora Albrecht",
    question="Welche Zahlungsarten gibt es?",
    comment="Das steht im Shop anders.",
    thanks="Danke für die Rückmeldung.",
    masked="n•••@e•••.org",
    sent="Das Protokoll wurde an n•••@e•••.org geschickt.",
    file_name="Gespraech",
    machine="Assistenzprogramm (Maschine)",
    human="Anna Brandt (Mensch)",
    greeting="Guten Tag, hier ist Anna.",
    praise="Sehr freundlich! <b>Danke</b>",
    bot_rated="Schlecht",
    human_rated="Sehr gut",
    at_the_desk=("Der Bot wurde bewertet: 2 von 5", "Die persönliche Betreuung wurde bewertet: 5 von 5"),
)
ENGLISH = Lines(
    language="en",
    email="liam.murphy@example.org",
    customer="Liam Murphy",
    question="Can I pay with PayPal?",
    comment="Your shop says something else.",
    thanks="Thank you for telling us.",
    masked="l•••@e•••.org",
    sent="The transcript was sent to l•••@e•••.org.",
    file_name="Conversation",
    machine="Assistant program (machine)",
    human="Anna Brandt (human)",
    greeting="Hello, this is Anna.",
    praise="Very kind! <b>Thanks</b>",
    bot_rated="Bad",
    human_rated="Very good",
    at_the_desk=("The bot was rated: 2 of 5", "The personal service was rated: 5 of 5"),
)


@dataclass
class Stage:
    chat: Chat
    desk: Workplace
    mailbox: Page
    lines: Lines

    @property
    def page(self) -> Page:
        return self.chat.page

    def press(self, testid: str) -> None:
        self.page.get_by_test_id(testid).click()

    def sees(self, testid: str, text: str) -> None:
        expect(self.page.get_by_test_id(testid)).to_contain_text(text, timeout=ANSWER_MS)

    def is_clean(self) -> None:
        assert findings(self.page, "kulanz-chat") == []


@pytest.fixture(params=[GERMAN, ENGLISH], ids=["German", "English"])
def stage(request: pytest.FixtureRequest, browser: Browser, stack: Stack) -> Iterator[Stage]:
    lines: Lines = request.param
    visitor, agent, post = (browser.new_context(locale=lines.language) for _ in range(3))
    chat = Chat(visitor.new_page(), stack.url, lines.language)
    yield Stage(chat, Workplace(agent.new_page(), stack.url), post.new_page(), lines)
    for context in (visitor, agent, post):
        context.close()


def test_what_is_thought_and_kept_at_the_end(stage: Stage) -> None:
    stage.chat.visit()
    stage.chat.open()
    an_answer_that_did_not_help_is_explained(stage)
    the_transcript_by_mail_asks_for_a_proof_first(stage)
    the_transcript_is_downloaded_and_can_be_read(stage)
    a_person_takes_over_and_the_visitor_ends(stage)
    bot_and_person_are_rated_apart(stage)
    the_rating_is_changed(stage)
    the_desk_shows_both(stage)


def an_answer_that_did_not_help_is_explained(stage: Stage) -> None:
    answer = stage.chat.ask(stage.lines.question)
    answer.get_by_test_id("feedback-no").click()
    form = answer.locator("form.opinion")
    expect(form.locator("input").first).to_be_focused()
    stage.page.keyboard.press("ArrowRight")
    expect(form.locator('input[value="unclear"]')).to_be_checked()
    form.locator("textarea").fill(stage.lines.comment)
    stage.is_clean()
    form.locator('button[type="submit"]').click()
    expect(form).to_have_count(0)
    expect(answer.get_by_test_id("feedback")).to_contain_text(stage.lines.thanks)
    expect(answer.get_by_test_id("feedback-human")).to_be_visible()


def the_transcript_by_mail_asks_for_a_proof_first(stage: Stage) -> None:
    stage.mailbox.goto(f"{stage.chat.url}/demo/mailbox")
    transcripts = stage.mailbox.locator("article").filter(has_text=stage.lines.question)
    of_others = transcripts.count()
    stage.press("menu")
    stage.press("menu-transcript")
    stage.press("transcript-mail")
    expect(stage.page.get_by_test_id("transcript-email")).to_be_focused()
    stage.is_clean()
    stage.page.get_by_test_id("transcript-email").fill(stage.lines.email)
    stage.page.get_by_test_id("identity-send").click()
    code = stage.page.get_by_test_id("transcript-code")
    expect(code).to_be_visible(timeout=ANSWER_MS)
    code.fill(newest_code(stage.mailbox, stage.chat.url, stage.lines.email))
    stage.mailbox.reload()
    assert transcripts.count() <= of_others  # the mailbox shows the newest mails alone
    code.press("Enter")
    stage.sees("transcript-mailed", stage.lines.sent)
    stage.mailbox.reload()
    mail = stage.mailbox.locator("article").filter(has_text=stage.lines.email).first
    expect(mail).to_contain_text(stage.lines.question)
    expect(mail).to_contain_text(stage.lines.machine)


def the_transcript_is_downloaded_and_can_be_read(stage: Stage) -> None:
    with stage.page.expect_download() as downloading:
        stage.press("transcript-download")
    file = Path(downloading.value.path())
    assert re.fullmatch(rf"{stage.lines.file_name}-\d{{4}}-\d\d-\d\d\.html", downloading.value.suggested_filename)
    reader = stage.mailbox.context.new_page()
    problems: list[str] = []
    reader.on("console", lambda message: problems.append(message.text))
    reader.set_content(file.read_text("utf-8"))
    said = reader.locator("li.said")
    expect(said.filter(has_text=stage.lines.question)).to_have_count(1)
    expect(said.filter(has_text=stage.lines.machine).first).to_be_visible()
    expect(reader.get_by_text(stage.lines.comment)).to_be_visible()
    assert reader.evaluate("getComputedStyle(document.querySelector('.by-visitor')).borderLeftStyle") == "solid"
    assert (problems, reader.locator("script").count()) == ([], 0)
    reader.close()
    stage.press("sheet-back")
    expect(stage.page.locator('[data-line="lineTranscript"]')).to_contain_text(stage.lines.masked)


def a_person_takes_over_and_the_visitor_ends(stage: Stage) -> None:
    stage.chat.call_a_human()
    stage.desk.log_in("anna")
    row = stage.desk.waiting(stage.chat.conversation_id)
    expect(row).to_contain_text(stage.lines.customer, timeout=SHOWN_MS)
    row.click()
    stage.desk.claim()
    stage.desk.say(stage.lines.greeting)
    expect(stage.chat.agent_messages.last).to_contain_text(stage.lines.greeting, timeout=ANSWER_MS)
    expect(stage.page.get_by_test_id("rating-card")).to_have_count(0)
    stage.press("menu")
    stage.press("menu-end")
    stage.press("end-yes")
    expect(stage.page.get_by_test_id("closed-card")).to_be_visible(timeout=ANSWER_MS)


def bot_and_person_are_rated_apart(stage: Stage) -> None:
    bot = stage.page.get_by_test_id("rate-bot-form")
    expect(bot).to_be_visible(timeout=ANSWER_MS)
    expect(stage.page.get_by_test_id("rate-human-form")).to_have_count(0)
    stage.is_clean()
    bot.get_by_test_id("rate-bot-1").focus()
    stage.page.keyboard.press("ArrowRight")  # to 2, by the keys of a radio group
    bot.get_by_test_id("rate-bot-send").press("Enter")
    stage.sees("rated-bot", stage.lines.bot_rated)
    expect(stage.page.get_by_test_id("rate-human-1")).to_be_focused()
    stage.page.get_by_test_id("rate-human-4").check(force=True)
    stage.page.get_by_test_id("rate-human-comment").fill(stage.lines.praise)
    stage.is_clean()
    stage.press("rate-human-send")
    expect(stage.page.get_by_test_id("rated-human")).to_have_attribute("data-score", "4")


def the_rating_is_changed(stage: Stage) -> None:
    stage.press("rated-human-change")
    stage.page.get_by_test_id("rate-human-5").check(force=True)
    stage.press("rate-human-send")
    stage.sees("rated-human", stage.lines.human_rated)
    stage.page.reload()
    stage.chat.wait_until_live()
    expect(stage.page.get_by_test_id("rated-human")).to_have_attribute("data-score", "5", timeout=ANSWER_MS)
    expect(stage.page.get_by_test_id("rate-bot-form")).to_have_count(0)


def the_desk_shows_both(stage: Stage) -> None:
    stage.desk.page.get_by_test_id("agent-menu").locator("summary").click()
    stage.desk.page.get_by_test_id("language").select_option(stage.lines.language)
    stage.desk.page.keyboard.press("Escape")
    rated = stage.desk.page.get_by_test_id("ratings").locator("li")
    expect(rated).to_have_count(2, timeout=SHOWN_MS)
    for shown, words in zip(rated.all(), stage.lines.at_the_desk, strict=True):
        expect(shown).to_contain_text(words)
    expect(rated.last).to_contain_text(stage.lines.praise)
    stage.desk.more("mail-transcript")
    sent = stage.desk.page.locator('[data-type="transcript.sent"]')
    expect(sent).to_have_count(2, timeout=SHOWN_MS)
    expect(sent.last).to_contain_text(stage.lines.masked)
