"""What the bot can have done, by the topic that asks for it. A closed list: no text and no article starts anything else.

A flow is entered again with every piece that was missing. It reads what is there, asks for the next thing, or ends.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache

from actions.turn import Turn
from handover.contract.turns import OfferedChoice, Signal
from knowledge.articles import Flow as ButtonFlow

Advance = Callable[[Turn], Awaitable[None]]


@dataclass(frozen=True)
class Flow:
    """`advance` takes the wish as far as it goes."""

    advance: Advance
    on_wish_only: bool = False
    """A question how it works is answered from the knowledge base, with the button that starts this."""
    if_named: bool = False
    """Without a number of one's own it is a question like any other, answered the same way."""
    is_wish: Callable[[str], bool] = lambda _: False
    """Whether a text is the wish itself though it is a question: „Welche Daten habt ihr über mich?“"""
    instead_of: str = ""
    """The wish that this one may take the place of: „Kann ich stattdessen pausieren?“ asks for it while that one is open."""
    follows_up: Callable[[Turn], bool] = lambda _: False
    """Whether a message without an intent of its own goes on about what was just told: „Und die vom September?“"""
    recognises: Callable[[Turn], bool] = lambda _: False
    """Whether a message without a clear intent is what this flow has just asked for: an address, a name."""


@cache
def flows() -> dict[str, Flow]:
    """Every flow by the topic (or own-data intent) that starts it."""
    from actions import account, billing, credit, goodwill, orders, outages, privacy, returns, subscriptions

    concerns = (orders, returns, credit, goodwill, billing, subscriptions, outages, account, privacy)
    return {topic: flow for concern in concerns for topic, flow in concern.FLOWS.items()}


BUTTONS: dict[ButtonFlow, Signal] = {
    "track_order": Signal(name="order_status"),
    "claim_late_delivery": Signal(name="parcel_late"),
    "claim_damaged_item": Signal(name="parcel_damaged"),
    "claim_missing_item": Signal(name="partial_delivery"),
    "talk_to_human": Signal(name="talk_to_human", data={"reason": "visitor_wish"}),
}
"""A pressed button says what the visitor could have typed: its signal is an intent of `bot/domain`, with its one rule."""


def start_choice(turn: Turn, topic: str, **data: str) -> OfferedChoice:
    """The button that starts a flow, about one thing if its number is given."""
    return OfferedChoice(label=turn.wording(f"choice.start.{topic}"), signal=Signal(name=topic, data=data))


def offer_first(turn: Turn, button: OfferedChoice) -> None:
    """Put a button before those of the last message."""
    last = turn.messages[-1]
    turn.messages[-1] = last.model_copy(update={"choices": (button, *last.choices)})


def buttons(turn: Turn, flows: tuple[ButtonFlow, ...]) -> tuple[OfferedChoice, ...]:
    return tuple(OfferedChoice(label=turn.wording(f"choice.{flow}"), signal=BUTTONS[flow]) for flow in flows)
