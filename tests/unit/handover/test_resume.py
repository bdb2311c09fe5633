"""Readers that come back, come twice or come late: on the wire."""

from __future__ import annotations

import json
import socket as tcp
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import delete
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from handover.contract.frames import PostMessage
from handover.services.logs import CATCH_UP, PAGE
from handover.services.ports import Publication
from handover.store.tables import events
from tests.edges import AgentAtWork, House
from tests.long_talk import fill
from tests.visitor import Visitor


@pytest.fixture
def visitor(house: House) -> Iterator[Visitor]:
    with Visitor(house.url, "en") as visitor:
        yield visitor


def another_tab(visitor: Visitor) -> Visitor:
    """The same visitor's: it shares their secrets and nothing else."""
    tab = Visitor.__new__(Visitor)
    tab.__dict__ |= visitor.__dict__ | {"events": []}
    tab._http = httpx.Client(base_url=visitor.url, headers={"Origin": visitor.url}, timeout=10)
    tab.connect()
    return tab


def next_of(visitor: Visitor, type_: str) -> dict[str, Any]:
    return visitor.receive_until(lambda frame: frame["type"] == type_, 5)


def told(visitor: Visitor, text: str) -> None:
    visitor.receive_until(lambda _: bool(visitor.events) and visitor.events[-1]["data"].get("text") == text, 5)


def snapshot_after(visitor: Visitor, cursor: object) -> list[dict[str, Any]]:
    """The frames that answer a hello with this cursor, up to the snapshot."""
    ticket = visitor._http.post("/api/visitor/tickets", headers=bearer(visitor)).json()["ticket"]
    frames: list[dict[str, Any]] = []
    address = visitor.url.replace("http", "ws", 1) + "/ws/visitor"
    with connect(address, origin=visitor.url, compression=None, proxy=None) as socket:
        socket.send(json.dumps({"type": "hello", "ticket": ticket, "cursor": cursor}))
        while not frames or frames[-1]["type"] != "snapshot":
            frames.append(json.loads(socket.recv(timeout=5)))
    return frames


def bearer(visitor: Visitor) -> dict[str, str]:
    return {"Authorization": f"Bearer {visitor._token}"}


def hand_to(house: House, visitor: Visitor) -> tuple[AgentAtWork, int]:
    """Anna, who has the visitor's conversation now, and its ownership version."""
    anna = house.agent()
    visitor.send(type="request_human", client_id=uuid4().hex)
    next_of(visitor, "queue")
    claimed = anna.do(visitor.conversation_id, "claim").json()["summary"]
    return anna, claimed["ownership_version"]


# --- cursors ------------------------------------------------------------------------------------------------------


def test_f08_whatever_the_cursor_the_answer_is_a_resync_or_what_was_missed(house: House, visitor: Visitor) -> None:
    last = fill(house.app.state.engine, visitor.conversation_id, 3 * CATCH_UP)
    for cursor in (-1, 5, last + 1, 2**63, 10**30):
        resync, snapshot = snapshot_after(visitor, cursor)
        assert (resync["type"], snapshot["cursor"], snapshot["earlier"]) == ("resync", 0, True)
        assert len(snapshot["events"]) == PAGE
    [snapshot] = snapshot_after(visitor, last - 9)
    assert (snapshot["cursor"], snapshot["last_number"]) == (last - 9, last)
    assert snapshot["events"][0]["after"] == last - 9


@pytest.mark.parametrize("cursor", ["7", None, 1.5, [], {}, True])
def test_f08_a_cursor_that_is_no_number_opens_nothing(visitor: Visitor, cursor: object) -> None:
    with pytest.raises(ConnectionClosed) as closed:
        snapshot_after(visitor, cursor)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_f08_older_than_what_is_kept_is_answered_with_what_is_left(house: House, visitor: Visitor) -> None:
    cursor = visitor.events[-1]["number"]
    last = fill(house.app.state.engine, visitor.conversation_id, 50)
    with house.app.state.engine.begin() as connection:
        connection.execute(delete(events).where(events.c.number <= last - 10))
    resync, snapshot = snapshot_after(visitor, cursor)
    assert (resync["type"], snapshot["earlier"]) == ("resync", False)
    assert [event["number"] for event in snapshot["events"]] == [
        number for number in range(last - 9, last + 1) if number % 5
    ]
    visitor.ask("and the talk goes on")


