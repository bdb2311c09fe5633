"""What agents do for the customer of their case: the same things, by the same rules, as the bot."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from handover.contract.base import Wire
from handover.contract.events import CreditReason

AgentRequestKind = Literal[
    "order.cancel",
    "order.change_address",
    "order.return",
    "order.return_label",
    "invoice.copy",
    "invoice.dispute",
    "invoice.pay_again",
    "payment.change_default",
    "subscription.change_plan",
    "subscription.cancel",
    "subscription.pause",
    "subscription.resume",
    "contact.change",
    "request.undo",
]
"""Of `contract/selfservice.py`. What customers allow, the copy of their data and the end of their account they ask for
themselves."""
_Name = Annotated[str, StringConstraints(max_length=80)]
_Value = Annotated[str, StringConstraints(max_length=500)]


class Owned(Wire):
    ownership_version: int
    """Under which the agent has seen the case."""


class RequestWished(Owned):
    """`preview`: decide and say what would happen, but change nothing."""

    kind: AgentRequestKind
    subject: str = Field(max_length=80)
    """Number of the order, invoice or subscription it is about; of `request.undo` the reference; else empty."""
    params: dict[_Name, _Value] = Field(default={}, max_length=10)
    preview: bool = False


class CreditWished(Owned):
    """Never an amount: what it is worth, the rule says."""

    reason: CreditReason
    subject: str = Field(max_length=80)
    item_sku: str | None = Field(default=None, max_length=40)
    outage_id: str | None = Field(default=None, max_length=40)
    preview: bool = False
