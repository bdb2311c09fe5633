"""What an agent will probably say of a case that ends, read from what happened in it; each guess names what it is read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter

from handover.contract.dossier import MessageUnderstood
from handover.contract.events import (
    ConversationRated,
    CreditGranted,
    CreditProposed,
    CreditReason,
    CreditRefused,
    Event,
    RootCause,
)
from handover.contract.wrap_up import Guess, Guesses
from handover.services.desk_rules import DeskRules
from handover.services.reading import NO_WISH, understood

TELLING = frozenset(
    {
        "message.posted",
        "message.feedback_given",
        "bot.understood",
        "conversation.rated",
        "credit.granted",
        "credit.proposed",
        "credit.refused",
    }
)
"""Events that guesses are made of."""
UNSURE = 0.5
"""Below this confidence of the likeliest intent the bot has rather misread."""
UNHAPPY = 2
"""A rating of the people up to this says that nothing was solved."""
NEEDS_PERSON = frozenset({"credit_over_limit", "credit_unclear", "needs_person"})
"""Reasons of a call that say by themselves that no bot may do it."""
CAUSE_OF_CLAIM: Mapping[CreditReason, RootCause] = {
    "late_delivery": "delivery",
    "missing_item": "delivery",
    "damaged_item": "product_fault",
    "outage": "product_fault",
    "billing_error": "our_mistake",
}
INTENTS: Mapping[RootCause, frozenset[str]] = {
    "delivery": frozenset(
        {
            "change_delivery_address",
            "delivery_place",
            "delivery_time",
            "missed_delivery",
            "order_status",
            "parcel_late",
            "parcel_lost",
            "partial_delivery",
        }
    ),
    "product_fault": frozenset(
        {
            "app_pairing",
            "battery",
            "device_offline",
            "outage_status",
            "parcel_damaged",
            "repair",
            "report_outage",
            "reset_device",
            "warranty",
        }
    ),
    "our_mistake": frozenset({"double_charge", "wrong_item"}),
    "invoice": frozenset({"company_invoice", "dunning", "invoice_download", "invoice_due", "invoice_explain"}),
    "payment": frozenset({"change_payment_method", "failed_payment", "refund_duration", "refund_status", "sepa_debit"}),
    "contract": frozenset(
        {
            "downgrade_plan",
            "notice_period",
            "pause_subscription",
            "price_increase",
            "resume_subscription",
            "trial_period",
            "upgrade_plan",
        }
    ),
    "account": frozenset(
        {"change_contact_data", "change_email", "data_export", "login_problem", "password_reset", "two_factor"}
    ),
    "customer_wish": frozenset(
        {"cancel_order", "cancel_subscription", "delete_account", "exchange", "return_how", "return_label"}
    ),
}
"""The bot's intents, by what they are usually about. Those of no cause are questions, which say nothing of one."""
NOTHING = Guess()


def guesses(reason: str | None, topic: str | None, rules: DeskRules, events: Sequence[Event]) -> Guesses:
    """Of a case that was called for `reason`; `events` as `TELLING`, the oldest first."""
    asked = _asked(events)
    verdict = _verdict(reason, asked)
    return Guesses(
        outcome=_outcome(events),
        topic=_topic(topic, rules, asked),
        root_cause=_cause(events, asked),
        bot_could=verdict,
        article_id=_article(asked) if verdict.value == "article_exists" else NOTHING,
    )


def _asked(events: Sequence[Event]) -> MessageUnderstood | None:
    """The last message that says what the visitor wants."""
    meant = [read for read in understood(events) if read.intents and read.intents[0].name not in NO_WISH]
    return meant[-1] if meant else None


def _outcome(events: Sequence[Event]) -> Guess:
    rated = [event.data for event in events if isinstance(event.data, ConversationRated)]
    people = [one.score for one in rated if one.about == "human"]
    if people and people[-1] <= UNHAPPY:
        return Guess(value="unsolved", source="rating", detail=str(people[-1]))
    return Guess(value="solved", source="usual")


def _topic(topic: str | None, rules: DeskRules, asked: MessageUnderstood | None) -> Guess:
    if topic:
        return Guess(value=topic, source="case")
    if asked and (group := rules.topic_of(asked.intents[0].name)):
        return Guess(value=group, source="intent", detail=asked.intents[0].name)
    return NOTHING


def _cause(events: Sequence[Event], asked: MessageUnderstood | None) -> Guess:
    claims = [
        event.data.reason for event in events if isinstance(event.data, CreditGranted | CreditProposed | CreditRefused)
    ]
    if claims:
        return Guess(value=CAUSE_OF_CLAIM[claims[-1]], source="credit", detail=claims[-1])
    if asked is None:
        return NOTHING
    name = asked.intents[0].name
    cause = next((cause for cause, names in INTENTS.items() if name in names), None)
    return Guess(value=cause, source="intent", detail=name) if cause else NOTHING


def _verdict(reason: str | None, asked: MessageUnderstood | None) -> Guess:
    if reason in NEEDS_PERSON:
        return Guess(value="needs_person", source="reason", detail=reason or "")
    if asked is None:
        return NOTHING
    if asked.intents[0].confidence < UNSURE:
        return Guess(value="misread", source="intent", detail=asked.intents[0].name)
    if reason == "no_answer":
        return Guess(value="article_missing", source="reason", detail=reason)
    return Guess(value="article_exists", source="passage") if _article(asked).value else NOTHING


def _article(asked: MessageUnderstood | None) -> Guess:
    """What the bot answered with, unless the visitor said that it did not help."""
    used = [passage for passage in asked.passages if passage.used] if asked and asked.helped is not False else []
    best = max(used, key=attrgetter("score"), default=None)
    return Guess(value=best.article_id, source="passage", detail=best.title) if best else NOTHING
