"""Leads a turn: what was just asked for comes first, then what was said, then whatever is still open.

Rasa picks one action per message. What no rule can say stands here: a typed answer to the bot's own question, several
concerns in one message, the way back after a question in between, and when it is time for a human.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from actions import continuing, files, outages, topics, wishes
from actions.flows import flows
from actions.picking import answers_choice
from actions.turn import Concern, Turn
from handover.contract.turns import BotMessage

Action = Callable[[Turn], Awaitable[None]]
MOST_CONCERNS = 4
ANGRY = 0.6
"""From here on somebody is angry enough to be asked whether a human should take over."""
SAID_LIMIT = 2000
DIALOGUE_ACTS = frozenset({"affirm", "confirm", "repeat", "undo", "talk_to_human"})
"""Never taken for an answer that is typed freely. „Gefällt mir nicht“ looks like a no and may be the reason asked for."""
UNREADABLE = frozenset({"noise", "out_of_scope", "nlu_fallback"})


async def lead(turn: Turn, action: Action) -> None:
    """Take one turn from the message to everything that is said about it."""
    wish = turn.slot("wish")
    if turn.intent == "identity_proven":
        await outages.tell_touching(turn)
    is_answer = _is_awaited_text(turn)
    if is_answer:
        await flows()[wish].advance(turn)
    elif len(turn.concerns) > 1:
        await _take_first(turn)
    else:
        await action(turn)
    await _go_on(turn, interrupted=None if is_answer else wish)
    _meet_anger(turn)
    files.meet(turn)
    if turn.intent != "repeat":
        turn.keep(last_said=_said(turn))


def _is_awaited_text(turn: Turn) -> bool:
    """Whether it answers the bot's own question, whatever else it looks like."""
    flow = flows().get(turn.slot("wish") or "")
    if flow is None or not turn.text or turn.intent in DIALOGUE_ACTS:
        return False
    return flow.recognises(turn) or (answers_choice(turn) and not topics.is_question(turn.text))


async def _take_first(turn: Turn) -> None:
    first, *others = turn.concerns[:MOST_CONCERNS]
    turn.keep(concerns=[asdict(one) for one in others])
    turn.say("concerns.several")
    turn.turn_to(first)
    await topics.take_up(turn)


async def _go_on(turn: Turn, interrupted: str | None) -> None:
    """Back to the wish that a question or a short wish interrupted; then to the concerns that still wait."""
    if turn.is_handed_over:
        return
    if interrupted and turn.slot("wish") == interrupted and _was_interrupted(turn):
        await _resume(turn, interrupted)
    elif turn.interrupted and not turn.slot("wish") and not turn.slot("offered"):
        turn.keep(**turn.interrupted)
        await _resume(turn, turn.interrupted["wish"])
    while not turn.slot("wish") and not turn.has_offered and (waiting := _waiting(turn)):
        concern, *others = waiting
        turn.keep(concerns=[asdict(one) for one in others] or None)
        turn.say("concerns.next", text=_short(concern.text))
        turn.turn_to(concern)
        await topics.take_up(turn)
        if turn.is_handed_over:
            return


def _was_interrupted(turn: Turn) -> bool:
    """An answer of the knowledge base, or words without a meaning, came instead of the answer to the bot's question."""
    is_aside = any(message.receipt for message in turn.messages) or turn.intent in UNREADABLE
    return is_aside and not turn.asks_for_proof


async def _resume(turn: Turn, wish: str) -> None:
    turn.say("concerns.back")
    turn.text, turn.intent = "", ""
    await flows()[wish].advance(turn)


def _waiting(turn: Turn) -> list[Concern]:
    return [Concern(**one) for one in turn.slot("concerns") or []]


def _meet_anger(turn: Turn) -> None:
    """Angry once: the way to a human is shown with whatever is said. Angry again: a human is called."""
    if turn.context.angry < ANGRY or turn.is_handed_over:
        return
    if turn.once("anger"):
        if not turn.has_offered:
            turn.propose(BotMessage(text=turn.wording("anger.offer"), choices=(turn.human_choice("visitor_upset"),)))
    else:
        if turn.intent in ("insult", "dissatisfied"):
            turn.messages.clear()  # it offered what comes now
        turn.call_human("anger.called", "visitor_upset")


def _said(turn: Turn) -> list[str]:
    return [message.text[:SAID_LIMIT] for message in turn.messages if message.text]


def _short(text: str, limit: int = 80) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


async def correct(turn: Turn) -> None:
    """„Nein, die andere“: the same wish for another of the things that were in question, also when it was just told."""
    options: dict[str, Any] = turn.slot("options") or {}
    wish, slot = turn.slot("wish") or options.get("wish"), options.get("slot")
    if wish and slot:
        wishes.open_wish(turn, wish)
        _rule_out(turn, slot, options)
        await flows()[wish].advance(turn)
    elif wish or turn.entity("order_number"):
        await continuing.continue_wish(turn)
    else:
        turn.say("correct.what")


def _rule_out(turn: Turn, slot: str, options: dict[str, Any]) -> None:
    """It is not the one it was about; of two it is the other, unless this message names one."""
    before = options.get("chosen")
    others = [value for value in options["values"] if value != before]
    is_known = len(others) == 1 and not turn.entity(slot)
    turn.note(**({slot: others[0]} if is_known else {slot: None, "ruled_out": before}))
    turn.keep(wish_text="")
    if slot == "order_number":
        turn.forget("order_number")


async def repeat(turn: Turn) -> None:
    """„Was hast du gesagt?“: the last words once more."""
    said: list[str] = turn.slot("last_said") or []
    if not said:
        turn.say("repeat.nothing")
        return
    if wish := turn.slot("wish"):
        turn.text = ""
        await flows()[wish].advance(turn)
        return
    for text in said:
        turn.propose(BotMessage(text=text))
