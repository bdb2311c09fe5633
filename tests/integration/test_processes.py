"""The same house on two stacks: SQLite with one desk process, and PostgreSQL with Redis and two of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import pytest
from sqlalchemy import create_engine
from websockets.exceptions import ConnectionClosed

from handover.launcher.__main__ import RESTART_DESKS
from tests.chaos.house import lacks_for_postgresql
from tests.integration import test_faults as one
from tests.integration.test_faults import QUESTION, numbers, stopped, texts
from tests.integration.test_isolation import tried
from tests.redis_server import RedisServer
from tests.stack import Stack, until
from tests.unit.handover.conftest import POSTGRESQL, temporary_database
from tests.visitor import Visitor, is_answer


@pytest.fixture(scope="module")
def two(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """PostgreSQL, Redis, two desk processes."""
    if lack := lacks_for_postgresql():
        pytest.skip(lack)
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with temporary_database(server) as url, RedisServer() as redis:
        settings = {"DATABASE_URL": url, "REDIS_URL": redis.url, "DESK_PROCESSES": "2", "LIMIT_FACTOR": "1000"}
        stack = Stack(tmp_path_factory.mktemp("two"), like=installation, **settings)
        try:
            yield stack.start()
        finally:
            stack.stop()
    server.dispose()


@pytest.fixture(params=["one process", "two processes"])
def stack_of_each(request: pytest.FixtureRequest) -> Stack:
    found: Stack = request.getfixturevalue("stack" if request.param == "one process" else "two")
    return found


@pytest.mark.parametrize(
    "holds",
    [
        one.test_f05_what_was_not_acknowledged_is_sent_again_and_stands_there_once,
        one.test_f56_two_hundred_identical_claims_over_http_are_one_credit,
    ],
)
def test_what_one_process_withstands_two_withstand_too(two: Stack, holds: Callable[[Stack], None]) -> None:
    holds(two)


def desk_pids(stack: Stack) -> dict[str, int]:
    return {name: pid for name, pid in stack.state["processes"].items() if name.startswith("desk")}


def process_of(stack: Stack, visitor: Visitor) -> tuple[str, int]:
    """The desk process that holds this visitor's socket."""
    port = visitor._socket.socket.getsockname()[1]
    for name, pid in desk_pids(stack).items():
        if any(each.raddr and each.raddr.port == port for each in psutil.Process(pid).net_connections("tcp")):
            return name, pid
    raise AssertionError("no desk process holds this socket")


def last_of_bot(visitor: Visitor) -> None:
    """Reads until the last message of the visitor has its answer."""
    asked = len(texts(visitor, "visitor"))
    visitor.receive_until(lambda _: sum(map(is_answer, visitor.events)) >= asked, 40)


def claim(stack: Stack, name: str, conversation_id: str) -> httpx.Response:
    with closing(stack.agent(name)) as agent:
        return agent.post(f"/api/conversations/{conversation_id}/claim", json={})


def with_a_call_for_a_human(stack: Stack) -> Visitor:
    visitor = Visitor(stack.url)
    visitor.send(type="request_human", client_id=uuid4().hex)
    visitor.receive_until(lambda frame: one.is_event(frame, "handover.requested"))
    return visitor


def test_a_visitor_is_served_by_bot_and_agent_whichever_process_each_is_at(stack_of_each: Stack) -> None:
    stack = stack_of_each
    with Visitor(stack.url) as visitor, closing(stack.agent("anna")) as anna:
        assert "PayPal" in visitor.ask(QUESTION)["data"]["text"]
        visitor.send(type="request_human", client_id=uuid4().hex)
        visitor.receive_until(lambda frame: one.is_event(frame, "handover.requested"))
        path = f"/api/conversations/{visitor.conversation_id}"
        version = anna.post(f"{path}/claim", json={}).raise_for_status().json()["summary"]["ownership_version"]
        for number in range(4):
            said = {"client_id": uuid4().hex, "ownership_version": version, "text": f"Antwort {number}"}
            anna.post(f"{path}/messages", json=said).raise_for_status()
            visitor.receive_until(lambda _, number=number: f"Antwort {number}" in texts(visitor, "agent"))
            visitor.say(f"Frage {number}")
        anna.post(f"{path}/close", json={"ownership_version": version, "outcome": "solved"}).raise_for_status()
        visitor.receive_until(lambda frame: one.is_event(frame, "conversation.closed"))
        assert numbers(visitor) == sorted(set(numbers(visitor)))


def test_f23_of_two_agents_who_claim_at_once_one_wins_and_the_other_is_told_who(stack_of_each: Stack) -> None:
    with with_a_call_for_a_human(stack_of_each) as visitor, ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda name: claim(stack_of_each, name, visitor.conversation_id), ("anna", "ben")))
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (200, 409)
    assert lost.json()["error"]["data"]["agent_name"] == won.json()["summary"]["owner_name"]