def test_older_messages_come_by_page_to_their_visitor_alone(house: House, visitor: Visitor) -> None:
    fill(house.app.state.engine, visitor.conversation_id, 300)
    path = "/api/visitor/events"
    page = visitor._http.get(path, params={"before": 202, "limit": 8}, headers=bearer(visitor)).json()
    assert [event["number"] for event in page["events"]] == [192, 193, 194, 196, 197, 198, 199, 201]
    assert page["earlier"]
    first = visitor._http.get(path, params={"before": 4}, headers=bearer(visitor)).json()
    assert ([event["number"] for event in first["events"]], first["earlier"]) == ([1, 2, 3], False)
    assert visitor._http.get(path, params={"before": 4}).status_code == 401
    for wrong in ({}, {"before": -1}, {"before": 2**31}, {"before": "x"}, {"before": 4, "limit": 0}, {"limit": 201}):
        assert visitor._http.get(path, params=wrong, headers=bearer(visitor)).status_code == 422
    with Visitor(house.url, "en") as stranger:
        seen = stranger._http.get(path, params={"before": 202}, headers=bearer(stranger)).json()
        assert {event["number"] for event in seen["events"]} == {1}


# --- what changed meanwhile ---------------------------------------------------------------------------------------


def test_f09_who_comes_back_learns_who_has_the_conversation_now(house: House, visitor: Visitor) -> None:
    anna, version = hand_to(house, visitor)
    told_state = next_of(visitor, "event")
    assert told_state["event"]["data"]["type"] == "conversation.claimed"
    visitor._socket.close()
    anna.say(visitor.conversation_id, version, "Are you still there?")
    anna.do(visitor.conversation_id, "close", ownership_version=version, outcome="solved").raise_for_status()
    frames = snapshot_after(visitor, visitor.events[-1]["number"])
    view = frames[-1]["conversation"]
    assert (frames[0]["type"], view["state"], view["agent_name"]) == ("snapshot", "closed", None)
    assert [event["data"]["type"] for event in frames[-1]["events"]] == ["message.posted", "conversation.closed"]


def test_f09_a_desk_that_comes_back_learns_the_state_and_not_only_the_messages(house: House, visitor: Visitor) -> None:
    anna, version = hand_to(house, visitor)
    seen = anna.http.get(f"/api/conversations/{visitor.conversation_id}").json()
    assert (seen["summary"]["state"], seen["cursor"]) == ("agent", 0)
    cursor = seen["events"][-1]["number"]
    anna.socket.close()
    anna.do(visitor.conversation_id, "release", ownership_version=version).raise_for_status()
    visitor.say("Hello?")
    next_of(visitor, "ack")
    path = f"/api/conversations/{visitor.conversation_id}"
    now = anna.http.get(path, params={"cursor": cursor}).json()
    assert (now["summary"]["state"], now["summary"]["owner_id"], now["cursor"]) == ("waiting", None, cursor)
    assert now["events"][0]["data"]["type"] == "conversation.requeued"
    waiting = anna.http.get("/api/conversations", params={"view": "waiting"}).json()["conversations"]
    assert [row["id"] for row in waiting] == [visitor.conversation_id]


