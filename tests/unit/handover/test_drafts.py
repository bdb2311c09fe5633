"""What an agent has begun to write is kept at the desk, for them alone."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import Engine

from handover.contract.base import DraftKind
from handover.domain.errors import NotAllowed, NotFound
from handover.services.drafts import Drafts
from tests.edges import PASSWORD, House
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk
from tests.visitor import Visitor


@pytest.fixture
def drafts(desk: FrontDesk) -> Drafts:
    return Drafts(desk.units)


@pytest.fixture
def conversation_id(desk: FrontDesk) -> str:
    return desk.visit()


def test_the_newest_text_of_each_kind_is_kept_and_an_empty_one_is_none(drafts: Drafts, conversation_id: str) -> None:
    written: list[tuple[DraftKind, str]] = [
        ("message", "Gut"),
        ("note", "psst"),
        ("message", "Guten T\0ag"),
        ("note", ""),
    ]
    for kind, text in written:
        drafts.keep(ANNA, conversation_id, kind, text)
    assert drafts.of(ANNA, conversation_id) == {"message": "Guten Tag"}


def test_nobody_reads_a_colleagues_draft(drafts: Drafts, desk: FrontDesk, conversation_id: str) -> None:
    drafts.keep(ANNA, conversation_id, "message", "Halb fertig")
    drafts.keep(BEN, conversation_id, "message", "Auch halb")
    assert drafts.of(ANNA, conversation_id) == {"message": "Halb fertig"}
    assert drafts.of(BEN, conversation_id) == {"message": "Auch halb"}
    assert drafts.of(ANNA, desk.visit()) == {}


def test_drafts_need_a_conversation_and_somebody_who_serves(drafts: Drafts, conversation_id: str) -> None:
    with pytest.raises(NotFound):
        drafts.keep(ANNA, "nothing", "note", "x")
    with pytest.raises(NotAllowed):
        drafts.keep(EMIL, conversation_id, "note", "x")


def test_a_draft_outlives_its_database_connections(drafts: Drafts, engine: Engine, conversation_id: str) -> None:
    drafts.keep(ANNA, conversation_id, "return", "Zusammenfassung")
    engine.dispose()
    assert drafts.of(ANNA, conversation_id) == {"return": "Zusammenfassung"}


def test_f32_a_draft_is_there_again_after_the_agents_machine_died(house: House) -> None:
    with Visitor(house.url, "en") as visitor:
        anna = house.agent()
        path = f"/api/conversations/{visitor.conversation_id}"
        kept = anna.http.put(f"{path}/draft", json={"kind": "message", "text": "Half a sent"})
        assert kept.status_code == 204
        anna.close()
        with httpx.Client(base_url=house.url, headers={"Origin": house.url}) as fresh:
            fresh.post("/api/login", json={"email": "anna@shop.example", "password": PASSWORD})
            assert fresh.get(path).json()["drafts"] == {"message": "Half a sent"}
            for body in ({"kind": "message", "text": "x" * 10_001}, {"kind": "poem", "text": "x"}):
                assert fresh.put(f"{path}/draft", json=body).status_code == 422
            assert fresh.put("/api/conversations/nothing/draft", json={"kind": "note", "text": "x"}).status_code == 404
        visitor.send(type="typing", on=False)
        assert "Half a sent" not in str(visitor.events)
