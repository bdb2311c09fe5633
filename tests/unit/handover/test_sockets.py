"""The two sockets on the wire: real uvicorn, real frames."""

from __future__ import annotations

import contextlib
import json
import socket as tcp
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from handover.contract.frames import PostMessage
from handover.domain.agent import Role
from handover.gateways.rasa import MemoryBot
from handover.realtime.line import Limits
from tests.edges import House
from tests.visitor import Visitor


def event_type(frame: dict[str, Any]) -> str:
    return frame["event"]["data"]["type"] if frame["type"] == "event" else ""


def posted(text: str) -> Callable[[dict[str, Any]], bool]:
    return lambda frame: event_type(frame) == "message.posted" and frame["event"]["data"]["text"] == text


@pytest.fixture
def visitor(house: House) -> Iterator[Visitor]:
    with Visitor(house.url, "en") as visitor:
        yield visitor


def new_ticket(visitor: Visitor) -> str:
    headers = {"Authorization": f"Bearer {visitor._token}"}
    return str(visitor._http.post("/api/visitor/tickets", headers=headers).json()["ticket"])


def next_of(visitor: Visitor, type_: str) -> dict[str, Any]:
    return visitor.receive_until(lambda frame: frame["type"] == type_)


def wait_closed(connection: ClientConnection, seconds: float = 15) -> int | None:
    """The code it was closed with, nothing if it was cut; frames before it are passed over."""
    try:
        while True:
            connection.recv(timeout=seconds)
    except ConnectionClosed as closed:
        return closed.rcvd and closed.rcvd.code


# --- opening ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/ws/visitor", "/ws/desk"])
@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1:1",
        "HTTP://127.0.0.1",
        "http://127.0.0.1:{port}/",
        "https://127.0.0.1:{port}",
    ],
)
def test_f77_a_page_of_another_origin_opens_no_socket(house: House, path: str, origin: str | None) -> None:
    port = house.url.rpartition(":")[2]
    with pytest.raises(InvalidStatus) as refused:
        house.socket(path, origin=origin and origin.format(port=port))
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "first",
    [
        "{}",
        "no json",
        '{"type": "message"}',
        '{"type":"hello","ticket":"guess","cursor":0}',
        '{"type":"hello"}',
        b"\x00",
    ],
)
@pytest.mark.parametrize("path", ["/ws/visitor", "/ws/desk"])
def test_f78_without_a_good_ticket_the_socket_closes_with_4401(house: House, path: str, first: str | bytes) -> None:
    with house.socket(path) as socket:
        socket.send(first)
        assert wait_closed(socket) == 4401


def test_f78_a_ticket_opens_one_socket_only(house: House, visitor: Visitor) -> None:
    hello = json.dumps({"type": "hello", "ticket": new_ticket(visitor), "cursor": 0})
    with house.socket("/ws/visitor") as first, house.socket("/ws/visitor") as second:
        first.send(hello)
        assert json.loads(first.recv(timeout=5))["type"] == "snapshot"
        second.send(hello)
        assert wait_closed(second) == 4401


def test_a_visitors_ticket_does_not_open_the_desk(house: House, visitor: Visitor) -> None:
    with house.socket("/ws/desk") as socket:
        socket.send(json.dumps({"type": "hello", "ticket": new_ticket(visitor)}))
        assert wait_closed(socket) == 4401


@pytest.mark.parametrize("cursor", [-1, 10**6, 2**63, 10**30])
def test_a_cursor_that_cannot_be_gets_resync_and_everything(house: House, visitor: Visitor, cursor: int) -> None:
    with house.socket("/ws/visitor") as socket:
        socket.send(json.dumps({"type": "hello", "ticket": new_ticket(visitor), "cursor": cursor}))
        assert json.loads(socket.recv(timeout=5))["type"] == "resync"
        snapshot = json.loads(socket.recv(timeout=5))
        assert (snapshot["cursor"], snapshot["events"][0]["number"]) == (0, 1)


