"""Agents act for the customers they serve: what the bot does, by the same services, and told by their name."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Engine, select

from handover.contract.acting import RequestWished
from handover.contract.events import Event, ServiceRendered
from handover.domain import credit
from handover.domain.agent import Role
from handover.domain.errors import Conflict, NotAllowed, StaleOwnership
from handover.domain.policy import Reason
from handover.services.access import ALLOWED, Action
from handover.services.dossier import Dossiers
from handover.services.identity import Identities
from handover.services.signed_identity import Signatures
from handover.store.tables import audit
from tests.unit.handover.shop_floor import ADA, ANNA, POLICY, RULES, SOPHIE, ShopFloor
from tests.unit.handover.subscribers import invoice, settle, subscription
from tests.unit.handover.test_selfservice_orders import SENT, ZEIL, mails, pay, payment, refunds, stored, waiting


def told(floor: ShopFloor, conversation_id: str) -> list[Event]:
    with floor.unit(write=False) as unit:
        return [stored.event for stored in unit.log.after(conversation_id, 0)]


def test_an_agent_sees_what_would_happen_and_then_does_it_as_the_bot_would(floor: ShopFloor) -> None:
    floor.add(waiting(), waiting("10002"))
    pay(floor, payment(), payment(number="10002", method="PayPal"))
    talk = floor.served()
    seen = floor.act(talk, "order.cancel", "10001", preview=True)
    assert (seen.outcome, seen.facts["refund_cents"]) == ("offered", 8900)
    assert (stored(floor).state, floor.events(talk)) == ("processing", [])

    done = floor.act(talk, "order.cancel", "10001")
    by_the_bot = floor.ask(floor.conversation(), "order.cancel", "10002")

    assert (done.outcome, by_the_bot.outcome) == ("done", "done")
    assert done.facts | {"number": "", "method": ""} == by_the_bot.facts | {"number": "", "method": ""}
    assert stored(floor).state == "cancelled"
    assert len(refunds(floor)) == 2
    first, second = mails(floor)
    assert first.replace("10002", "10001").split("V-")[0] == second.split("V-")[0]


def test_the_visitor_sees_who_did_what_for_them(floor: ShopFloor) -> None:
    floor.add(waiting())
    talk = floor.served()
    done = floor.act(talk, "order.cancel", "10001")
    [event] = told(floor, talk)
    assert isinstance(event.data, ServiceRendered)
    assert (event.actor.kind, event.actor.name) == ("agent", "Anna Brandt")
    assert (event.data.kind, event.data.subject, event.data.reference) == ("order.cancel", "10001", done.reference)
    [sent] = floor.published.all[-1].events
    assert sent.public is not None


def test_what_is_asked_for_twice_by_bot_and_agent_happens_once(floor: ShopFloor) -> None:
    floor.add(waiting())
    pay(floor, payment())
    by_the_bot = floor.ask(floor.conversation(), "order.cancel", "10001")
    talk = floor.served()
    again = floor.act(talk, "order.cancel", "10001")
    assert (again.outcome, again.reference) == ("already_done", by_the_bot.reference)
    assert (len(refunds(floor)), floor.events(talk)) == (1, [])


def test_twenty_pages_at_once_cancel_once(floor: ShopFloor) -> None:
    floor.add(waiting())
    pay(floor, payment())
    talk = floor.served()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: floor.act(talk, "order.cancel", "10001"), range(20)))
    assert sorted({one.outcome for one in answers}) == ["already_done", "done"]
    assert len({one.reference for one in answers}) == 1
    assert len(refunds(floor)) == 1


def test_an_invoice_that_is_sent_again_reaches_the_visitor_again(floor: ShopFloor) -> None:
    settle(floor, subscription(), invoice("RE-1"))
    talk = floor.served()
    first = floor.act(talk, "invoice.copy", "RE-1")
    second = floor.act(talk, "invoice.copy", "RE-1")
    assert (first.outcome, second.outcome) == ("done", "already_done")
    assert [event.data.documents for event in told(floor, talk)] == [first.documents, second.documents]


def test_an_agent_takes_back_what_they_did_in_time_and_not_later(floor: ShopFloor) -> None:
    floor.add(waiting(), waiting("10002"))
    talk = floor.served()
    done = floor.act(talk, "order.cancel", "10001")
    assert floor.act(talk, "request.undo", done.reference or "").outcome == "done"
    assert stored(floor).state == "processing"
    late = floor.act(talk, "order.change_address", "10002", **ZEIL)
    floor.clock.pass_by(days=1)
    refused = floor.act(talk, "request.undo", late.reference or "")
    assert (refused.outcome, refused.because) == ("refused", "undo.too_late")


def test_only_whoever_has_the_case_acts_in_it(floor: ShopFloor) -> None:
    floor.add(waiting())
    talk = floor.served(agent=ANNA)
    for preview in (True, False):
        with pytest.raises(NotAllowed):
            floor.act(talk, "order.cancel", "10001", agent=SOPHIE, preview=preview)
        with pytest.raises(NotAllowed):
            floor.act(floor.conversation(), "order.cancel", "10001", preview=preview)
    assert stored(floor).state == "processing"


def test_an_admin_acts_for_nobody_though_they_may_serve(floor: ShopFloor) -> None:
    floor.add(waiting())
    talk = floor.served(agent=ADA)
    with pytest.raises(NotAllowed):
        floor.act(talk, "order.cancel", "10001", agent=ADA)
    assert {role for role, rows in ALLOWED.items() if Action.ACT_FOR_CUSTOMERS in rows} == {Role.AGENT, Role.SUPERVISOR}


def test_who_saw_the_case_before_it_changed_hands_is_refused(floor: ShopFloor) -> None:
    floor.add(waiting())
    talk = floor.served()
    with pytest.raises(StaleOwnership):
        floor.act(talk, "order.cancel", "10001", version=0)
    assert stored(floor).state == "processing"


@pytest.mark.parametrize("trust", ["none", "claimed"])
def test_for_somebody_who_has_not_proven_who_they_are_nothing_is_done_or_shown(floor: ShopFloor, trust: str) -> None:
    floor.add(waiting())
    talk = floor.served(trust=trust)
    for preview in (True, False):
        assert floor.act(talk, "order.cancel", "10001", preview=preview).outcome == "identity_required"
    assert floor.account.find_for(ANNA, talk, "de").outcome == "identity_required"
    assert stored(floor).state == "processing"


def test_somebody_elses_order_is_unknown(floor: ShopFloor) -> None:
    floor.customer("jonas")
    floor.add(waiting())
    assert floor.act(floor.served("jonas"), "order.cancel", "10001").outcome == "not_found"


@pytest.mark.parametrize("kind", ["consent.change", "data.export", "account.delete", "subscription.offer", "anything"])
def test_what_customers_decide_about_their_own_data_no_agent_decides(kind: str) -> None:
    with pytest.raises(ValidationError):
        RequestWished(kind=kind, subject="", ownership_version=1)


def test_the_account_is_read_in_the_words_of_the_page(floor: ShopFloor) -> None:
    floor.add(waiting())
    talk = floor.served()
    floor.act(talk, "order.cancel", "10001")
    found = floor.account.find_for(ANNA, talk, "en")
    assert found.outcome == "found"
    assert [(one.kind, one.subject, one.state) for one in found.requests] == [("order.cancel", "10001", "done")]
    assert found.contact is not None
    assert found.contact.name == "Erika"


def test_the_dossier_speaks_the_language_of_the_page_or_else_the_agents(floor: ShopFloor) -> None:
    floor.add(waiting())
    talk, dossiers = floor.served(), Dossiers(floor.unit, POLICY.zone, RULES)
    told = [dossiers.build(ANNA, talk, language).orders[0].items[0].name for language in ("en", "de", None)]
    assert told == ["Thing KM", "Ding KM", "Ding KM"]


def test_what_is_done_is_in_the_audit_log_and_a_preview_is_not(floor: ShopFloor) -> None:
    floor.add(waiting())
    talk = floor.served()
    floor.act(talk, "order.cancel", "10001", preview=True)
    floor.grant(talk, "10001", preview=True)
    assert noted(floor) == []
    done = floor.act(talk, "order.cancel", "10001")
    floor.act(talk, "order.change_address", "10001", **ZEIL)
    floor.grant(talk, "10001")
    assert noted(floor) == [
        ("conversation.act_for_customer", done.reference, talk, "erika"),
        ("conversation.act_for_customer", "order.change_address", talk, "erika"),
        ("credit.grant", "refused 10001", talk, "erika"),
    ]


def noted(floor: ShopFloor) -> list[tuple[str, str, str, str]]:
    with floor.engine.connect() as connection:
        lines = connection.execute(select(audit).order_by(audit.c.id))
        return [(line.action, line.subject, line.conversation, line.customer) for line in lines]


# --- asking for proof ---------------------------------------------------------------------------------------------


def test_an_agent_opens_the_form_in_which_a_visitor_proves_who_they_are_once(floor: ShopFloor) -> None:
    identities = Identities(floor.unit, Signatures("https://help.example", secret="s" * 40))
    talk = floor.served(None, trust="none")
    for _ in range(2):
        identities.ask_for_proof(ANNA, talk, ownership_version=1)
    [event] = told(floor, talk)
    assert (event.data.type, event.actor.name) == ("identity.requested", "Anna Brandt")
    with floor.unit(write=False) as unit:
        assert unit.conversations.view(talk).identity_step == "email"
    with pytest.raises(StaleOwnership):
        identities.ask_for_proof(ANNA, talk, ownership_version=3)
    with pytest.raises(NotAllowed):
        identities.ask_for_proof(SOPHIE, talk, ownership_version=1)
    with pytest.raises(Conflict):
        identities.ask_for_proof(ANNA, floor.served(), ownership_version=1)


# --- whoever asks, the outcome is one ------------------------------------------------------------------------------


@pytest.fixture
def sqlite_floor(sqlite_engine: Engine) -> ShopFloor:
    floor = ShopFloor(sqlite_engine)
    floor.customer("erika")
    return floor


_fresh = count(1)
_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["bot", "agent"]),
        st.sampled_from(["order.cancel", "order.change_address", "undo"]),
        st.booleans(),
    ),
    max_size=8,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_ACTS)
def test_in_any_order_bot_and_agent_never_refund_more_than_was_paid(
    sqlite_floor: ShopFloor, acts: list[tuple[str, str, bool]]
) -> None:
    floor, number = sqlite_floor, f"2{next(_fresh):05d}"
    floor.add(waiting(number))
    pay(floor, payment(number=number, method=f"Visa {number}"))
    with_bot, with_agent = floor.conversation(), floor.served()
    for who, what, preview in acts:
        mine = [one for one in floor.account.find_for(ANNA, with_agent, "de").requests if one.subject == number]
        reference = next((one.reference for one in mine if one.state == "done"), "V-NONE")
        kind, subject = ("request.undo", reference) if what == "undo" else (what, number)
        params = ZEIL if what == "order.change_address" else {}
        do = (floor.ask, with_bot) if who == "bot" else (floor.act, with_agent)
        do[0](do[1], kind, subject, preview=preview, **params)
    back = sum(one.cents for one in refunds(floor) if one.order_id == f"order-{number}")
    assert back == (8900 if stored(floor, number).state == "cancelled" else 0)


# --- words ---------------------------------------------------------------------------------------------------------

ROOT = Path(__file__).resolve().parents[3]
LOCALES = ROOT / "handover" / "desk" / "src" / "locales"
OF_THE_BOT_ALONE = re.compile(r"outage\.|consent\.|subscription\.no_offer|return\.(delivered|partly_delivered)$")
"""Refusals of what no agent asks for, and of states in which things are sent back."""
MADE_UP = {
    "order.cancel.{order.state}": [f"order.cancel.{state}" for state in (*SENT, "cancelled")],
    "order.address.{because}": [f"order.address.{state}" for state in (*SENT, "cancelled", "abroad")]
    + [f"order.address.no_{flaw}" for flaw in ("street", "postcode", "city")],
    "return.{order.state}": [f"return.{state}" for state in ("processing", *SENT, "cancelled")],
    "contact.{flaw}": [f"contact.{flaw}" for flaw in ("street", "postcode", "city")],
}


def refusals() -> set[str]:
    """Every key with which a request is refused, out of the code of the services."""
    found = set()
    for module in (ROOT / "handover" / "services" / "selfservice").glob("*.py"):
        for key in re.findall(r"Refused\(\s*f?\"([^\"]+)\"", module.read_text("utf-8")):
            found |= set(MADE_UP.get(key, [key]))
    return {key for key in found if "{" not in key and not OF_THE_BOT_ALONE.match(key)}


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_reason_why_not_has_words_at_the_desk(language: str) -> None:
    words = json.loads((LOCALES / f"{language}.json").read_text("utf-8"))
    assert len(refusals()) > 40
    assert [key for key in sorted(refusals()) if f"acting.refused.{key}" not in words] == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_rule_of_the_policy_has_words_at_the_desk(language: str) -> None:
    words = json.loads((LOCALES / f"{language}.json").read_text("utf-8"))
    plain = {rule.because for rule in credit.RULES if "{" not in rule.because}
    made = {f"limit.{granter}" for granter in POLICY.limits} | {f"{reason}.granted" for reason in get_args(Reason)}
    caps = {f"cap.{cap.name}" for cap in (*POLICY.caps, *POLICY.staff_caps)}
    assert [key for key in sorted(plain | made | caps) if f"because.{key}" not in words] == []
