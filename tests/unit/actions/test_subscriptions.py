"""Subscriptions in the chat: which one, what would happen, one yes, and what was done."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from handover.contract.events import DocumentRef
from handover.contract.selfservice import AccountFound, PlanView, ServiceAnswered, SubscriptionStatus
from knowledge.search import SearchResult
from tests.unit.actions.conftest import hit, labels, said

UNDO_UNTIL = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)
PRICE = {"currency": "EUR", "from_cents": 499, "to_cents": 999, "difference_cents": 500, "due_cents": 250}
UP = {**PRICE, "direction": "up", "from_plan": "basis", "to_plan": "plus", "valid_from": "2026-11-16"}
UP |= {"full_price_from": "2026-12-01"}
DOWN = {**PRICE, "direction": "down", "from_plan": "plus", "to_plan": "basis", "valid_from": "2026-12-01"}
CANCEL = {"plan": "kamera", "ends_on": "2026-11-30", "received_at": "2026-11-22T15:04+01:00"}
PAUSE = {
    "plan": "plus",
    "months": 2,
    "paused_from": "2026-12-01",
    "paused_until": "2027-01-31",
    "resumes_on": "2027-02-01",
}
RESUME = {"plan": "plus", "mode": "cancellation", "monthly_cents": 999, "currency": "EUR", "paid_until": "2026-11-30"}


def plan(name: str, cents: int, family: str = "nordlicht", rank: int = 1, *, can_pause: bool = True) -> PlanView:
    return PlanView(
        plan=name.rsplit(maxsplit=1)[-1].lower(),
        name=name,
        monthly_cents=cents,
        currency="EUR",
        family=family,
        rank=rank,
        can_pause=can_pause,
    )


BASIS, PLUS = plan("Nordlicht Basis", 499), plan("Nordlicht Plus", 999, rank=2)
KAMERA, SCHUTZ = plan("Kamera", 699, "kamera"), plan("Schutz", 349, "schutz", can_pause=False)


def held(of: PlanView, number: str = "A-501", **facts: Any) -> SubscriptionStatus:
    base: dict[str, Any] = {
        "number": number,
        "plan": of,
        "monthly_cents": of.monthly_cents,
        "currency": "EUR",
        "state": "active",
        "started_on": date(2024, 1, 1),
        "paid_until": date(2026, 11, 30),
        "ends_on": None,
        "next_plan": None,
        "next_plan_on": None,
        "paused_from": None,
        "paused_until": None,
    }
    return SubscriptionStatus(**{**base, **facts})


def account(*subscriptions: SubscriptionStatus) -> AccountFound:
    return AccountFound(outcome="found", subscriptions=subscriptions, plans=(BASIS, PLUS, KAMERA, SCHUTZ))


def answer(outcome: str, facts: dict[str, Any] | None = None, **more: Any) -> ServiceAnswered:
    reference = {"reference": "V-7K3Q9M", "undo_until": UNDO_UNTIL} if "done" in outcome else {}
    return ServiceAnswered(outcome=outcome, facts=facts or {}, **reference, **more)


def refused(because: str, **facts: Any) -> ServiceAnswered:
    return answer("refused", facts, because=because)


NO_OFFER = refused("subscription.no_offer")


# --- what there is ------------------------------------------------------------------------------------------------


async def test_each_subscription_is_told_as_it_stands(talk, desk) -> None:
    days = {"paused_from": date(2026, 12, 1), "paused_until": date(2027, 1, 31)}
    desk.known = account(
        held(PLUS),
        held(BASIS, "A-2", state="cancelled", ends_on=date(2026, 11, 30)),
        held(KAMERA, "A-3", **days),
        held(KAMERA, "A-4", state="paused", **days),
        held(KAMERA, "A-5", state="paused"),
        held(PLUS, "A-6", next_plan=BASIS, next_plan_on=date(2026, 12, 1)),
    )
    lines = said(await talk("was habe ich für abos", intent="my_subscription")).splitlines()[2:]
    for line, words in zip(
        lines,
        (
            "9,99\xa0€ im Monat, bezahlt bis 30. November 2026",
            "gekündigt, endet am 30. November 2026",
            "pausiert vom 1. Dezember 2026 bis 31. Januar 2027",
            "pausiert bis 31. Januar 2027, dann wieder 6,99",
            "pausiert, sonst 6,99",
            "ab 1. Dezember 2026 Nordlicht Basis für 4,99",
        ),
        strict=True,
    ):
        assert words in line


async def test_who_has_none_is_told_so_and_who_is_not_known_is_asked(talk, desk) -> None:
    desk.known = account()
    assert "kein Abo" in said(await talk("meine abos", intent="my_subscription"))
    desk.known = AccountFound(outcome="identity_required")
    assert (await talk("meine abos", intent="my_subscription")).messages[-1].request_identity


async def test_the_plans_are_an_article_and_ones_own_stand_beside_it(talk, desk, knowledge) -> None:
    knowledge.result = SearchResult("answer", answer=hit("plans-overview", "Es gibt vier Abos."))
    desk.known = account(held(PLUS))
    told = said(await talk("Welche Abos gibt es?", intent="plans_overview"))
    assert told.index("Es gibt vier Abos.") < told.index("A-501")


# --- larger and smaller -------------------------------------------------------------------------------------------


async def test_a_larger_plan_is_done_after_a_yes_with_its_reference(talk, desk) -> None:
    desk.known = account(held(BASIS), held(KAMERA, "A-502"))
    desk.answers = [answer("offered", UP), answer("done", UP)]
    asked = await talk("ich will upgraden", intent="upgrade_plan")
    for words in ("Nordlicht Plus", "9,99", "statt 4,99", "2,50", "1. Dezember 2026"):
        assert words in said(asked)
    assert labels(asked) == ["Jetzt wechseln", "Nein, so lassen"]
    done = await talk("ja", intent="affirm")
    assert [(one.preview, one.params) for one in desk.requests] == [(True, {"plan": "plus"}), (False, {"plan": "plus"})]
    assert "V-7K3Q9M" in said(done)
    assert labels(done) == ["Rückgängig machen"]
    assert done.slot("wish") is None


async def test_before_a_smaller_plan_it_is_said_what_changes(talk, desk) -> None:
    desk.known = account(held(PLUS))
    desk.answers = [answer("offered", DOWN)]
    told = said(await talk("reicht mir das kleine", intent="downgrade_plan"))
    assert "1. Dezember 2026" in told
    assert "zehn zuletzt benutzten Geräte" in told


async def test_no_changes_nothing(talk, desk) -> None:
    desk.known = account(held(BASIS))
    desk.answers = [answer("offered", UP)]
    await talk("upgrade", intent="upgrade_plan")
    left = await talk("nein", intent="deny")
    assert "bleibt, wie es ist" in said(left)
    assert all(one.preview for one in desk.requests)
    assert left.slot("wish") is None


async def test_the_largest_plan_has_no_larger_one_and_the_smallest_can_be_paused_instead(talk, desk) -> None:
    desk.known = account(held(PLUS))
    assert "schon der größte" in said(await talk("upgrade", intent="upgrade_plan"))
    desk.known = account(held(BASIS))
    smallest = await talk("kleiner bitte", intent="downgrade_plan")
    assert labels(smallest) == ["Abo pausieren", "Abo kündigen"]
    assert desk.requests == []


async def test_a_planned_smaller_plan_can_be_called_off(talk, desk) -> None:
    desk.known = account(held(PLUS, next_plan=BASIS, next_plan_on=date(2026, 12, 1)))
    desk.answers = [answer("offered", {**DOWN, "direction": "stay", "to_plan": "plus"})]
    asked = await talk("ich will doch den großen behalten", intent="upgrade_plan")
    assert desk.requests[0].params == {"plan": "plus"}
    assert labels(asked)[0] == "Beim Tarif bleiben"


async def test_a_question_how_is_answered_by_the_article_with_the_button(talk, desk, knowledge) -> None:
    knowledge.result = SearchResult("answer", answer=hit("upgrade-plan", "So wechseln Sie."))
    told = await talk("Wie wechsle ich in den größeren Tarif?", intent="upgrade_plan")
    assert said(told) == "So wechseln Sie."
    assert labels(told) == ["In den größeren Tarif wechseln"]


# --- which one ----------------------------------------------------------------------------------------------------


async def test_of_several_the_visitor_chooses_by_button_word_or_number(talk, desk) -> None:
    desk.known = account(held(PLUS), held(KAMERA, "A-502"))
    desk.answers = [answer("offered", CANCEL), NO_OFFER, answer("offered", CANCEL), NO_OFFER]
    asked = await talk("ich möchte kündigen", intent="cancel_subscription")
    assert labels(asked)[:2] == ["Nordlicht Plus (A-501)", "Kamera (A-502)"]
    assert desk.requests == []
    await talk(intent="choose", subscription_number="A-502")
    assert desk.requests[0].subject == "A-502"
    await talk("nein, die andere", intent="correct")
    assert desk.requests[2].subject == "A-501"


async def test_words_name_the_subscription(talk, desk) -> None:
    desk.known = account(held(PLUS), held(KAMERA, "A-502"))
    desk.answers = [answer("offered", CANCEL), NO_OFFER]
    await talk("kamera kündigen bitte", intent="cancel_subscription")
    assert desk.requests[0].subject == "A-502"


async def test_a_number_that_is_not_theirs_is_never_replaced_by_another(talk, desk) -> None:
    desk.known = account(held(PLUS))
    asked = await talk("kündige A-999", intent="cancel_subscription", subscription_number="A-999")
    assert "A-999" in said(asked)
    assert labels(asked)[0] == "Nordlicht Plus (A-501)"
    assert desk.requests == []


async def test_a_number_named_before_the_proof_is_still_meant_after_it(talk, desk) -> None:
    desk.known = AccountFound(outcome="identity_required")
    await talk("kündige A-999", intent="cancel_subscription", subscription_number="A-999")
    desk.known = account(held(PLUS))
    assert "A-999" in said(await talk(intent="identity_proven"))
    assert desk.requests == []


async def test_a_yes_with_another_number_is_no_yes_to_that(talk, desk) -> None:
    desk.known = account(held(PLUS), held(KAMERA, "A-502"))
    desk.answers = [answer("offered", CANCEL), NO_OFFER, answer("offered", CANCEL), NO_OFFER]
    await talk("A-502 kündigen", intent="cancel_subscription", subscription_number="A-502")
    await talk("ja, A-501", intent="affirm", subscription_number="A-501")
    assert [(one.subject, one.preview) for one in desk.requests if one.kind == "subscription.cancel"] == [
        ("A-502", True),
        ("A-501", True),
    ]


# --- cancelling ---------------------------------------------------------------------------------------------------


async def test_cancelling_takes_one_question_and_is_confirmed_with_day_time_and_file(talk, desk) -> None:
    desk.known = account(held(KAMERA))
    file = DocumentRef(id="d", kind="confirmation", name="Kuendigungsbestaetigung-A-501.pdf")
    desk.answers = [answer("offered", CANCEL), NO_OFFER, answer("done", CANCEL, documents=(file,))]
    asked = await talk("Abo kündigen", intent="cancel_subscription")
    assert "30. November 2026" in said(asked)
    assert "14 Tage herunterladen" in said(asked)
    assert labels(asked) == ["Jetzt kündigen", "Nein, so lassen"]
    done = await talk(intent="confirm", answer="yes")
    assert "22. November 2026, 15:04 Uhr" in said(done)
    assert done.messages[0].documents == (file,)


@pytest.mark.parametrize("text", ["Jetzt kündigen", "ja kündigen bitte", "Yes, cancel it"])
async def test_a_typed_yes_that_repeats_the_wish_is_a_yes(talk, desk, text) -> None:
    desk.known = account(held(KAMERA))
    desk.answers = [answer("offered", CANCEL), NO_OFFER, answer("done", CANCEL)]
    await talk("Abo kündigen", intent="cancel_subscription")
    await talk(text, intent="cancel_subscription")
    assert desk.requests[-1].preview is False


@pytest.mark.parametrize(
    ("text", "words"),
    [("Jetzt doch nicht kündigen", "bleibt, wie es ist"), ("Abo kündigen", "Kamera")],
)
async def test_what_is_no_clear_yes_cancels_nothing(talk, desk, text, words) -> None:
    desk.known = account(held(KAMERA, state="active"))
    desk.answers = [answer("offered", CANCEL), NO_OFFER, answer("offered", CANCEL), NO_OFFER]
    await talk("Abo kündigen", intent="cancel_subscription")
    assert words in said(await talk(text, intent="cancel_subscription"))
    assert all(one.preview for one in desk.requests if one.kind == "subscription.cancel")


@pytest.mark.parametrize(
    ("offer", "label", "topic"),
    [
        ({"offer": "pause"}, "Stattdessen pausieren", "pause_subscription"),
        ({"offer": "smaller", "plan": "basis"}, "Stattdessen in den kleineren Tarif", "downgrade_plan"),
    ],
)
async def test_an_offer_stands_beside_the_cancellation_and_never_before_it(talk, desk, offer, label, topic) -> None:
    desk.known = account(held(PLUS))
    desk.answers = [answer("offered", {**CANCEL, "plan": "plus"}), answer("done", offer)]
    asked = await talk("kündigen", intent="cancel_subscription")
    assert labels(asked) == ["Jetzt kündigen", label, "Nein, so lassen"]
    assert asked.messages[0].choices[1].signal.data == {"subscription_number": "A-501"}
    assert asked.messages[0].choices[1].signal.name == topic


async def test_an_offer_made_before_is_not_made_again(talk, desk) -> None:
    desk.known = account(held(PLUS))
    desk.answers = [answer("offered", {**CANCEL, "plan": "plus"}), answer("already_done", {"offer": "pause"})]
    assert labels(await talk("kündigen", intent="cancel_subscription")) == ["Jetzt kündigen", "Nein, so lassen"]


async def test_who_cannot_prove_who_they_are_is_shown_the_other_ways_once(talk, desk) -> None:
    desk.known = AccountFound(outcome="identity_required")
    asked = await talk("kündigen", intent="cancel_subscription")
    assert "Verträge hier kündigen" in asked.messages[0].text
    assert labels(asked) == ["Mit einem Menschen sprechen"]
    assert asked.messages[-1].request_identity
    assert labels(await talk("kündigen!", intent="cancel_subscription")) == []


async def test_a_cancellation_from_before_is_told_with_the_way_back(talk, desk) -> None:
    desk.known = account(held(KAMERA, state="cancelled", ends_on=date(2026, 11, 30)))
    desk.answers = [answer("already_done", CANCEL)]
    told = await talk("kündigen", intent="cancel_subscription")
    assert "liegt uns schon vor" in said(told)
    assert labels(told) == ["Abo fortsetzen"]


@pytest.mark.parametrize("intent", ["cancel_subscription", "undo"])
@pytest.mark.parametrize(
    "text", ["Kündigung zurücknehmen", "I want to take back my cancellation", "doch nicht kündigen"]
)
async def test_taking_it_back_is_read_as_a_cancellation_or_an_undoing(talk, desk, text, intent) -> None:
    desk.known = account(held(PLUS, state="cancelled", ends_on=date(2026, 11, 30)))
    desk.answers = [answer("offered", RESUME), answer("done", RESUME)]
    assert labels(await talk(text, intent=intent))[0] == "Kündigung zurücknehmen"
    await talk("ja", intent="affirm")
    assert [(one.kind, one.preview) for one in desk.requests] == [
        ("subscription.resume", True),
        ("subscription.resume", False),
    ]


async def test_what_holds_again_is_said_after_an_undoing(talk, desk) -> None:
    undone = {"undone_kind": "subscription.pause", "undone_reference": "V-AAAAAA", "undone_subject": "A-501"}
    desk.answers = [answer("done", {**PAUSE, **undone})]
    told = said(await talk("mach das rückgängig", intent="undo"))
    assert "A-501 läuft ohne Unterbrechung weiter (Vorgang V-AAAAAA)" in told


async def test_a_question_for_the_pause_that_is_offered_takes_the_place_of_the_cancellation(talk, desk) -> None:
    desk.known = account(held(PLUS))
    desk.answers = [answer("offered", CANCEL), answer("done", {"offer": "pause"}), answer("offered", PAUSE)]
    await talk("kündigen", intent="cancel_subscription")
    assert labels(await talk("Kann ich stattdessen pausieren?", intent="pause_subscription"))[0] == "1 Monat"
    await talk("2 Monate", intent="notice_period")
    await talk("ja", intent="affirm")
    assert [one.kind for one in desk.requests if not one.preview] == ["subscription.offer", "subscription.pause"]


async def test_a_short_wish_in_between_leads_back_to_the_question(talk, desk) -> None:
    desk.known = account(held(PLUS))
    desk.answers = [answer("offered", CANCEL), NO_OFFER, answer("offered", CANCEL), NO_OFFER]
    await talk("kündigen", intent="cancel_subscription")
    told = await talk("Was zahle ich im Monat?", intent="my_subscription")
    assert "Das sind Ihre Abos" in said(told)
    assert labels(told)[-2:] == ["Jetzt kündigen", "Nein, so lassen"]
    desk.answers = [answer("done", CANCEL)]
    await talk("ja", intent="affirm")
    assert (desk.requests[-1].kind, desk.requests[-1].preview) == ("subscription.cancel", False)


async def test_thinking_better_of_it_before_the_yes_undoes_nothing_else(talk, desk) -> None:
    desk.known = account(held(PLUS))
    desk.answers = [answer("offered", CANCEL), NO_OFFER]
    await talk("kündigen", intent="cancel_subscription")
    told = await talk("ich hab es mir anders überlegt", intent="undo")
    assert "es bleibt, wie es ist" in said(told)
    assert "request.undo" not in {one.kind for one in desk.requests}


async def test_the_way_without_a_proof_stands_right_before_the_question_for_it(talk, desk) -> None:
    desk.known = AccountFound(outcome="identity_required")
    cancel = {"text": "Abo kündigen", "intent": "cancel_subscription", "confidence": 0.9, "entities": []}
    bill = {"text": "und die Rechnung", "intent": "invoice_download", "confidence": 0.9, "entities": []}
    told = await talk("Abo kündigen und die Rechnung", intent="cancel_subscription", concerns=(cancel, bill))
    assert [bool(one.choices) for one in told.messages] == [False, True, False]
    assert told.messages[-1].request_identity


# --- pausing ------------------------------------------------------------------------------------------------------


async def test_the_length_of_a_pause_is_asked_for_with_buttons_and_taken_from_words(talk, desk) -> None:
    desk.known = account(held(PLUS))
    desk.answers = [answer("offered", PAUSE)]
    asked = await talk("Ich will pausieren", intent="pause_subscription")
    assert labels(asked) == ["1 Monat", "2 Monate", "3 Monate"]
    told = said(await talk("zwei bitte", intent="nlu_fallback"))
    assert desk.requests[0].params == {"months": "2"}
    assert "1. Dezember 2026 bis 31. Januar 2027" in told


@pytest.mark.parametrize(("text", "months"), [("pausiere für 3 Monate", "3"), ("einen Monat Pause", "1")])
async def test_a_length_that_was_said_is_not_asked_for(talk, desk, text, months) -> None:
    desk.known = account(held(PLUS))
    desk.answers = [answer("offered", PAUSE)]
    await talk(text, intent="pause_subscription")
    assert desk.requests[0].params == {"months": months}


async def test_a_length_that_is_too_long_is_asked_for_once_more(talk, desk) -> None:
    desk.known = account(held(PLUS))
    asked = await talk("bitte 6 Monate pausieren", intent="pause_subscription")
    assert "1 bis 3 Monate" in said(asked)
    assert desk.requests == []


async def test_what_cannot_be_paused_is_told_with_the_reason(talk, desk) -> None:
    desk.known = account(held(SCHUTZ))
    desk.answers = [refused("subscription.no_pause")]
    told = await talk("pausieren", intent="pause_subscription")
    assert "Schutz lässt sich leider nicht pausieren" in said(told)
    assert labels(told) == ["Mit einem Menschen sprechen"]


async def test_what_stands_in_the_way_has_a_button_that_takes_it_away(talk, desk) -> None:
    desk.known = account(held(PLUS, state="cancelled", ends_on=date(2026, 11, 30)))
    desk.answers = [refused("subscription.cancelled", ends_on="2026-11-30")]
    told = await talk("2 Monate Pause", intent="pause_subscription")
    assert "30. November 2026" in said(told)
    assert labels(told) == ["Abo fortsetzen", "Mit einem Menschen sprechen"]
    assert told.messages[0].choices[0].signal.data == {"subscription_number": "A-501"}


# --- every sentence -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    ("topic", "one", "facts"),
    [
        ("upgrade_plan", held(BASIS), UP),
        ("downgrade_plan", held(PLUS), DOWN),
        ("upgrade_plan", held(PLUS, next_plan=BASIS, next_plan_on=date(2026, 12, 1)), {**UP, "direction": "stay"}),
        ("cancel_subscription", held(KAMERA), CANCEL),
        ("cancel_subscription", held(KAMERA, state="paused"), CANCEL),
        ("resume_subscription", held(PLUS, state="cancelled"), RESUME),
        ("resume_subscription", held(PLUS, state="paused"), {**RESUME, "mode": "pause"}),
        ("resume_subscription", held(PLUS, paused_from=date(2026, 12, 1)), {**RESUME, "mode": "planned_pause"}),
        ("pause_subscription", held(PLUS), PAUSE),
    ],
)
async def test_asking_doing_and_having_done_are_whole_sentences(talk, desk, topic, one, facts, language) -> None:
    desk.known = account(one)
    offer = [NO_OFFER] if topic == "cancel_subscription" else []
    for last in ("done", "already_done"):
        desk.answers = [answer("offered", facts), *offer, answer(last, facts)]
        asked = await talk("2 Monate", intent=topic, language=language)
        told = await talk("", intent="confirm", answer="yes", language=language)
        assert said(asked)
        assert "V-7K3Q9M" in said(told)
        assert "{" not in said(asked) + said(told)


def test_every_reason_of_the_desk_has_a_sentence() -> None:
    from actions.replies import Replies

    replies = Replies()
    reasons = ("cancelled", "paused", "pause_planned", "no_pause", "pause_length", "paused_before", "no_such_plan")
    assert all(replies.has(f"refused.subscription.{one}") for one in (*reasons, "unchanged", "running"))
    assert replies.has("refused.outage.known")
