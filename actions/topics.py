"""What a message is about decides what happens: a flow takes it up, or the knowledge base answers it."""

from __future__ import annotations

import re

from actions import answers, wishes
from actions.escalation import call_human
from actions.flows import Flow, flows, offer_first, start_choice
from actions.turn import Turn

_HOW = re.compile(
    r"^\W*(?:und |and |hallo,? |hi,? |hello,? )?(?:wie|was|wer|wann|wo|warum|wieso|welche\w*|gibt es|gibt's|kann man|muss man|ist es|darf man|geht das"
    r"|how|what|who|when|where|why|which|is it|is there|are there|does|do you|do i|can i|can one|could one)\b",
    re.IGNORECASE,
)
"""Asks how something works instead of asking for it."""
SURE_TO_START = 0.7
"""Confidence of the classifier from which a flow starts by itself. On the development half 92 % of those are right; of
those from .4 to .7 it is half, so there the flow is a button below the answer."""
UNCLEAR = frozenset({"nlu_fallback", "inform"})
NUMBERS = ("order_number", "invoice_number", "subscription_number")
"""Who names one asks about their own."""


async def take_up(turn: Turn) -> None:
    """The topic of this message: by its flow if it has one, else from the knowledge base."""
    if turn.intent == "talk_to_human":
        await call_human(turn)
        return
    if turn.intent in UNCLEAR and (topic := _followed_up(turn)):
        turn.intent, turn.confidence = topic, 1.0
    flow = flows().get(turn.intent)
    if flow is None:
        await answers.answer(turn)
    elif turn.text and (_is_general(turn, flow) or _is_unsure(turn)):
        await _explain(turn)
    else:
        wishes.open_wish(turn, turn.intent)
        await flow.advance(turn)


def _followed_up(turn: Turn) -> str | None:
    return next((topic for topic, flow in flows().items() if flow.follows_up(turn)), None)


def _is_general(turn: Turn, flow: Flow) -> bool:
    """It asks how something works, and not about anything of the visitor's own."""
    takes_its_place = flow.instead_of and flow.instead_of == turn.slot("wish")
    if takes_its_place or flow.is_wish(turn.text) or any(turn.entity(number) for number in NUMBERS):
        return False
    return flow.if_named or (flow.on_wish_only and is_question(turn.text))


def _is_unsure(turn: Turn) -> bool:
    """Too unsure to ask somebody for a proof of identity, or to begin anything, on the strength of it."""
    names_order = turn.intent == "order_status" and turn.entity("order_number")
    return turn.confidence < SURE_TO_START and turn.slot("wish") != turn.intent and not names_order


def is_question(text: str) -> bool:
    return bool(_HOW.match(text))


async def _explain(turn: Turn) -> None:
    """How it works, with the button that does it."""
    topic = turn.intent
    await answers.answer(turn)
    button = start_choice(turn, topic)
    last = turn.messages[-1]
    if last.handover is None and button.label not in {choice.label for choice in last.choices}:
        offer_first(turn, button)
