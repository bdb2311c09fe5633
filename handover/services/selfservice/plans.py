"""What a customer has subscribed to, and what there is to subscribe to."""

from __future__ import annotations

from typing import Any

from handover.contract.base import Language
from handover.contract.selfservice import PlanView, SubscriptionStatus
from handover.domain.shop import Plan, Subscription
from handover.domain.subscription import as_of, has_pause, is_over
from handover.services.selfservice.reading import Reader


def subscriptions(reader: Reader) -> dict[str, Any]:
    """Those that run, as they are today, and all plans."""
    plans, today = reader.unit.shop.plans(), reader.today
    views = {plan.plan: _plan_view(plan, reader.language) for plan in plans.values()}
    held = reader.unit.shop.subscriptions_of(reader.customer_id)
    running = [as_of(one, today, plans) for one in held if not is_over(one, today)]
    return {
        "subscriptions": tuple(_status(one, views, is_pausing=has_pause(one, today)) for one in running),
        "plans": tuple(views.values()),
    }


def _status(one: Subscription, views: dict[str, PlanView], *, is_pausing: bool) -> SubscriptionStatus:
    return SubscriptionStatus(
        number=one.number,
        plan=views[one.plan],
        monthly_cents=one.monthly_cents,
        currency=one.currency,
        state=one.state,
        started_on=one.started_on,
        paid_until=one.paid_until,
        ends_on=one.ends_on,
        next_plan=views[one.next_plan] if one.next_plan else None,
        next_plan_on=one.next_plan_on,
        paused_from=one.paused_from if is_pausing else None,
        paused_until=one.paused_until if is_pausing else None,
    )


def _plan_view(plan: Plan, language: Language) -> PlanView:
    return PlanView(
        plan=plan.plan,
        name=plan.name(language),
        monthly_cents=plan.monthly_cents,
        currency=plan.currency,
        family=plan.family,
        rank=plan.rank,
        can_pause=plan.can_pause,
    )
