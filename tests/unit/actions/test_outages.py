"""Outages in the chat: told once, asked for, checked step by step, reported."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from actions import dialogue
from actions.server import ACTIONS
from handover.contract.dossier import OutageView
from handover.contract.selfservice import AccountFound, ServiceAnswered
from knowledge.search import SearchResult
from tests.unit.actions.conftest import hit, labels, said

STARTED = datetime(2026, 11, 22, 7, tzinfo=UTC)


def outage(outage_id: str = "camera", *, ended: datetime | None = None) -> OutageView:
    return OutageView(
        id=outage_id, service="Cloud", text=f"{outage_id} ist gestört.", started_at=STARTED, ended_at=ended
    )


def known(*outages: OutageView) -> AccountFound:
    return AccountFound(outcome="found", outages=outages)


def unknown(*outages: OutageView) -> AccountFound:
    return AccountFound(outcome="identity_required", outages=outages)


def reported(outcome: str = "done") -> ServiceAnswered:
    return ServiceAnswered(outcome=outcome, facts={"scope": "one"}, reference="V-7K3Q9M")


# --- told without being asked -------------------------------------------------------------------------------------


async def test_what_was_told_at_the_opening_is_not_told_again_after_the_proof(talk, desk) -> None:
    opening = await talk(intent="outage_known", outage_ids="cloud", outage_text="cloud ist gestört.")
    assert said(opening) == "Zur Information: cloud ist gestört."
    desk.known = known(outage("cloud"))
    assert "gestört" not in said(await talk(intent="identity_proven"))


async def test_after_the_proof_ones_own_outage_comes_first_and_once(talk, desk) -> None:
    desk.known = known(outage(), outage("over", ended=STARTED))
    proven = await talk(intent="identity_proven")
    assert proven.messages[0].text == "Zur Information: camera ist gestört."
    assert "over" not in said(proven)
    assert "gestört" not in said(await talk(intent="identity_proven"))


async def test_who_asked_for_the_status_is_told_of_an_outage_once_only(talk, desk) -> None:
    desk.known = unknown()
    await talk("Gibt es eine Störung?", intent="outage_status")
    asked = await talk("ja", intent="affirm")
    assert asked.messages[-1].request_identity
    desk.known = known(outage())
    told = said(await talk(intent="identity_proven"))
    assert told.count("camera ist gestört.") == 1


async def test_a_question_that_is_open_stays_open_when_an_outage_is_told(make_turn) -> None:
    slots = {"wish": "cancel_subscription", "awaiting": "confirm", "offered": "no_answer"}
    turn = make_turn("", intent="outage_known", outage_ids="cloud", outage_text="cloud ist gestört.", slots=slots)
    await dialogue.lead(turn, ACTIONS["action_outage_known"])
    assert {name: turn.slot(name) for name in slots} == slots


# --- asked for ----------------------------------------------------------------------------------------------------


async def test_what_runs_what_is_over_and_what_is_not_known(talk, desk) -> None:
    desk.known = known(outage())
    running = await talk("störung?", intent="outage_status")
    assert "camera ist gestört." in said(running)
    assert "nichts zu melden" in said(running)
    assert running.messages[-1].choices[0].signal.data == {"reason_code": "outage"}
    desk.known = known(outage(ended=datetime(2026, 11, 20, 12, tzinfo=UTC)))
    assert "20. November 2026" in said(await talk("störung?", intent="outage_status"))
    desk.known = known()
    assert labels(await talk("störung?", intent="outage_status")) == ["Schritt für Schritt prüfen"]


async def test_who_is_not_known_hears_of_what_everybody_has(talk, desk) -> None:
    desk.known = unknown(outage("cloud"))
    told = await talk("alles down?", intent="outage_status")
    assert "cloud ist gestört." in said(told)
    assert labels(told) == []


async def test_what_works_meanwhile_is_answered_by_its_article(talk, desk, knowledge) -> None:
    knowledge.result = SearchResult("answer", answer=hit("works-during-outage", "Das meiste läuft weiter."))
    told = await talk("Geht der Rauchmelder ohne Internet?", intent="outage_status")
    assert said(told) == "Das meiste läuft weiter."
    knowledge.result = SearchResult("answer", answer=hit("outage-status", "Sehen Sie in der App nach."))
    desk.known = known()
    assert "keine Störung bekannt" in said(await talk("ist was gestört?", intent="outage_status"))


# --- checked and reported -----------------------------------------------------------------------------------------


async def test_one_device_is_checked_in_three_steps_until_it_works(talk, desk) -> None:
    desk.known = unknown()
    asked = await talk("Meine Kamera ist offline", intent="device_offline")
    assert labels(asked) == ["Alle Geräte", "Nur eines"]
    first = await talk(intent="choose", scope="one")
    assert "3 Sekunden" in said(first)
    assert "Batterie" in said(await talk("nein", intent="deny"))
    solved = await talk("ja!", intent="affirm")
    assert "Schön" in said(solved)
    assert solved.slot("wish") is None


async def test_what_helps_not_is_reported_in_the_visitors_words_and_goes_to_a_human(talk, desk) -> None:
    desk.known = unknown()
    desk.answers = [ServiceAnswered(outcome="identity_required"), reported()]
    await talk("Bei uns sind alle Geräte weg", intent="report_outage")
    await talk(intent="choose", works="no")
    asked = await talk(intent="choose", works="no")
    assert "seit wann" in said(asked)
    proof = await talk("Seit 8 Uhr geht kein Licht per App", intent="out_of_scope")
    assert proof.messages[-1].request_identity
    assert labels(proof) == ["Mit einem Menschen sprechen"]
    desk.known = known()
    done = await talk(intent="identity_proven")
    assert "V-7K3Q9M" in said(done)
    assert done.messages[-1].handover == "needs_person"
    assert desk.requests[-1].params == {
        "scope": "all",
        "text": "Bei uns sind alle Geräte weg\nSeit 8 Uhr geht kein Licht per App",
    }


async def test_nobody_is_made_to_check_before_the_report(talk, desk) -> None:
    desk.known = known()
    await talk("nur eine Lampe geht nicht", intent="device_offline")
    assert "seit wann" in said(await talk(intent="choose", works="report"))


async def test_a_known_outage_ends_the_check(talk, desk) -> None:
    desk.known = known()
    await talk("nur eine Kamera geht nicht", intent="device_offline")
    desk.known = known(outage())
    told = await talk("nein", intent="deny")
    assert "camera ist gestört." in said(told)
    assert told.slot("wish") is None
    assert desk.requests == []


async def test_a_question_in_between_leads_back_to_the_same_step(talk, desk, knowledge) -> None:
    desk.known = known()
    await talk("nur eine Kamera geht nicht", intent="device_offline")
    knowledge.result = SearchResult("answer", answer=hit())
    back = await talk("Kann ich mit PayPal zahlen?", intent="paypal")
    assert back.messages[0].text == "PayPal, Karte."
    assert "3 Sekunden" in back.messages[-1].text
    assert "Batterie" in said(await talk("nein", intent="deny"))


async def test_what_was_said_is_said_again_without_a_step_forward(talk, desk) -> None:
    desk.known = known()
    await talk("nur eine Kamera geht nicht", intent="device_offline")
    assert "3 Sekunden" in said(await talk("wie bitte?", intent="repeat"))
    assert "Batterie" in said(await talk("nein", intent="deny"))


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("outcome", ["done", "already_done"])
async def test_every_step_is_a_whole_sentence(talk, desk, language, outcome) -> None:
    desk.known, desk.answers = known(), [reported(outcome)]
    for scope, steps in (("one", 3), ("all", 2)):
        told = [await talk("x", intent="report_outage", language=language)]
        told.append(await talk(intent="choose", scope=scope, language=language))
        told += [await talk(intent="choose", works="no", language=language) for _ in range(steps)]
        told.append(await talk("seit heute", intent="nlu_fallback", language=language))
        assert all("{" not in said(turn) and said(turn) for turn in told)
        assert told[-1].messages[-1].handover == "needs_person"


async def test_a_known_outage_refuses_the_report_with_its_text(talk, desk) -> None:
    desk.known = known()
    desk.answers = [ServiceAnswered(outcome="refused", because="outage.known", facts={"text": "Es ist gestört."})]
    await talk("nur eine Kamera geht nicht", intent="device_offline")
    await talk(intent="choose", works="report")
    assert said(await talk("seit heute", intent="nlu_fallback")).startswith("Es ist gestört.")
