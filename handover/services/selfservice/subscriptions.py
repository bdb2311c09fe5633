"""Subscriptions: changed, cancelled, paused, resumed. The days and amounts are those of `domain/subscription.py`."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from handover.domain.selfservice import Facts, ServiceRequest
from handover.domain.shop import Plan as Tariff
from handover.domain.shop import Subscription
from handover.domain.subscription import PAUSE_MONTHS, as_of, has_pause, is_over, month_of, next_pause, pro_rata
from handover.domain.subscription import pause as pause_of
from handover.services.selfservice.kinds import Answer, Case, Kind, Plan, Refused, Unknown
from handover.services.selfservice.plans import subscriptions
from handover.services.selfservice.reading import Part
from handover.services.selfservice.subscription_letters import CONFIRMATION_NAME, letter_mail
from handover.services.selfservice.undo import Check, Undo

_DAY = timedelta(days=1)
_BEFORE = "before_"
"""Facts that say what a field of the subscription was, so that the change can be taken back."""

# --- what can be done ---------------------------------------------------------------------------------------------


def change_plan(case: Case) -> Answer:
    """Larger: at once, for the difference of the days that are left. Smaller: after the paid month."""
    plans, found = _found(case)
    if found is None:
        return Unknown()
    target, current = plans.get(case.params.get("plan", "")), plans[found.plan]
    if target is None or (target.family, target.currency) != (current.family, found.currency):
        return Refused("subscription.no_such_plan")
    if refused := _not_running(found):
        return refused
    if target.plan in (found.next_plan, None if found.next_plan else found.plan):
        return _already(case, "subscription.change_plan", to_plan=target.plan)
    after = _with_plan(found, target, is_larger=target.rank > current.rank)
    return _change(case, "subscription.change_plan", found, after, _price_facts(case, found, target, current))


def _with_plan(found: Subscription, target: Tariff, *, is_larger: bool) -> Subscription:
    if is_larger or target.plan == found.plan:
        cents = target.monthly_cents if is_larger else found.monthly_cents
        return replace(found, plan=target.plan, monthly_cents=cents, next_plan=None, next_plan_on=None)
    return replace(found, next_plan=target.plan, next_plan_on=found.paid_until + _DAY)


def _price_facts(case: Case, found: Subscription, target: Tariff, current: Tariff) -> Facts:
    month = month_of(found, case.today)
    difference = target.monthly_cents - found.monthly_cents
    is_larger, stays = target.rank > current.rank, target.plan == current.plan
    return {
        "direction": "stay" if stays else "up" if is_larger else "down",
        "from_plan": found.plan,
        "to_plan": target.plan,
        "from_cents": found.monthly_cents,
        "to_cents": found.monthly_cents if stays else target.monthly_cents,
        "currency": found.currency,
        "difference_cents": 0 if stays else abs(difference),
        "due_cents": pro_rata(difference, month, case.today) if is_larger and month else 0,
        "valid_from": (case.today if stays or is_larger else found.paid_until + _DAY).isoformat(),
        "full_price_from": (found.paid_until + _DAY).isoformat(),
    }


def cancel(case: Case) -> Answer:
    """To the end of the paid month; in a pause nothing is paid for, so at once."""
    _, found = _found(case)
    if found is None:
        return Unknown()
    if found.state == "cancelled":
        done = _already(case, "subscription.cancel", document=_confirmation(case), ends_on=_iso(found.ends_on))
        return done if isinstance(done, Plan) else Refused("subscription.cancelled", {"ends_on": _iso(found.ends_on)})
    last = case.today if found.state == "paused" else found.paid_until
    after = replace(found, state="cancelled", ends_on=last)
    received = case.now.astimezone(case.zone).isoformat(timespec="minutes")
    facts: Facts = {"plan": found.plan, "ends_on": last.isoformat(), "received_at": received}
    return _change(case, "subscription.cancel", found, after, facts, document=_confirmation(case))


def offer(case: Case) -> Answer:
    """What is offered beside a cancellation: a pause, or else a smaller plan; once to a customer, and never again."""
    plans, found = _found(case)
    if found is None:
        return Unknown()
    current = plans[found.plan]
    smaller = [one for one in plans.values() if one.family == current.family and one.rank < current.rank]
    facts: Facts
    if found.state == "active" and current.can_pause and not _pause_refused(found):
        facts = {"offer": "pause"}
    elif found.state == "active" and smaller and not found.next_plan:
        facts = {"offer": "smaller", "plan": smaller[-1].plan}
    else:
        return Refused("subscription.no_offer")
    return Plan(key=("offer",), facts=facts)


def pause(case: Case) -> Answer:
    """For one to three months after the paid one, once in a year."""
    plans, found = _found(case)
    if found is None:
        return Unknown()
    if not plans[found.plan].can_pause:
        return Refused("subscription.no_pause")
    months = int(case.params["months"]) if case.params.get("months", "").isdecimal() else 0
    if months not in PAUSE_MONTHS:
        return Refused("subscription.pause_length")
    if has_pause(found, case.today):
        done = _already(case, "subscription.pause", months=months, paused_until=_iso(found.paused_until))
        return done if isinstance(done, Plan) else _not_running(found) or _pause_planned(found)
    if refused := _not_running(found) or _pause_refused(found):
        return refused
    span = pause_of(found.paid_until + _DAY, months)
    facts: Facts = {
        "plan": found.plan,
        "months": months,
        "paused_from": span.first.isoformat(),
        "paused_until": span.last.isoformat(),
        "resumes_on": (span.last + _DAY).isoformat(),
    }
    return _change(
        case, "subscription.pause", found, replace(found, paused_from=span.first, paused_until=span.last), facts
    )


def resume(case: Case) -> Answer:
    """End a pause early, drop a planned one, or take a cancellation back before its day."""
    plans, found = _found(case)
    if found is None:
        return Unknown()
    today = case.today
    if found.state == "cancelled":
        mode, after = "cancellation", as_of(replace(found, state="active", ends_on=None), today, plans)
    elif found.state == "paused":
        mode, after = "pause", replace(found, state="active", paused_until=today - _DAY)
    elif has_pause(found, today):
        mode, after = "planned_pause", replace(found, paused_from=None, paused_until=None)
    else:
        done = _already(case, "subscription.resume", resumed_on=today.isoformat())
        return done if isinstance(done, Plan) else Refused("subscription.running")
    month = month_of(after, today)
    facts: Facts = {
        "mode": mode,
        "plan": found.plan,
        "monthly_cents": found.monthly_cents,
        "currency": found.currency,
        "resumed_on": today.isoformat(),
        "paid_until": _iso(month.last if month else found.paid_until),
    }
    return _change(case, "subscription.resume", found, after, facts)


# --- what they have in common -------------------------------------------------------------------------------------


def _found(case: Case) -> tuple[dict[str, Tariff], Subscription | None]:
    """The customer's own, as it is today. One that is over is none any more."""
    plans = case.unit.shop.plans()
    for one in case.unit.shop.subscriptions_of(case.customer_id):
        if one.number == case.subject and not is_over(one, case.today):
            return plans, as_of(one, case.today, plans)
    return plans, None


