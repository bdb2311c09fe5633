"""What an article's buttons start: a closed list. Nothing that stands in an article's text starts anything."""

from __future__ import annotations

from actions.turn import Turn
from handover.contract.turns import OfferedChoice, Signal
from knowledge.articles import Flow

FLOWS: dict[Flow, Signal] = {
    "track_order": Signal(name="order_status"),
    "claim_late_delivery": Signal(name="complain_late"),
    "claim_damaged_item": Signal(name="complain_damaged"),
    "claim_missing_item": Signal(name="complain_missing"),
    "talk_to_human": Signal(name="talk_to_human", data={"reason": "visitor_wish"}),
}
"""A pressed button says what the visitor could have typed: its signal is an intent of `bot/domain`, with its one rule."""


def buttons(turn: Turn, flows: tuple[Flow, ...]) -> tuple[OfferedChoice, ...]:
    return tuple(OfferedChoice(label=turn.wording(f"choice.{flow}"), signal=FLOWS[flow]) for flow in flows)
