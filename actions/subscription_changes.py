"""A change of a subscription: said before it is done, done after a yes to exactly that, and told with its reference."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions import wishes
from actions.flows import start_choice
from actions.replies import day, moment, money, months
from actions.turn import CONFIRM, Turn
from handover.contract.selfservice import AccountFound, RequestKind, ServiceAnswered, SubscriptionStatus
from handover.contract.turns import BotMessage, OfferedChoice, Signal

RESUMED_FIRST = {"subscription.cancelled", "subscription.paused", "subscription.pause_planned"}
"""What a button takes out of the way."""
AMOUNTS = {"from_cents", "to_cents", "difference_cents", "due_cents", "monthly_cents"}
PLANS = {"plan", "from_plan", "to_plan"}
DAYS = {
    "valid_from",
    "full_price_from",
    "ends_on",
    "paused_from",
    "paused_until",
    "resumes_on",
    "resumed_on",
    "paid_until",
}
_CLEAR_YES = re.compile(
    r"^\W*(?:ja|jetzt|yes|now|bestätig\w*|confirm\w*)\b(?!.*\b(?:nicht|not|don'?t)\b)", re.IGNORECASE
)
"""„Jetzt kündigen“ is read as one more wish to cancel, and is a yes all the same."""


@dataclass(frozen=True)
class Deed:
    """Something to be done about one subscription, and the words for it: `<words>.ask`, `.done`, `.already`."""

    kind: RequestKind
    one: SubscriptionStatus
    words: str
    params: dict[str, str]


async def have_done(turn: Turn, deed: Deed, account: AccountFound) -> None:
    """Say what would happen; after a yes to exactly that have it done."""
    if turn.awaits(CONFIRM) and _CLEAR_YES.search(turn.text):
        turn.intent = "affirm"
    answered = await wishes.do_or_preview(turn, deed.kind, deed.one.number, **deed.params)
    if answered is None:
        return
    if answered.outcome == "refused":
        _refuse(turn, answered, deed.one)
        return
    values = _values(turn, answered, account) | {"number": deed.one.number}
    parts = (str(answered.facts[name]) for name in ("direction", "mode") if name in answered.facts)
    words = ".".join((deed.words, *parts))
    match answered.outcome:
        case "offered":
            await _ask(turn, deed, answered, words, values)
        case "done":
            wishes.say_done(turn, f"{words}.done", answered, **values)
        case _:
            reference = answered.reference or ""
            _say_already(turn, deed, answered, turn.wording(f"{words}.already", reference=reference, **values))


async def _ask(turn: Turn, deed: Deed, answered: ServiceAnswered, words: str, values: dict[str, str]) -> None:
    """What a smaller plan or none takes away is said before the yes."""
    text = turn.wording(f"{words}.ask", **values)
    means = f"{deed.words}.means.{answered.facts.get('to_plan') or answered.facts.get('plan')}"
    if answered.facts.get("direction") != "up" and turn.replies.has(means):
        text += f"\n\n{turn.wording(means)}"
    yes, leave = turn.yes_or_no(f"{words}.agree")
    instead = await _offer_instead(turn, deed.one) if deed.kind == "subscription.cancel" else ()
    turn.propose(BotMessage(text=text, choices=(yes, *instead, leave)))
    turn.keep(awaiting=CONFIRM)


async def _offer_instead(turn: Turn, one: SubscriptionStatus) -> tuple[OfferedChoice, ...]:
    offered = await wishes.carry_out(turn, "subscription.offer", one.number)
    if offered is None or offered.outcome != "done":
        return ()
    topic = "pause_subscription" if offered.facts["offer"] == "pause" else "downgrade_plan"
    signal = Signal(name=topic, data={"subscription_number": one.number})
    return (OfferedChoice(label=turn.wording(f"choice.instead.{topic}"), signal=signal),)


def _say_already(turn: Turn, deed: Deed, answered: ServiceAnswered, text: str) -> None:
    """A cancellation from before can be taken back for longer than a day."""
    is_cancelled = deed.kind == "subscription.cancel"
    back = (start_choice(turn, "resume_subscription", subscription_number=deed.one.number),) if is_cancelled else ()
    turn.propose(BotMessage(text=text, choices=back, documents=answered.documents))
    wishes.fulfil(turn)


def _refuse(turn: Turn, answered: ServiceAnswered, one: SubscriptionStatus) -> None:
    """What stands in the way can often be taken away: by a button, beside the one to a human."""
    facts = {name: day(str(value), turn.language) if value else "" for name, value in answered.facts.items()}
    if answered.because in RESUMED_FIRST:
        resume = start_choice(turn, "resume_subscription", subscription_number=one.number)
        text = turn.wording(f"refused.{answered.because}", **facts)
        turn.propose(BotMessage(text=text, choices=(resume, turn.human_choice("needs_person"))))
        wishes.fulfil(turn)
    else:
        wishes.refuse(turn, answered, "needs_person", plan=one.plan.name, number=one.number, **facts)


def _values(turn: Turn, answered: ServiceAnswered, account: AccountFound) -> dict[str, str]:
    """The facts as people write them."""
    facts, language = answered.facts, turn.language
    names = {plan.plan: plan.name for plan in account.plans}
    values: dict[str, str] = {}
    for name, value in facts.items():
        if name in AMOUNTS:
            values[name] = money(int(value or 0), str(facts["currency"]), language)
        elif name in PLANS:
            values[name] = names.get(str(value), str(value))
        elif name in DAYS and value:
            values[name] = day(str(value), language)
    if "months" in facts:
        values["months"] = months(int(facts["months"] or 0), language)
    if "received_at" in facts:
        values["received_at"] = moment(str(facts["received_at"]), language)
    return values