class TestQuickHouse:
    """Everything that takes half a minute in a real house."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(hello=1.5, ping=0.5, silence=2.5)

    def test_a_socket_that_says_nothing_is_closed(self, house: House) -> None:
        with house.socket("/ws/visitor") as socket:
            assert wait_closed(socket) == 4401

    def test_f03_who_answers_no_ping_is_closed_and_presence_flips(self, house: House, visitor: Visitor) -> None:
        begun = time.monotonic()
        assert wait_closed(visitor._socket) == 1001
        assert 2 < time.monotonic() - begun < 5
        assert not house.desk.presence.visitor_online(visitor.conversation_id)

    def test_who_answers_pings_stays(self, visitor: Visitor) -> None:
        for _ in range(5):
            next_of(visitor, "ping")


def test_a_session_that_ended_elsewhere_closes_its_socket_at_once(house: House) -> None:
    anna = house.agent()
    house.desk.agents.set_active(anna.id, active=False)
    assert wait_closed(anna.socket, 3) == 4401


# --- frames -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1024 * 1024, 16 * 1024 * 1024])
def test_f12_a_frame_that_is_too_large_closes_with_1009(visitor: Visitor, size: int) -> None:
    with contextlib.suppress(ConnectionClosed):  # it may be closed before the end of the frame is sent
        visitor._socket.send("x" * size)
    # A client still writing when the desk hangs up may find the line cut before it reads the reason.
    assert wait_closed(visitor._socket) in ((1009,) if size < 10**6 else (1009, None))


def test_a_frame_at_the_limit_is_read(visitor: Visitor) -> None:
    visitor._socket.send(json.dumps({"type": "pong"}).ljust(64 * 1024))
    visitor.say("still here")
    next_of(visitor, "ack")


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "[]",
        "{}",
        "[" * 10_000,
        '{"type":"message","client_id":"' + "a" * 8 + '","text":"\\ud800"}',
        '{"type":"message","client_id":"short","text":"x"}',
        '{"type":"message","client_id":"aaaaaaaa","text":NaN}',
        '{"type":"read","number":1e400}',
        '{"type":"read","number":-1}',
        '{"type":"snapshot"}',
        '{"type":"message","client_id":"aaaaaaaa","text":"x","owner":"me"}',
        b"binary",
        b"\xff\xfe",
    ],
)
def test_f17_a_frame_that_is_none_gets_an_error_and_the_socket_goes_on(visitor: Visitor, frame: str | bytes) -> None:
    visitor._socket.send(frame)
    assert next_of(visitor, "error")["code"] == "invalid_frame"
    visitor.say("still here")
    next_of(visitor, "ack")


def test_a_message_that_is_too_long_is_refused_by_its_client_id(visitor: Visitor) -> None:
    client_id = visitor.say("x" * 10_001)
    refused = next_of(visitor, "error")
    assert (refused["code"], refused["client_id"]) == ("invalid_frame", client_id)


def test_nul_characters_and_empty_messages_do_no_harm(visitor: Visitor) -> None:
    visitor.say("a\0b")
    assert posted("ab")(visitor.receive_until(lambda frame: event_type(frame) == "message.posted"))
    visitor.say("\0 ")
    assert next_of(visitor, "error")["code"] == "invalid_input"


def test_refusals_are_worded_in_the_visitors_language(house: House) -> None:
    with Visitor(house.url, "de") as visitor:
        visitor.say(" ")
        assert "Angabe" in next_of(visitor, "error")["text"]


def test_f14_a_flood_of_frames_closes_with_1008_and_leaves_others_alone(house: House, visitor: Visitor) -> None:
    with Visitor(house.url, "en") as neighbour:
        for _ in range(200):
            try:
                visitor.send(type="pong")
            except ConnectionClosed:
                break
        assert wait_closed(visitor._socket) == 1008
        neighbour.say("hello")
        next_of(neighbour, "ack")


# --- the log on the wire ------------------------------------------------------------------------------------------


def test_f06_fifty_sendings_of_one_message_make_one_row_and_fifty_equal_acks(house: House, visitor: Visitor) -> None:
    frame = {"type": "message", "client_id": uuid4().hex, "text": "once"}
    acks: list[dict[str, Any]] = []

    def send_25() -> None:
        with house.socket("/ws/visitor") as socket:
            socket.send(json.dumps({"type": "hello", "ticket": new_ticket(visitor), "cursor": 0}))
            for _ in range(25):
                socket.send(json.dumps(frame))
            mine = 0
            while mine < 25:
                answer = json.loads(socket.recv(timeout=10))
                if answer["type"] == "ack":
                    acks.append(answer)
                    mine += 1

    threads = [threading.Thread(target=send_25) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(acks) == 50
    assert len({json.dumps(ack) for ack in acks}) == 1
    events = house.desk.conversations.public_events(visitor.conversation_id, 0)
    assert [e.number for e in events if e.data.type == "message.posted" and e.data.text == "once"] == [
        acks[0]["number"]
    ]


def test_f07_a_client_id_with_another_text_is_refused_and_the_first_text_stays(house: House, visitor: Visitor) -> None:
    client_id = visitor.say("the first text")
    next_of(visitor, "ack")
    visitor.send(type="message", client_id=client_id, text="another text")
    refused = next_of(visitor, "error")
    assert (refused["code"], refused["client_id"]) == ("client_id_reused", client_id)
    events = house.desk.conversations.public_events(visitor.conversation_id, 0)
    assert not [e for e in events if e.data.type == "message.posted" and e.data.text == "another text"]


def test_f04_f05_a_reader_resumes_after_the_last_event_it_saw(house: House, visitor: Visitor) -> None:
    """What was committed while nobody listened comes from the log; a resent message stays one."""
    visitor.ask("before the break")
    visitor._socket.close()
    client_id = uuid4().hex
    frame = PostMessage(client_id=client_id, text="committed, never acknowledged")
    number = house.desk.conversations.post_visitor_message(visitor.conversation_id, frame)
    visitor.connect()
    visitor.send(**frame.model_dump())
    assert next_of(visitor, "ack") == {"type": "ack", "client_id": client_id, "number": number}
    assert [e["number"] for e in visitor.events if e["data"].get("client_id") == client_id] == [number]


def test_nothing_is_lost_or_doubled_while_both_sides_write_and_the_socket_breaks(house: House) -> None:
    """Snapshot plus events equals the log, whenever the reader comes."""
    with Visitor(house.url, "en") as reader:
        done = threading.Event()

        def write() -> None:
            for number in range(60):
                frame = PostMessage(client_id=uuid4().hex, text=f"message {number}")
                house.desk.conversations.post_visitor_message(reader.conversation_id, frame)
            done.set()

        writer = threading.Thread(target=write)
        writer.start()
        while not done.is_set():
            for _ in range(3):
                reader.receive(10)
            reader._socket.close()
            reader.connect()
        writer.join()
        reader.ask("the last question")
        log = house.desk.conversations.public_events(reader.conversation_id, 0)
        seen = [event["number"] for event in reader.events]
        assert seen == [event.number for event in log][: len(seen)]
        for before, event in zip(reader.events, reader.events[1:], strict=False):
            assert event["after"] == before["number"]


def test_staff_events_never_reach_a_visitors_socket(house: House, visitor: Visitor) -> None:
    visitor.ask("what do you know?")  # bot.understood is written for the staff
    anna = house.agent()
    visitor.send(type="request_human", client_id=uuid4().hex)
    next_of(visitor, "queue")
    version = anna.do(visitor.conversation_id, "claim").json()["summary"]["ownership_version"]
    anna.do(visitor.conversation_id, "notes", client_id=uuid4().hex, text="between us: be generous").raise_for_status()
    anna.say(visitor.conversation_id, version, "hello from Anna")
    visitor.receive_until(posted("hello from Anna"), 5)
    raw = json.dumps(visitor.events)
    assert "be generous" not in raw
    assert "bot.understood" not in raw
    staff = house.desk.handovers.opened(anna_of(house), visitor.conversation_id).log
    assert {"bot.understood", "note.posted"} <= {event.data.type for event in staff.events}
    for before, event in zip(visitor.events, visitor.events[1:], strict=False):
        assert event["after"] == before["number"]


def anna_of(house: House) -> Any:
    return next(account.agent for account in house.desk.agents.accounts() if account.agent.name == "Anna")


def test_f11_a_reader_that_does_not_read_is_hung_up_on_and_holds_nobody_up(house: House, visitor: Visitor) -> None:
    hub, loop = house.app.state.hub, house.app.state.hub._loop
    narrow = tcp.socket()
    narrow.setsockopt(tcp.SOL_SOCKET, tcp.SO_RCVBUF, 4096)
    narrow.connect(("127.0.0.1", int(house.url.rpartition(":")[2])))
    with house.socket("/ws/visitor", max_queue=1, sock=narrow, close_timeout=0.2) as lazy:
        lazy.send(json.dumps({"type": "hello", "ticket": new_ticket(visitor), "cursor": 0}))
        lazy.recv(timeout=5)
        assert seats(house, visitor) == 2
        deadline = time.monotonic() + 30
        while seats(house, visitor) == 2:
            assert time.monotonic() < deadline
            loop.call_soon_threadsafe(
                lambda: hub.show_typing(visitor.conversation_id, "bot", on=True, name="x" * 60_000)
            )
            next_of(visitor, "typing_shown")
    visitor.ask("is the neighbour still served?")


def seats(house: House, visitor: Visitor) -> int:
    return len(house.app.state.hub._visitors.get(visitor.conversation_id, ()))


# --- together -----------------------------------------------------------------------------------------------------


def test_the_whole_talk_from_the_first_word_to_the_end(house: House, visitor: Visitor) -> None:
    conversation_id = visitor.conversation_id
    anna = house.agent()
    assert visitor.ask("what can you do?")["data"]["text"] == "You said: what can you do?"
    assert visitor.receive_until(lambda f: f["type"] == "typing_shown" and not f["on"], 5)["by"] == "bot"

    visitor.send(type="request_human", client_id=uuid4().hex)
    queue = next_of(visitor, "queue")
    assert (queue["place"], queue["waiting"], queue["agents"]) == (1, 1, 1)
    arrived = anna.receive("event", lambda f: event_type(f) == "handover.requested")
    assert arrived["conversation_id"] == conversation_id
    assert arrived["summary"]["state"] == "waiting"
    assert arrived["summary"]["visitor_online"] is True

    claimed = anna.do(conversation_id, "claim").json()["summary"]
    visitor.receive_until(lambda f: event_type(f) == "conversation.claimed", 5)
    anna.send(type="typing", conversation_id=conversation_id, on=True)
    assert next_of(visitor, "typing_shown") == {"type": "typing_shown", "by": "agent", "name": "Anna", "on": True}
    visitor.send(type="typing", on=True)
    assert anna.receive("typing_shown", lambda f: f["by"] == "visitor")["on"] is True

    number = anna.say(conversation_id, claimed["ownership_version"], "Good morning, I am Anna.")
    visitor.receive_until(posted("Good morning, I am Anna."), 5)
    visitor.send(type="read", number=number)
    assert anna.receive("read_shown")["number"] == number
    visitor.say("nice to meet you")
    theirs = next_of(visitor, "ack")["number"]
    anna.send(type="read", conversation_id=conversation_id, number=theirs)
    assert next_of(visitor, "read_shown") == {"type": "read_shown", "by": "staff", "number": theirs}

    body = {"ownership_version": claimed["ownership_version"], "outcome": "solved", "summary": "A new part is sent."}
    anna.do(conversation_id, "return", **body).raise_for_status()
    visitor.receive_until(posted("You said: handover_returned"), 5)
    visitor.send(type="end", client_id=uuid4().hex)
    visitor.receive_until(lambda f: event_type(f) == "conversation.closed", 5)
    anna.receive("event", lambda f: event_type(f) == "conversation.closed")


def test_f101_every_word_says_whether_a_machine_or_a_person_spoke_it(house: House, visitor: Visitor) -> None:
    visitor.ask("who is there?")
    visitor.send(type="request_human", client_id=uuid4().hex)
    next_of(visitor, "queue")
    anna = house.agent()
    version = anna.do(visitor.conversation_id, "claim").json()["summary"]["ownership_version"]
    anna.say(visitor.conversation_id, version, "I am a person")
    visitor.receive_until(posted("I am a person"), 5)
    spoken = [event for event in visitor.events if event["data"]["type"] == "message.posted"]
    assert [event["actor"]["kind"] for event in spoken] == ["visitor", "bot", "agent"]
    assert spoken[-1]["actor"]["name"] == "Anna"


def test_f19_a_desk_that_stops_closes_with_1012(house: House, visitor: Visitor) -> None:
    house._server.should_exit = True
    assert wait_closed(visitor._socket) == 1012


def test_f23_of_two_agents_who_claim_at_once_one_wins_and_the_other_is_told_who(house: House, visitor: Visitor) -> None:
    visitor.send(type="request_human", client_id=uuid4().hex)
    next_of(visitor, "queue")
    two = [house.agent("anna"), house.agent("ben")]
    gate = threading.Barrier(2)
    answers: list[httpx.Response] = []

    def claim(place: int) -> None:
        gate.wait()
        answers.append(two[place].do(visitor.conversation_id, "claim"))

    threads = [threading.Thread(target=claim, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (200, 409)
    error = lost.json()["error"]
    assert error["code"] == "already_claimed"
    assert error["data"]["agent_name"] == won.json()["summary"]["owner_name"]


def test_everybody_in_the_queue_learns_their_new_place(house: House) -> None:
    with Visitor(house.url, "en") as first, Visitor(house.url, "en") as second:
        for place, visitor in enumerate((first, second), 1):
            visitor.send(type="request_human", client_id=uuid4().hex)
            assert next_of(visitor, "queue")["place"] == place
        first.send(type="give_up_waiting", client_id=uuid4().hex)
        second.receive_until(lambda f: f["type"] == "queue" and f["place"] == 1, 5)


def test_who_waits_and_comes_back_learns_their_place_at_once(visitor: Visitor) -> None:
    visitor.send(type="request_human", client_id=uuid4().hex)
    next_of(visitor, "queue")
    visitor._socket.close()
    visitor.connect()
    assert next_of(visitor, "queue")["place"] == 1


def test_presence_of_visitors_is_shown_to_the_staff(house: House) -> None:
    anna = house.agent()
    visitor = Visitor(house.url, "en")
    assert anna.receive("presence", lambda f: f["conversation_id"] == visitor.conversation_id)["online"] is True
    visitor.close()
    assert anna.receive("presence", lambda f: f["conversation_id"] == visitor.conversation_id)["online"] is False


def test_an_editor_is_told_nothing_of_conversations(house: House, visitor: Visitor) -> None:
    emil = house.agent("emil", Role.EDITOR)
    visitor.ask("is anybody listening?")
    with pytest.raises(TimeoutError):
        emil.socket.recv(timeout=0.5)
    emil.send(type="read", conversation_id=visitor.conversation_id, number=1)
    assert emil.receive("error")["code"] == "not_allowed"


def test_logging_out_closes_the_socket_at_once(house: House) -> None:
    anna = house.agent()
    anna.http.post("/api/logout").raise_for_status()
    assert wait_closed(anna.socket) == 4401


def test_only_who_has_the_word_is_shown_writing(house: House, visitor: Visitor) -> None:
    ben = house.agent("ben")
    ben.send(type="typing", conversation_id=visitor.conversation_id, on=True)
    ben.send(type="typing", conversation_id="unknown", on=True)
    assert ben.receive("error")["code"] == "not_found"
    visitor.say("hello")
    frames = []
    while not frames or frames[-1]["type"] != "ack":
        frames.append(visitor.receive(5))
    assert not [frame for frame in frames if frame["type"] == "typing_shown" and frame["by"] == "agent"]


def test_typing_is_told_at_most_every_two_seconds_and_ends_with_the_socket(house: House, visitor: Visitor) -> None:
    anna = house.agent()
    for _ in range(5):
        visitor.send(type="typing", on=True)
    visitor.close()
    shown = [anna.receive("typing_shown")["on"], anna.receive("typing_shown")["on"]]
    assert shown == [True, False]


def test_heartbeats_keep_a_claim_alive(house: House, visitor: Visitor) -> None:
    visitor.send(type="request_human", client_id=uuid4().hex)
    next_of(visitor, "queue")
    anna = house.agent()
    anna.do(visitor.conversation_id, "claim").raise_for_status()
    before = lease_of(house, visitor.conversation_id)
    time.sleep(0.05)
    anna.send(type="heartbeat")
    deadline = time.monotonic() + 5
    while lease_of(house, visitor.conversation_id) <= before:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lease_of(house: House, conversation_id: str) -> datetime:
    with house.desk.handovers._unit(write=False) as unit:
        return unit.conversations.get(conversation_id).lease_expires_at or datetime.min.replace(tzinfo=UTC)


def test_f53_f83_text_stays_text_through_every_socket(house: House, visitor: Visitor, bot: MemoryBot) -> None:
    """The desk neither reads nor changes markup; clients show it as text."""
    hostile = "<img src=x onerror=alert(1)> javascript:alert(1) =cmd() issue 50 € credit \u200b{{7*7}}"
    anna = house.agent()
    visitor.say(hostile)
    visitor.receive_until(posted(hostile), 5)
    anna.receive("event", posted(hostile))
    visitor.receive_until(posted(f"You said: {hostile}"), 5)
    assert bot.asked[0].text == hostile
    assert not [event for event in visitor.events if event["data"]["type"].startswith("credit.")]
