"""Greetings, thanks, what the bot is, and what it cannot make anything of."""

from __future__ import annotations

import re

from actions.flows import flows
from actions.turn import Turn
from handover.contract.base import Language
from handover.contract.turns import BotMessage

WITH_A_HUMAN_OFFERED = {"bot_challenge", "insult", "dissatisfied"}
UNREADABLE = {"noise", "other_language", "out_of_scope"}
"""Intents of messages that may be odd in a way worth a sentence of its own."""
TOO_LONG = 2000
"""Characters; what understands reads no further."""
_NAMES: dict[Language, re.Pattern[str]] = {
    "de": re.compile(r"deutsch|german", re.IGNORECASE),
    "en": re.compile(r"englisch|english", re.IGNORECASE),
}
_MAIL = re.compile(r"\W*[\w.+-]+@[\w-]+(?:\.[\w-]+)+\W*")
_IBAN = re.compile(r"\b[a-z]{2}\d{2}(?:[ -]?\w{4}){3,7}(?:[ -]?\w{1,3})?\b", re.IGNORECASE)
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


async def small_talk(turn: Turn) -> None:
    key = f"small_talk.{turn.intent}"
    if turn.intent == "other_language" and _NAMES[turn.language].search(turn.text):
        await _go_on_in_language(turn)
        return
    if turn.intent in UNREADABLE and meet_oddity(turn):
        return
    if turn.intent == "dissatisfied" and turn.slot("offered"):
        turn.call_human("anger.called", "no_answer")  # offering it a second time would not help either
    elif turn.intent in WITH_A_HUMAN_OFFERED:
        turn.offer_human(key, "visitor_wish")
    elif turn.intent == "noise" and turn.slot("misses"):
        turn.offer_human("answer.wordless", "no_answer")
        turn.keep(misses=1)
    else:
        turn.say(key)
        if turn.intent == "noise":
            turn.keep(misses=1)


async def _go_on_in_language(turn: Turn) -> None:
    """They asked for the language that is spoken now. What was open is asked once more, in it."""
    if flow := flows().get(turn.slot("wish") or ""):
        turn.say("small_talk.this_language")
        turn.text = ""
        await flow.advance(turn)
    else:
        turn.say("small_talk.this_language_what_next")


def meet_oddity(turn: Turn) -> bool:
    """Answer a message that holds no question: only signs, a number, a mail address, bank data. False: it may be one."""
    text = turn.text.strip()
    if not any(map(str.isalnum, text)):
        turn.offer_human("answer.wordless", "no_answer")
    elif _IBAN.search(text) or _CARD.search(text):
        turn.say("odd.bank_data")
    elif _MAIL.fullmatch(text):
        _meet_mail_address(turn)
    elif not any(map(str.isalpha, text)):
        turn.say("odd.number")
    elif _is_of_another_script(text):
        turn.say("small_talk.other_language")
    else:
        return False
    return True


def is_too_long(text: str) -> bool:
    return len(text) > TOO_LONG


def _meet_mail_address(turn: Turn) -> None:
    """Who gives one wants to say who they are: the form is the place for it."""
    if turn.context.trust in ("none", "claimed"):
        turn.propose(BotMessage(text=turn.wording("odd.mail_address"), request_identity=True))
    else:
        turn.say("odd.known_already")


def _is_of_another_script(text: str) -> bool:
    """Neither German nor English: most letters are not Latin ones."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter > "\u024f" for letter in letters) > len(letters) / 2
