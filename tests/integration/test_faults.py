"""What a visitor lives through when parts of the running house die, hang or are lied to."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.stack import Stack, until
from tests.visitor import Visitor, is_answer

QUESTION = "Kann ich mit PayPal zahlen?"


def texts(visitor: Visitor, kind: str) -> list[str]:
    """What one side said, in order."""
    said = (event for event in visitor.events if event["data"]["type"] == "message.posted")
    return [event["data"]["text"] for event in said if event["actor"]["kind"] == kind]


def numbers(visitor: Visitor) -> list[int]:
    return [event["number"] for event in visitor.events]


@contextmanager
def stopped(stack: Stack, name: str) -> Iterator[None]:
    """A process that lives but does nothing: what a hanging one looks like from outside."""
    pid = int(stack.state["processes"][name])
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def fails_honestly_within(visitor: Visitor, seconds: float) -> None:
    since = time.monotonic()
    assert visitor.ask(QUESTION)["data"]["type"] == "bot.failed"
    assert time.monotonic() - since < seconds


def test_f04_what_was_acknowledged_before_a_kill_is_answered_after_the_restart_once(stack: Stack) -> None:
    with Visitor(stack.url) as visitor:
        client_id = visitor.say(QUESTION)
        visitor.receive_until(lambda frame: frame.get("client_id") == client_id)
        stack.wait_until_restarted("desk", stack.kill("desk"))
        visitor.connect()
        while not any(map(is_answer, visitor.events)):  # it may have come with the snapshot
            visitor.receive(20)
        assert texts(visitor, "visitor") == [QUESTION]
        assert len(texts(visitor, "bot")) == 1
        assert numbers(visitor) == sorted(set(numbers(visitor)))


def test_f05_what_was_not_acknowledged_is_sent_again_and_stands_there_once(stack: Stack) -> None:
    with Visitor(stack.url) as visitor:
        for pause in (0.0, 0.002, 0.006):
            sent = {uuid4().hex: f"Nachricht {pause} {place}" for place in range(8)}
            for client_id, text in sent.items():
                visitor.send(type="message", client_id=client_id, text=text)
            time.sleep(pause)
            stack.wait_until_restarted("desk", stack.kill("desk"))
            visitor.connect()
            for client_id, text in sent.items():
                visitor.send(type="message", client_id=client_id, text=text)
                visitor.receive_until(
                    lambda frame, wanted=client_id: frame["type"] == "ack" and frame["client_id"] == wanted
                )
            said = texts(visitor, "visitor")
            assert [said.count(text) for text in sent.values()] == [1] * len(sent)


def test_f34_f35_a_hanging_action_server_ends_in_an_honest_sentence_in_time(stack: Stack) -> None:
    until(stack.is_ready, 60)
    with Visitor(stack.url) as visitor:
        assert "PayPal" in visitor.ask(QUESTION)["data"]["text"]
        with stopped(stack, "actions"):
            fails_honestly_within(visitor, 5)
        until(stack.is_ready, 30)
        assert "Versand" in visitor.ask("Was kostet der Versand?")["data"]["text"]


def test_f38_while_rasa_is_down_the_desk_says_so_and_a_human_can_be_called(stack: Stack) -> None:
    with Visitor(stack.url) as visitor:
        visitor.ask(QUESTION)
        old = stack.kill("rasa")
        try:
            fails_honestly_within(visitor, 5)
            until(lambda: not stack.is_ready())
            visitor.send(type="request_human", client_id=uuid4().hex)
            visitor.receive_until(lambda frame: frame["type"] == "queue")
            visitor.send(type="end", client_id=uuid4().hex)
        finally:
            stack.wait_until_restarted("rasa", old)
            until(stack.is_ready, 90)


@pytest.mark.parametrize("text", ["/restart", "\u00a0/restart", "/session_start", '/affirm@1.0{"wish":"x"}'])
def test_f26_f27_a_command_of_rasa_typed_during_handover_is_a_plain_message(stack: Stack, text: str) -> None:
    with Visitor(stack.url) as visitor:
        visitor.send(type="request_human", client_id=uuid4().hex)
        visitor.receive_until(lambda frame: frame["type"] == "queue")
        client_id = visitor.say(text)
        visitor.receive_until(lambda frame: frame.get("client_id") == client_id)
        assert staff_view(stack, visitor)["summary"]["state"] == "waiting"
        assert texts(visitor, "visitor") == [text.strip()]
        assert texts(visitor, "bot") == []
        visitor.send(type="end", client_id=uuid4().hex)
        visitor.receive_until(lambda frame: is_event(frame, "conversation.closed"))


@pytest.mark.parametrize("headers", [{}, {"X-Kulanz-Secret": ""}, {"X-Kulanz-Secret": "x" * 43}])
def test_f40_f75_the_inner_doors_are_closed_to_whoever_lacks_the_secret(stack: Stack, headers: dict[str, str]) -> None:
    rasa, actions = (f"http://127.0.0.1:{stack.state['ports'][name]}" for name in ("RASA_PORT", "ACTIONS_PORT"))
    forged: dict[str, Any] = {"next_action": "action_answer", "tracker": {"sender_id": "default"}, "domain": {}}
    assert httpx.post(f"{rasa}/webhooks/desk/turn", json={}, headers=headers).status_code == 403
    assert httpx.post(f"{actions}/webhook", json=forged, headers=headers).status_code in (401, 403)
    for path in ("/webhooks/rest/webhook", "/model/parse", "/conversations/default/tracker", "/socket.io/"):
        assert httpx.post(rasa + path, json={}, headers=headers).status_code == 404
    for path in ("/internal/orders", "/internal/credit-claims"):
        assert httpx.post(stack.url + path, json={}, headers=headers).status_code == 404


def test_f56_two_hundred_identical_claims_over_http_are_one_credit(stack: Stack) -> None:
    with Visitor(stack.url) as visitor:
        prove(stack, visitor, "mehmet.yildiz@example.org", "10033")
        claim = {"context": context_of(stack, visitor), "reason": "late_delivery", "subject": "10033"}
        inside = httpx.Client(base_url=stack.url, headers={"X-Kulanz-Secret": stack.secret}, timeout=60)
        with inside, ThreadPoolExecutor(32) as crowd:
            answers = list(crowd.map(lambda _: inside.post("/internal/credit-claims", json=claim), range(200)))
        decided = [answer.json() for answer in answers]
        assert {answer.status_code for answer in answers} == {200}
        assert [one["outcome"] for one in decided].count("granted") == 1
        assert len({one["reference"] for one in decided}) == 1
        events = staff_view(stack, visitor)["events"]
    assert [event["data"]["type"] for event in events].count("credit.granted") == 1


def test_f70_nothing_a_claim_adds_is_listened_to(stack: Stack) -> None:
    with Visitor(stack.url) as visitor:
        claim = {"context": context_of(stack, visitor), "reason": "late_delivery", "subject": "10033"}
        for more in ({"amount_cents": 9_999}, {"customer_id": "somebody"}, {"eligible": True}):
            secret = {"X-Kulanz-Secret": stack.secret}
            answer = httpx.post(f"{stack.url}/internal/credit-claims", json=claim | more, headers=secret)
            assert answer.status_code == 422
        secret = {"X-Kulanz-Secret": stack.secret}
        answer = httpx.post(f"{stack.url}/internal/credit-claims", json=claim, headers=secret)
        assert answer.json()["outcome"] == "identity_required"


def test_f76_books_and_messages_agree_in_the_running_house(stack: Stack) -> None:
    reconciled = stack.kulanz("credit", "reconcile")
    assert reconciled.returncode == 0, reconciled.stdout + reconciled.stderr


def prove(stack: Stack, visitor: Visitor, email: str, order: str) -> None:
    """By a question about this order, and the bot's answer to it."""
    visitor.ask(f"Wo bleibt meine Bestellung {order}?")
    identify(stack, visitor, email)
    visitor.receive_until(lambda frame: is_event(frame, "identity.proven"))
    visitor.receive_until(lambda frame: frame["type"] == "event" and is_answer(frame["event"]))


