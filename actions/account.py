"""The visitor's own contact data: shown and changed."""

from __future__ import annotations

import re

from actions import answers, topics, wishes
from actions.addresses import looks_like_address, parse_address
from actions.flows import Flow, start_choice
from actions.picking import Option, ask_which
from actions.turn import CONFIRM, Turn
from handover.contract.selfservice import ServiceAnswered
from handover.contract.turns import BotMessage

CONTACT = "contact"
"""What `awaiting` says while a number or an address is to be typed."""
READ = 300
"""Characters of a text that may hold a number."""
PARTS: dict[str, re.Pattern[str]] = {
    "email": re.compile(r"e-?mail|\bmail", re.IGNORECASE),
    "address": re.compile(
        r"(?<!mail)(?<!mail-)(?<!mail )adress|\baddress|anschrift|umzug|umgezogen|\bzieh|\bmov(?:ed|ing)\b|wohn"
        r"|hausnummer|house (?:no|number)|straße|strasse|\bstreet|\bplz\b|postleitzahl|post ?code",
        re.IGNORECASE,
    ),
    "name": re.compile(
        r"\b(?:nach|vor|doppel|mädchen)?name[ns]?\b|surname|heirat|hochzeit|scheidung|married|divorce|\btitel\b",
        re.IGNORECASE,
    ),
    "phone": re.compile(
        r"telefon|handy|mobil|moble?\b|rufnummer|festnetz|phone|\bcell\b|(?<!haus)(?<!post)nummer|\bnumber",
        re.IGNORECASE,
    ),
}
"""Words for the parts of the contact data."""
_PHONE = re.compile(r"(?<![\w.,-])(?:\+|0)\d(?:[\s/().-]{0,3}\d){5,16}(?!\w)")
_ANY_NUMBER = re.compile(r"(?<!\w)\+?\d(?:[\s/().-]{0,3}\d){5,16}")
_REMOVE = re.compile(r"lösch|loesch|entfern|streich|rausnehm|delete|remove|erase|\boff\b", re.IGNORECASE)


async def show_contact(turn: Turn) -> None:
    account = await wishes.account_of(turn, "contact")
    if account is None or account.contact is None:
        return
    known, nothing = account.contact, turn.wording("account.nothing")
    has_address = known.street and known.postcode and known.city
    text = turn.wording(
        "account.contact",
        number=known.number,
        name=known.name,
        email=known.email or nothing,
        phone=known.phone or nothing,
        address=f"{known.street}, {known.postcode} {known.city}" if has_address else nothing,
    )
    turn.propose(BotMessage(text=text, choices=(start_choice(turn, "change_contact_data"),)))
    wishes.fulfil(turn)


async def change_contact(turn: Turn) -> None:
    """A new number or address: read out of what was typed, shown back, and changed after a yes."""
    wanted = _typed(turn)
    if wanted:
        turn.note(wanted=wanted)
    wanted = wanted or turn.noted("wanted")
    if wanted is None:
        await _ask(turn)
    else:
        await _change(turn, wanted)


async def _ask(turn: Turn) -> None:
    """Which part, and its new value. Who they are comes first: nobody types an address for nothing."""
    part = _part(turn)
    if part == "email":
        await change_email(turn)
    elif part == "name":
        turn.offer_human("account.name_by_human", "needs_person")
        wishes.fulfil(turn)
    elif await wishes.account_of(turn, "contact") is None:
        return
    elif part is None:
        ask_which(turn, "contact_part", _options(turn), "account.which_part")
    else:
        turn.note(contact_part=part)
        turn.ask(f"account.ask_{part}", awaiting=CONTACT)


async def _change(turn: Turn, wanted: dict[str, str]) -> None:
    answered = await wishes.do_or_preview(turn, "contact.change", "", **wanted)
    if answered is None:
        return
    if answered.outcome == "refused":
        _say_why_not(turn, answered)
    elif answered.outcome == "offered":
        key = _key(answered, "account.confirm")
        turn.ask_to_confirm(key, yes="choice.change_it", before=_before(turn, answered), after=_after(answered))
    else:
        wishes.say_done(turn, _key(answered, "account.changed"), answered, after=_after(answered))


def _say_why_not(turn: Turn, answered: ServiceAnswered) -> None:
    """What cannot be right may be typed again; what is so already needs no change."""
    turn.note(wanted=None)
    if answered.because == "contact.unchanged":
        turn.say("account.unchanged")
        wishes.fulfil(turn)
    else:
        turn.ask(f"refused.{answered.because}", awaiting=CONTACT)


def _key(answered: ServiceAnswered, base: str) -> str:
    part = str(answered.facts["part"])
    return f"{base}_{part}" if answered.facts["after"] else f"{base}_no_{part}"


def _before(turn: Turn, answered: ServiceAnswered) -> str:
    return str(answered.facts["before"] or turn.wording("account.nothing"))


def _after(answered: ServiceAnswered) -> str:
    return str(answered.facts["after"] or "")


def _typed(turn: Turn) -> dict[str, str] | None:
    """What this message wants the data to be: an address, a number, or no number any more."""
    asked_for = turn.awaits(CONTACT) and turn.noted("contact_part")
    if address := parse_address(turn.text):
        return {"part": "address", **address.params()}
    number = _ANY_NUMBER if asked_for == "phone" else _PHONE
    if number.search(turn.text):
        return {"part": "phone", "phone": turn.text[:READ]}
    if _REMOVE.search(turn.text) and _part(turn) == "phone":
        return {"part": "phone", "phone": ""}
    return None


def _part(turn: Turn) -> str | None:
    """Which part is meant: chosen, named in this message, or in the words the wish began with."""
    if chosen := turn.detail("contact_part"):
        return str(chosen)
    for text in (turn.text, turn.slot("wish_text") or ""):
        named = [part for part, words in PARTS.items() if words.search(text)]
        if len(named) == 1:
            return named[0]
    return None


def _options(turn: Turn) -> list[Option]:
    return [Option(value=part, label=turn.wording(f"choice.contact_{part}")) for part in ("phone", "address", "name")]


def _is_awaited(turn: Turn) -> bool:
    """A number or an address where one was asked for, or another one while the first waits for its yes."""
    if turn.awaits(CONTACT):
        return looks_like_address(turn.text) or _ANY_NUMBER.search(turn.text) is not None
    return turn.awaits(CONFIRM) and (_PHONE.search(turn.text) is not None or parse_address(turn.text) is not None)


async def change_email(turn: Turn) -> None:
    """Never in the chat alone: whoever holds the mail address holds the account. Questions are for the article."""
    wishes.fulfil(turn)
    if turn.text and topics.is_question(turn.text):
        await answers.answer(turn)
    else:
        turn.offer_human("account.email_in_account", "needs_person")


FLOWS = {
    "my_contact_data": Flow(show_contact),
    "change_contact_data": Flow(change_contact, on_wish_only=True, recognises=_is_awaited),
    "change_email": Flow(change_email),
}