def test_f10_events_that_reach_the_socket_in_disorder_and_twice_are_told_once_and_in_order(
    house: House, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, _ = hand_to(house, visitor)
    hub, held = house.app.state.hub, list[Publication]()
    monkeypatch.setattr(hub, "publish", held.append)
    for number in range(6):
        frame = PostMessage(client_id=uuid4().hex, text=f"message {number}")
        house.desk.conversations.post_visitor_message(visitor.conversation_id, frame)
    monkeypatch.undo()
    for at in (2, 0, 0, 5, 1, 4, 3, 5, 2):
        hub.publish(held[at])
    visitor.say("the last one")
    told(visitor, "the last one")
    texts = [event["data"]["text"] for event in visitor.events if event["data"]["type"] == "message.posted"]
    assert texts == [f"message {number}" for number in range(6)] + ["the last one"]
    for before, event in zip(visitor.events, visitor.events[1:], strict=False):
        assert event["after"] == before["number"]
    anna.receive("event", lambda frame: frame["event"]["data"].get("text") == "the last one")


# --- more than one at a time --------------------------------------------------------------------------------------


def test_f20_two_tabs_and_two_screens_show_the_same(house: House, visitor: Visitor) -> None:
    with another_tab(visitor) as tab:
        anna, version = hand_to(house, visitor)
        screen = house.agent()
        visitor.say("from one tab")
        told(tab, "from one tab")
        tab.say("from the other tab")
        told(visitor, "from the other tab")
        number = anna.say(visitor.conversation_id, version, "from one screen")
        told(visitor, "from one screen")
        told(tab, "from one screen")
        assert visitor.events == tab.events
        for one in (anna, screen):
            one.receive("event", lambda frame: frame["event"]["data"].get("text") == "from one screen")

        visitor.send(type="read", number=number)
        assert next_of(tab, "read_shown") == {"type": "read_shown", "by": "visitor", "number": number}
        anna.send(type="read", conversation_id=visitor.conversation_id, number=number)
        for one in (visitor, tab):
            one.receive_until(lambda frame: frame["type"] == "read_shown" and frame["by"] == "staff", 5)
        for one in (anna, screen):
            one.receive("read_shown", lambda frame: frame["by"] == "staff")
        path = f"/api/conversations/{visitor.conversation_id}"
        assert anna.http.get(path).json() == screen.http.get(path).json()

        fresh = snapshot_after(visitor, 0)[-1]
        assert fresh["events"] == tab.events
        assert (fresh["conversation"]["visitor_read"], fresh["conversation"]["staff_read"]) == (number, number)


def test_f20_the_identity_form_opens_and_moves_on_in_every_tab(house: House, visitor: Visitor) -> None:
    with another_tab(visitor) as tab:
        visitor.send(type="identify", client_id=uuid4().hex, email="nobody@example.org")
        for one in (visitor, tab):
            one.receive_until(lambda _, one=one: one.events[-1]["data"]["type"] == "identity.code_sent", 5)
        assert snapshot_after(tab, 0)[-1]["conversation"]["identity_step"] == "code"
        assert visitor.events == tab.events


# --- frames -------------------------------------------------------------------------------------------------------


def test_f13_a_socket_is_never_compressed_and_a_compressed_frame_ends_it(house: House, visitor: Visitor) -> None:
    with house.socket("/ws/visitor", compression="deflate") as offered:
        assert offered.response is not None
        assert "Sec-WebSocket-Extensions" not in offered.response.headers
        raw: tcp.socket = offered.socket
        bomb = b"x" * 1000
        raw.sendall(b"\xc1" + bytes([0x80 | 126, *len(bomb).to_bytes(2)]) + bytes(4) + bomb)  # FIN, RSV1, text
        with pytest.raises(ConnectionClosed) as closed:
            offered.recv(timeout=5)
        assert closed.value.rcvd is None or closed.value.rcvd.code == 1002
    visitor.ask("is the neighbour still served?")


@pytest.mark.parametrize("frame", [{"type": "read", "number": 1}, {"type": "typing", "on": True}])
def test_f81_a_conversation_that_is_not_there_gets_one_answer_whatever_is_asked(
    house: House, frame: dict[str, Any]
) -> None:
    anna = house.agent()
    anna.send(**frame, conversation_id="nothing")
    assert anna.receive("error")["code"] == "not_found"


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "read", "number": 2**31},
        {"type": "feedback", "client_id": "aaaaaaaa", "message_number": 10**30, "helpful": True},
        {"type": "message", "client_id": "aaaaaaaa", "choice": {"message_number": 2**63, "choice_id": "a"}},
        {"type": "typing", "on": "perhaps"},
    ],
)
def test_f17_numbers_that_no_event_can_have_are_refused(visitor: Visitor, frame: dict[str, Any]) -> None:
    visitor.send(**frame)
    assert next_of(visitor, "error")["code"] == "invalid_frame"
    visitor.ask("still here?")