def test_f25_an_agent_takes_over_while_the_bot_is_at_it_and_the_bot_says_no_more(stack_of_each: Stack) -> None:
    stack = stack_of_each
    with Visitor(stack.url) as visitor:
        with stopped(stack, "rasa"):
            client_id = visitor.say(QUESTION)
            visitor.receive_until(lambda frame: frame.get("client_id") == client_id)
            visitor.send(type="request_human", client_id=uuid4().hex)
            visitor.receive_until(lambda frame: one.is_event(frame, "handover.requested"))
            claim(stack, "anna", visitor.conversation_id).raise_for_status()
        visitor.receive_until(lambda frame: one.is_event(frame, "conversation.claimed"))
        until(stack.is_ready, 60)
        with Visitor(stack.url) as next_one:
            next_one.ask(QUESTION)  # by now a late answer would have come
        events = one.staff_view(stack, visitor)["events"]
        claimed = next(event["number"] for event in events if event["data"]["type"] == "conversation.claimed")
        late = [event["data"] for event in events if event["actor"]["kind"] == "bot" and event["number"] > claimed]
        assert all(
            data["type"] == "bot.understood" and data["aside"] for data in late
        )  # it reads along, and says nothing


def test_f04_a_visitor_whose_process_is_killed_is_answered_once_by_another_and_nobody_is_refused(two: Stack) -> None:
    with Visitor(two.url) as visitor:
        client_id = visitor.say(QUESTION)
        visitor.receive_until(lambda frame: frame.get("client_id") == client_id)
        name, pid = process_of(two, visitor)
        os.kill(pid, signal.SIGKILL)
        for _ in range(30):
            reach(two)
        visitor.connect()
        if not any(map(is_answer, visitor.events)):
            last_of_bot(visitor)
        assert (texts(visitor, "visitor"), len(texts(visitor, "bot"))) == ([QUESTION], 1)
        two.wait_until_restarted(name, pid)
        until(two.is_ready, 60)


def reach(stack: Stack) -> None:
    """A new connection is taken, if not by this process then by the other; what one had taken dies with it."""
    with suppress(httpx.ReadError, httpx.RemoteProtocolError):
        httpx.get(f"{stack.url}/health", timeout=10).raise_for_status()


def test_f19_a_rolling_restart_in_mid_chat_closes_with_1012_and_loses_nothing(two: Stack) -> None:
    before = set(desk_pids(two).values())
    with ExitStack() as open_ones:
        visitors = [open_ones.enter_context(Visitor(two.url)) for _ in range(3)]
        os.kill(two.state["pid"], RESTART_DESKS)
        with ThreadPoolExecutor(len(visitors)) as crowd:
            codes = list(crowd.map(lambda visitor: chat_while(visitor, lambda: any_lives(before)), visitors))
        assert set().union(*codes) == {1012}
        assert len(desk_pids(two)) == 2
        for visitor in visitors:
            asked = texts(visitor, "visitor")
            assert asked == [f"{QUESTION} ({number})" for number in range(len(asked))]
            assert sum(map(is_answer, visitor.events)) == len(asked)
            assert numbers(visitor) == sorted(set(numbers(visitor)))


def any_lives(pids: set[int]) -> bool:
    return any(map(psutil.pid_exists, pids))


def chat_while(visitor: Visitor, goes_on: Callable[[], bool]) -> set[int]:
    """Writes as soon as the last answer is there, and comes back whenever the desk hangs up; with which codes it did."""
    codes, number = set(), 0
    while goes_on():
        client_id, text = uuid4().hex, f"{QUESTION} ({number})"
        while sum(map(is_answer, visitor.events)) <= number:
            try:
                visitor.send(type="message", client_id=client_id, text=text)
                visitor.receive_until(lambda _, number=number: sum(map(is_answer, visitor.events)) > number, 40)
            except ConnectionClosed as closed:
                codes.add(closed.rcvd.code if closed.rcvd else 0)
                visitor.connect()
        number += 1
    return codes


def test_doctor_and_health_name_both_processes_and_redis(two: Stack) -> None:
    until(lambda: {"desk", "redis"} <= {part["name"] for part in httpx.get(f"{two.url}/health").json()["parts"]})
    told = two.kulanz("doctor").stdout
    assert "desk           2 processes" in told
    assert "redis" in told


def test_several_processes_without_postgresql_and_redis_are_refused_with_the_way_out(tmp_path: Path) -> None:
    run = tried("-m", "handover.launcher", "run", KULANZ_DATA_DIR=str(tmp_path), KULANZ_DESK_PROCESSES="2")
    assert run.returncode == 1
    assert "needs PostgreSQL and Redis" in run.stderr
    assert "KULANZ_REDIS_URL" in run.stderr
