"""Subscriptions: what there is, larger or smaller, ended, paused, resumed. Days and amounts come from the desk."""

from __future__ import annotations

import re
from collections.abc import Callable

from actions import answers, continuing, wishes
from actions.flows import Flow, start_choice
from actions.picking import Option, ask_which, pick
from actions.replies import day, money, months
from actions.subscription_changes import Deed, have_done
from actions.turn import CONFIRM, Turn
from handover.contract.selfservice import AccountFound, PlanView, SubscriptionStatus
from handover.contract.turns import BotMessage, OfferedChoice, Signal

Suits = Callable[[SubscriptionStatus, AccountFound], bool]
PAUSE_MONTHS = ("1", "2", "3")
MONTHS = "months"
"""What `awaiting` says while the length of a pause is asked for."""
_TAKES_BACK = re.compile(
    r"(?=.*(?:kündig|cancel)).*(?:zurück(?:nehm|zieh|genommen)|widerruf|rückgängig|doch (?:nicht|behalten)|take back|took back"
    r"|taking back|withdraw|revoke|undo|keep)",
    re.IGNORECASE | re.DOTALL,
)
"""A cancellation is to be taken back: the words of a cancellation are in it too."""
_ORDER = re.compile(r"\b(?:bestell\w*|storn\w*|order\w*|parcel|paket)\b", re.IGNORECASE)
_LENGTH = re.compile(
    r"\b(\d{1,2}|ein|zwei|drei|one|two|three)(?:en?|s)?\b(?=\W*(?:monat|month|bitte|please|$))", re.IGNORECASE
)
_NUMBERS = {"ein": "1", "one": "1", "zwei": "2", "two": "2", "drei": "3", "three": "3"}


# --- what there is ------------------------------------------------------------------------------------------------


async def tell_mine(turn: Turn) -> None:
    account = await wishes.account_of(turn, "subscriptions")
    if account is not None:
        _say_mine(turn, account)
        wishes.fulfil(turn)


async def tell_plans(turn: Turn) -> None:
    """What there is stands in an article; what one has is told beside it."""
    if turn.text:
        await answers.answer(turn)
    if turn.context.trust in ("code", "login") or not turn.text:
        account = await wishes.account_of(turn, "subscriptions")
        if account is None:
            return
        _say_mine(turn, account)
    wishes.fulfil(turn)


def _say_mine(turn: Turn, account: AccountFound) -> None:
    held = account.subscriptions
    if not held:
        turn.say("subscription.none")
        return
    lines = "\n".join(f"- {_line(turn, one)}" for one in held)
    data = {"subscription_number": held[0].number} if len(held) == 1 else {}
    topics = ("upgrade_plan", "pause_subscription", "cancel_subscription")
    choices = tuple(
        start_choice(turn, topic, **data) for topic in topics if any(SUITS[topic](one, account) for one in held)
    )
    turn.propose(BotMessage(text=turn.wording("subscription.mine", list=lines), choices=choices))


def _line(turn: Turn, one: SubscriptionStatus) -> str:
    state: str = one.state
    if state == "active" and one.paused_from:
        state = "pausing"
    elif state == "active" and one.next_plan:
        state = "changing"
    elif state == "paused" and one.paused_until is None:
        state = "paused_open"
    return turn.wording(
        f"subscription.line.{state}",
        plan=one.plan.name,
        number=one.number,
        price=money(one.monthly_cents, one.currency, turn.language),
        next=one.next_plan.name if one.next_plan else "",
        next_price=money(one.next_plan.monthly_cents, one.currency, turn.language) if one.next_plan else "",
        **{
            name: day(value.isoformat(), turn.language) if (value := getattr(one, name)) else ""
            for name in ("paid_until", "ends_on", "next_plan_on", "paused_from", "paused_until")
        },
    )


# --- what can be done ---------------------------------------------------------------------------------------------