def identify(stack: Stack, visitor: Visitor, email: str) -> None:
    """Code by mail, read from the demo's mailbox."""
    visitor.send(type="identify", client_id=uuid4().hex, email=email)
    visitor.receive_until(lambda frame: is_event(frame, "identity.code_sent"))
    page = httpx.get(f"{stack.url}/demo/mailbox").text
    code = re.findall(rf'(\d{{6}})</h2>\s*<p class="meta">{re.escape(email)}', page)[0]
    visitor.send(type="prove", client_id=uuid4().hex, code=code)


def staff_view(stack: Stack, visitor: Visitor) -> dict[str, Any]:
    agent = stack.agent("ben")
    seen: dict[str, Any] = agent.get(f"/api/conversations/{visitor.conversation_id}").json()
    agent.close()
    return seen


def is_event(frame: dict[str, Any], kind: str) -> bool:
    return frame["type"] == "event" and frame["event"]["data"]["type"] == kind


def context_of(stack: Stack, visitor: Visitor) -> dict[str, Any]:
    """A turn as the desk would describe it to the bot."""
    summary = staff_view(stack, visitor)["summary"]
    return {
        "conversation_id": visitor.conversation_id,
        "turn_id": f"{visitor.conversation_id}-1",
        "ownership_version": summary["ownership_version"],
        "language": summary["language"],
        "trust": summary["trust"],
    }
