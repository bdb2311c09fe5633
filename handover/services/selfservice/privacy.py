"""What a customer allows, the copy of their data, and the end of their account."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from handover.contract.selfservice import ConsentView
from handover.domain.customer import PURPOSES, Consent
from handover.domain.selfservice import Facts, ServiceRequest
from handover.services.selfservice.account import change_key
from handover.services.selfservice.account_mails import consent_changed, deletion_asked
from handover.services.selfservice.kinds import ALL, Answer, Case, Kind, Plan, Refused, Unknown
from handover.services.selfservice.reading import Part, Reader
from handover.services.selfservice.undo import Undo

DAYS_TO_DELETE = 30
"""What the shop promises; the law gives a month, which may be shorter."""
EXPORT_NAME = {"de": "meine-daten-{day}.json", "en": "my-data-{day}.json"}
STILL_COMING = frozenset({"processing", "shipped", "partly_delivered"})


def consents(reader: Reader) -> dict[str, Any]:
    known = reader.unit.customers.consents_of(reader.customer_id)
    views = (ConsentView(purpose=one.purpose, given=one.given, since=one.since) for one in known)
    return {"consents": tuple(views)}


def change_consent(case: Case) -> Answer:
    """`purpose`, and `given`: yes | no. A yes needs no second mail: the address was proven by a code sent to it."""
    purpose, given = case.params.get("purpose", ""), case.params.get("given") == "yes"
    if purpose not in PURPOSES:
        return Unknown()
    facts: Facts = {"purpose": purpose, "after": "yes" if given else "no"}
    key = change_key(case, "consent.change", "purpose", facts, is_so=_is_given(case, purpose) == given)
    if key is None:
        return Refused(f"consent.{'given' if given else 'not_given'}_already", facts)
    return Plan(
        key=key,
        facts=facts,
        apply=lambda _: _say(case, purpose, given=given),
        mail=partial(consent_changed, case),
        undo_until=case.end_of_day,
    )


def undo_consent(case: Case, request: ServiceRequest) -> None:
    """The opposite, said now: a yes or no of the past is never written."""
    _say(case, str(request.facts["purpose"]), given=request.facts["after"] == "no")


def _is_given(case: Case, purpose: str) -> bool:
    return any(one.given for one in case.unit.customers.consents_of(case.customer_id) if one.purpose == purpose)


def _say(case: Case, purpose: str, *, given: bool) -> None:
    case.unit.customers.set_consent(case.customer_id, Consent(purpose, given, case.now, "chat"))


def export_data(case: Case) -> Answer:
    """A copy of everything, as a file; one request a day and conversation, and the file as often as it is asked for."""
    day = case.today.isoformat()
    return Plan(
        key=(case.conversation_id, day),
        facts={"day": day},
        document=("data_export", "", EXPORT_NAME[case.language].format(day=day)),
    )


def delete_account(case: Case) -> Answer:
    """An open request for the team: they delete what need not be kept. Until then it can be taken back."""
    due = deletion_day(case.today)
    subscriptions = case.unit.shop.subscriptions_of(case.customer_id)
    return Plan(
        key=(),
        facts={
            "due_on": due.isoformat(),
            "subscriptions": sum(one.state != "cancelled" for one in subscriptions),
            "orders": sum(one.state in STILL_COMING for one in case.unit.shop.orders_of(case.customer_id, ALL)),
        },
        mail=partial(deletion_asked, case),
        undo_until=datetime.combine(due, time(), case.zone),
        is_open=True,
    )


def deletion_day(today: date) -> date:
    """By when everything is deleted: after 30 days, and never later than the month that the law gives."""
    year, month = divmod(today.year * 12 + today.month, 12)
    month_later = date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    return min(today + timedelta(days=DAYS_TO_DELETE), month_later)


def undo_deletion(_: Case, __: ServiceRequest) -> None:
    """Nothing was deleted yet; the request is marked as taken back."""


KINDS: dict[str, Kind] = {
    "consent.change": change_consent,
    "data.export": export_data,
    "account.delete": delete_account,
}
UNDOS: dict[str, Undo] = {"consent.change": undo_consent, "account.delete": undo_deletion}
PARTS: dict[str, Part] = {"consents": consents}