async def _upgrade(turn: Turn) -> None:
    await _change(turn, "upgrade_plan", _larger, "subscription.largest")


async def _downgrade(turn: Turn) -> None:
    await _change(turn, "downgrade_plan", _smaller, "subscription.smallest")


async def _change(
    turn: Turn, topic: str, targets_of: Callable[[SubscriptionStatus, AccountFound], list[PlanView]], nothing: str
) -> None:
    found = await _one(turn, topic)
    if found is None:
        return
    account, one = found
    targets = targets_of(one, account)
    if not targets:
        choices = tuple(
            start_choice(turn, other, subscription_number=one.number) for other in _others(topic, one, account)
        )
        turn.propose(BotMessage(text=turn.wording(nothing, plan=one.plan.name, number=one.number), choices=choices))
        wishes.fulfil(turn)
        return
    target = targets[0] if len(targets) == 1 else _picked(turn, targets)
    if target is not None:
        deed = Deed("subscription.change_plan", one, "subscription.change", {"plan": target.plan})
        await have_done(turn, deed, account)


def _others(topic: str, one: SubscriptionStatus, account: AccountFound) -> list[str]:
    """What may help instead of a smaller plan."""
    others = ("pause_subscription", "cancel_subscription") if topic == "downgrade_plan" else ()
    return [other for other in others if SUITS[other](one, account)]


def _picked(turn: Turn, targets: list[PlanView]) -> PlanView | None:
    options = [Option(value=plan.plan, label=_plan_label(turn, plan), words=plan.name) for plan in targets]
    option = pick(turn, "plan", options, "subscription.which_plan")
    return next((plan for plan in targets if option and plan.plan == option.value), None)


def _plan_label(turn: Turn, plan: PlanView) -> str:
    price = money(plan.monthly_cents, plan.currency, turn.language)
    return turn.wording("choice.plan", plan=plan.name, price=price)


async def _cancel(turn: Turn) -> None:
    """One question, one button. What is offered instead stands beside it, and only once."""
    takes_back = takes_back_cancellation(turn.text)
    if takes_back and turn.awaits(CONFIRM):
        await continuing.decline(turn)
        return
    if takes_back:
        wishes.open_wish(turn, "resume_subscription")
        await resume(turn)
        return
    found = await _one(turn, "cancel_subscription")
    if found is None:
        wishes.show_way_without_proof(turn, "subscription.cancel.without_proof")
        return
    account, one = found
    words = "subscription.cancel_paused" if one.state == "paused" else "subscription.cancel"
    await have_done(turn, Deed("subscription.cancel", one, words, {}), account)


async def _pause(turn: Turn) -> None:
    found = await _one(turn, "pause_subscription")
    if found is None:
        return
    account, one = found
    count = turn.detail(MONTHS) or _length(turn.text) or _length(turn.slot("wish_text") or "")
    if _can_pause(one, account) and count not in PAUSE_MONTHS:
        _ask_months(turn, is_wrong=count is not None)
        return
    count = count if count in PAUSE_MONTHS else PAUSE_MONTHS[0]  # the desk says why not
    turn.note(**{MONTHS: count})
    await have_done(turn, Deed("subscription.pause", one, "subscription.pause", {MONTHS: count}), account)


def _ask_months(turn: Turn, *, is_wrong: bool) -> None:
    choices = tuple(
        OfferedChoice(label=months(int(count), turn.language), signal=Signal(name="choose", data={MONTHS: count}))
        for count in PAUSE_MONTHS
    )
    key = "subscription.pause.wrong_length" if is_wrong else "subscription.pause.how_long"
    turn.propose(BotMessage(text=turn.wording(key), choices=choices))
    turn.note(**{MONTHS: None})
    turn.keep(awaiting=MONTHS, wish_text="")


def _length(text: str) -> str | None:
    found = _LENGTH.search(text)
    return _NUMBERS.get(found[1].casefold(), found[1]) if found else None


