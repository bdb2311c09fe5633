"""Which one? An order, an invoice, a subscription: named by number, by words, by day, by place, or by a button."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.turn import Turn
from handover.contract.turns import BotMessage, OfferedChoice, Signal

MAX_CHOICES = 5
MOST_WORDS = 6
"""Longer messages are taken for what they say, not for the name of a choice."""
_NEWEST = re.compile(
    r"\b(?:letzte[nrsm]?|neueste[nrsm]?|jüngste[nrsm]?|aktuelle[nrsm]?|last|latest|newest|most recent|current)\b",
    re.IGNORECASE,
)
_OLDEST = re.compile(r"\b(?:älteste[nrsm]?|oldest)\b", re.IGNORECASE)


def is_newest(text: str) -> bool:
    return bool(_NEWEST.search(text))


@dataclass(frozen=True)
class Option:
    """One of several things a wish can be about, the newest first where they have an age."""

    value: str
    """What the slot holds: a number."""
    label: str
    words: str = ""
    """Names it can be called by."""
    day: str | None = None
    """ISO day it belongs to."""


def pick(turn: Turn, slot: str, options: Sequence[Option], question: str, **values: str) -> Option | None:
    """The option that is meant. None when the visitor has to answer first: then they were asked, with buttons.

    `slot` is the entity that names it. What was picked is kept, and the others stay in mind for „nein, die andere“.
    """
    chosen = _named(turn, slot, options) or _kept(turn, slot, options) or _meant(turn, options)
    if chosen is None:
        ask_which(turn, slot, options, question, **values)
        return None
    _keep_in_mind(turn, slot, options, chosen=chosen.value)
    turn.note(**{slot: chosen.value})
    return chosen


def _keep_in_mind(turn: Turn, slot: str, options: Sequence[Option], *, chosen: str | None) -> None:
    words = {option.value: option.words for option in options}
    turn.keep(options={"slot": slot, "values": list(words), "words": words, "chosen": chosen})


def answers_choice(turn: Turn) -> bool:
    """Whether the message names one of the things that were just offered, and says little else."""
    asked = turn.slot("options") or {}
    if asked.get("chosen") or len(turn.text.split()) > MOST_WORDS:
        return False
    offered = [Option(value, "", words) for value, words in asked.get("words", {}).items()]
    return by_words(turn.text, offered) is not None


def ask_which(turn: Turn, slot: str, options: Sequence[Option], question: str, **values: str) -> None:
    wish = turn.slot("wish") or "choose"  # so that a button pressed after something else still means its own question
    choices = tuple(
        OfferedChoice(label=option.label, signal=Signal(name=wish, data={slot: option.value}))
        for option in options[:MAX_CHOICES]
    )
    _keep_in_mind(turn, slot, options, chosen=None)
    text = turn.wording(question, **values)
    turn.propose(BotMessage(text=text, choices=(*choices, turn.human_choice("visitor_wish"))))


def stems(text: str) -> set[str]:
    """Beginnings of its longer words: „Filter“ names a „Filterset“."""
    return {word[:6] for word in re.findall(r"\w{4,}", text.casefold())}


def by_words(text: str, options: Sequence[Option]) -> Option | None:
    """The one option whose names share the most words with the text; none if two share as many."""
    said = stems(text)
    shared = {option: len(said & stems(option.words)) for option in options}
    best = [option for option, count in shared.items() if count and count == max(shared.values())]
    return best[0] if len(best) == 1 else None


def _named(turn: Turn, slot: str, options: Sequence[Option]) -> Option | None:
    return _of_value(turn.entity(slot), options)


def _kept(turn: Turn, slot: str, options: Sequence[Option]) -> Option | None:
    return _of_value(turn.noted(slot), options)


def _of_value(value: str | None, options: Sequence[Option]) -> Option | None:
    return next((option for option in options if value and option.value.casefold() == value.casefold()), None)


def _meant(turn: Turn, options: Sequence[Option]) -> Option | None:
    return options[0] if len(options) == 1 else mentioned(turn, options)


def mentioned(turn: Turn, options: Sequence[Option]) -> Option | None:
    """The one that words or a day point at: those of this message, then those the wish began with."""
    for text in (turn.text, turn.slot("wish_text") or ""):
        if found := by_words(text, options) or _by_place(text, options):
            return found
    return _only([option for option in options if option.day and option.day == turn.detail("date")])


def _by_place(text: str, options: Sequence[Option]) -> Option | None:
    """Only things with a day of their own are older or newer."""
    if not options or options[0].day is None:
        return None
    if _NEWEST.search(text):
        return options[0]
    return options[-1] if _OLDEST.search(text) else None


def _only(options: Sequence[Option]) -> Option | None:
    return options[0] if len(options) == 1 else None
