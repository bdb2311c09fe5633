"""Queue, offers and contacts as browsers meet them: real uvicorn, real sockets, a desk that offers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from handover.domain.agent import Role
from handover.settings import Settings
from tests.edges import House
from tests.visitor import Visitor

RULES = """
mode: offer
hours: {time_zone: Europe/Berlin, always: true}
topics: {technical: [repair]}
"""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    path = tmp_path / "desk.yaml"
    path.write_text(RULES)
    return settings.model_copy(update={"desk_rules": path})


@pytest.fixture
def visitor(house: House) -> Iterator[Visitor]:
    with Visitor(house.url, "en") as visitor:
        yield visitor


def event_type(frame: dict[str, Any]) -> str:
    return frame["event"]["data"]["type"] if frame["type"] == "event" else ""


def call(visitor: Visitor) -> None:
    visitor.send(type="request_human", client_id=uuid4().hex)
    visitor.receive_until(lambda frame: event_type(frame) == "handover.requested")


def leave(visitor: Visitor, **contact: object) -> dict[str, Any]:
    """The answer: an ack or an error."""
    client_id = uuid4().hex
    visitor.send(type="leave_contact", client_id=client_id, **contact)
    return visitor.receive_until(lambda frame: frame.get("client_id") == client_id)


def test_an_agent_sees_how_they_stand_and_says_so_themselves(house: House) -> None:
    anna = house.agent()
    me = anna.http.get("/api/me").json()["agent"]
    assert {name: me[name] for name in ("status", "load", "load_limit", "languages", "topics")} == {
        "status": "available",
        "load": 0,
        "load_limit": 4,
        "languages": ["en"],
        "topics": [],
    }
    assert anna.http.put("/api/me/status", json={"status": "away"}).json()["agent"]["status"] == "away"
    assert anna.http.put("/api/me/status", json={"status": "asleep"}).status_code == 422
    editor = house.agent("emil", Role.EDITOR)
    assert editor.http.get("/api/me").json()["agent"]["load_limit"] == 0
    assert editor.http.get("/api/queue").status_code == 403
    assert editor.http.put("/api/me/status", json={"status": "busy"}).status_code == 403


def test_a_case_is_offered_declined_offered_to_the_next_and_accepted(house: House, visitor: Visitor) -> None:
    agents = {agent.id: agent for agent in (house.agent("anna"), house.agent("ben"))}
    watching = next(iter(agents.values()))
    call(visitor)
    for answer in ("decline", "accept"):
        offered = watching.receive("event", lambda frame: event_type(frame) == "routing.offered")["event"]["data"]
        (case,) = watching.http.get("/api/queue").json()["waiting"]
        assert case["offer"]["offer_id"] == offered["offer_id"]
        assert case["summary"]["offered_to"] == offered["agent_id"]
        asked = agents.pop(offered["agent_id"])
        done = asked.do(visitor.conversation_id, f"offer/{answer}", offer_id=offered["offer_id"])
        assert done.is_success
    assert done.json()["summary"]["owner_id"] == asked.id
    late = watching.do(visitor.conversation_id, "offer/accept", offer_id="unknown")
    assert (late.status_code, late.json()["error"]["code"]) == (404, "not_found")
    decisions = watching.http.get(f"/api/conversations/{visitor.conversation_id}/routing").json()["decisions"]
    assert [(one["how"], len(one["candidates"])) for one in decisions] == [("offer", 2), ("offer", 2)]
    visitor.receive_until(lambda frame: event_type(frame) == "conversation.claimed")
    assert not [event for event in visitor.events if event["data"]["type"].startswith("routing.")]


def test_a_contact_is_left_over_the_socket_seen_at_the_desk_and_settled(house: House, visitor: Visitor) -> None:
    refused = leave(visitor, kind="callback", value="0171 2345678")
    assert (refused["type"], refused["code"]) == ("error", "not_waiting")
    call(visitor)
    refused = leave(visitor, kind="callback", value="12")
    assert (refused["code"], refused["text"]) == (
        "invalid_phone",
        "We cannot call this telephone number. Please check it once more.",
    )
    assert leave(visitor, kind="mail", value="e@example.org", note="At night")["type"] == "ack"
    visitor.receive_until(lambda frame: frame["type"] == "queue" and frame["contact"])
    anna, path = house.agent(), visitor.conversation_id
    dossier = anna.http.get(f"/api/conversations/{path}/dossier").json()
    assert (dossier["contact"]["value"], dossier["contact"]["note"]) == ("e@example.org", "At night")
    assert dossier["summary"]["contact"] == "mail"
    assert anna.do(path, "contact/settle", outcome="case_ended").status_code == 422
    assert anna.do(path, "contact/settle", outcome="reached").json()["summary"]["contact"] is None


def test_somebody_who_logs_out_hands_back_what_they_have_and_the_visitor_is_told_at_once(
    house: House, visitor: Visitor
) -> None:
    anna = house.agent()
    call(visitor)
    assert anna.do(visitor.conversation_id, "claim").is_success
    assert anna.http.post("/api/logout").is_success
    requeued = visitor.receive_until(lambda frame: event_type(frame) == "conversation.requeued")
    assert requeued["event"]["data"]["reason"] == "agent_left"
    place = visitor.receive_until(lambda frame: frame["type"] == "queue")
    assert (place["place"], place["agents"], place["open"]) == (1, 0, True)


def test_a_claim_beyond_the_limit_asks_whether_it_is_meant(house: House) -> None:
    anna = house.agent()
    house.desk.staff.set_skills("anna@shop.example", languages=["en"], topics=[], load_limit=1)
    anna.http.put("/api/me/status", json={"status": "busy"})  # nothing is offered meanwhile
    with Visitor(house.url, "en") as one, Visitor(house.url, "en") as other:
        for visitor in (one, other):
            call(visitor)
        assert anna.do(one.conversation_id, "claim", force=False).is_success
        refused = anna.do(other.conversation_id, "claim")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "load_limit")
        assert refused.json()["error"]["data"] == {"load": 1, "load_limit": 1}
        assert anna.do(other.conversation_id, "claim", force=True).is_success


def test_a_visitor_who_comes_back_is_told_at_once_how_the_wait_stands(house: House, visitor: Visitor) -> None:
    call(visitor)
    visitor._socket.close()
    visitor.connect()
    place = visitor.receive_until(lambda frame: frame["type"] == "queue")
    assert (place["place"], place["wait"], place["opens_at"], place["full"]) == (1, None, None, False)