def _is_length(turn: Turn) -> bool:
    return turn.awaits(MONTHS) and _length(turn.text) is not None


def takes_back_cancellation(text: str) -> bool:
    """Of a subscription: an order's has other words in it."""
    return bool(_TAKES_BACK.search(text)) and not _ORDER.search(text)


async def resume(turn: Turn) -> None:
    found = await _one(turn, "resume_subscription")
    if found is not None:
        account, one = found
        await have_done(turn, Deed("subscription.resume", one, "subscription.resume", {}), account)


# --- what they have in common -------------------------------------------------------------------------------------


async def _one(turn: Turn, topic: str) -> tuple[AccountFound, SubscriptionStatus] | None:
    """The subscription that is meant, first among those the wish fits. None: the visitor was asked or told something."""
    named = (turn.detail("subscription_number") or "").upper()
    turn.note(subscription_number=named or None)  # it is still meant when the proof of identity has come
    account = await wishes.account_of(turn, "subscriptions")
    if account is None:
        return None
    if not account.subscriptions:
        turn.say("subscription.none")
        wishes.fulfil(turn)
        return None
    suitable = [one for one in account.subscriptions if SUITS[topic](one, account)] or list(account.subscriptions)
    by_number = [one for one in account.subscriptions if one.number == named]
    if named and not by_number:
        turn.note(subscription_number=None)
        ask_which(turn, "subscription_number", _options(turn, suitable), "subscription.not_found", number=named)
        return None
    option = pick(turn, "subscription_number", _options(turn, by_number or suitable), "subscription.which")
    if option is None:
        return None
    turn.keep(options={**turn.slot("options"), "values": [one.number for one in suitable]})
    return account, next(one for one in account.subscriptions if one.number == option.value)


def _options(turn: Turn, subscriptions: list[SubscriptionStatus]) -> list[Option]:
    return [
        Option(
            value=one.number,
            label=turn.wording("choice.subscription", plan=one.plan.name, number=one.number),
            words=one.plan.name,
        )
        for one in subscriptions
    ]


def _larger(one: SubscriptionStatus, account: AccountFound) -> list[PlanView]:
    """Before a planned smaller plan begins, the present one is a larger one."""
    larger = [plan for plan in account.plans if plan.family == one.plan.family and plan.rank > one.plan.rank]
    return [one.plan, *larger] if one.next_plan else larger


def _smaller(one: SubscriptionStatus, account: AccountFound) -> list[PlanView]:
    return [plan for plan in account.plans if plan.family == one.plan.family and plan.rank < one.plan.rank]


def _can_pause(one: SubscriptionStatus, _: AccountFound) -> bool:
    return one.plan.can_pause and one.state == "active" and one.paused_from is None


def _is_kept(one: SubscriptionStatus, _: AccountFound) -> bool:
    return one.state != "cancelled"


def _can_resume(one: SubscriptionStatus, _: AccountFound) -> bool:
    return one.state != "active" or one.paused_from is not None


SUITS: dict[str, Suits] = {
    "upgrade_plan": lambda one, account: one.state == "active" and bool(_larger(one, account)),
    "downgrade_plan": lambda one, account: one.state == "active" and not one.next_plan and bool(_smaller(one, account)),
    "pause_subscription": _can_pause,
    "cancel_subscription": _is_kept,
    "resume_subscription": _can_resume,
}
"""Which subscriptions a wish without a number can be about."""
FLOWS = {
    "my_subscription": Flow(tell_mine),
    "plans_overview": Flow(tell_plans),
    "upgrade_plan": Flow(_upgrade, on_wish_only=True),
    "downgrade_plan": Flow(_downgrade, on_wish_only=True, instead_of="cancel_subscription"),
    "cancel_subscription": Flow(_cancel, on_wish_only=True),
    "pause_subscription": Flow(_pause, on_wish_only=True, instead_of="cancel_subscription", recognises=_is_length),
    "resume_subscription": Flow(resume, on_wish_only=True),
}