def _not_running(found: Subscription) -> Refused | None:
    if found.state == "cancelled":
        return Refused("subscription.cancelled", {"ends_on": _iso(found.ends_on)})
    if found.state == "paused":
        return Refused("subscription.paused", {"paused_until": _iso(found.paused_until)})
    return None


def _pause_planned(found: Subscription) -> Refused:
    facts: Facts = {"paused_from": _iso(found.paused_from), "paused_until": _iso(found.paused_until)}
    return Refused("subscription.pause_planned", facts)


def _pause_refused(found: Subscription) -> Refused | None:
    earliest = next_pause(found)
    if earliest and found.paid_until + _DAY < earliest:
        return Refused("subscription.paused_before", {"earliest": earliest.isoformat()})
    return None


def _change(
    case: Case,
    kind: str,
    before: Subscription,
    after: Subscription,
    facts: Facts,
    *,
    document: tuple[str, str, str] | None = None,
) -> Plan:
    def apply(_: ServiceRequest) -> None:
        case.unit.shop.save_subscription(after)

    return Plan(
        key=(case.subject, str(len(case.made(kind)))),
        facts={**facts, **_fields_before(before, after)},
        apply=apply,
        mail=partial(letter_mail, case),
        document=document,
        undo_until=case.end_of_day,
    )


def _already(
    case: Case, kind: str, *, document: tuple[str, str, str] | None = None, **told: str | int | None
) -> Answer:
    """It is so already: by the request that told so, or by the shop, which the bot did not hear of."""
    made = case.made(kind)
    for place in reversed(range(len(made))):
        one = made[place]
        if one.state != "undone" and told.items() <= one.facts.items():
            return Plan(key=(case.subject, str(place)), facts=one.facts, document=document)
    return Refused("subscription.unchanged")


def _confirmation(case: Case) -> tuple[str, str, str]:
    return ("confirmation", "", CONFIRMATION_NAME[case.language].format(number=case.subject))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


# --- taking back --------------------------------------------------------------------------------------------------


def _fields_before(before: Subscription, after: Subscription) -> Facts:
    then = asdict(after)
    changed = {name: value for name, value in asdict(before).items() if value != then[name]}
    return {_BEFORE + name: _iso(value) if isinstance(value, date) else value for name, value in changed.items()}


def _restore(case: Case, request: ServiceRequest) -> None:
    """The fields this request has changed get back what they held."""
    [now] = [one for one in case.unit.shop.subscriptions_of(case.customer_id) if one.number == request.subject]
    was = {name.removeprefix(_BEFORE): value for name, value in request.facts.items() if name.startswith(_BEFORE)}
    days = ("ends_on", "next_plan_on", "paused_from", "paused_until", "paid_until")
    fields: dict[str, Any] = {
        name: date.fromisoformat(str(value)) if name in days and value else value for name, value in was.items()
    }
    case.unit.shop.save_subscription(replace(now, **fields))


def _is_last_change(case: Case, request: ServiceRequest) -> bool:
    """A change that another one builds on stays."""
    made = case.unit.selfservice.requests_of(case.customer_id)
    last = next(one for one in made if one.kind in UNDOS and one.subject == request.subject and one.state != "undone")
    return last.id == request.id


KINDS: dict[str, Kind] = {
    "subscription.change_plan": change_plan,
    "subscription.cancel": cancel,
    "subscription.offer": offer,
    "subscription.pause": pause,
    "subscription.resume": resume,
}
UNDOS: dict[str, Undo] = dict.fromkeys(
    ("subscription.change_plan", "subscription.cancel", "subscription.pause", "subscription.resume"), _restore
)
PARTS: dict[str, Part] = {"subscriptions": subscriptions}
CHECKS: dict[str, Check] = dict.fromkeys(UNDOS, _is_last_change)
