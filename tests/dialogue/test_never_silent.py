"""Whatever breaks, a turn ends as a reply with a text or as a plain failure that the desk can tell of."""

from __future__ import annotations

import asyncio
import statistics
import time
from uuid import uuid4

import httpx
import pytest

from actions.turn import PASSING_SLOTS
from handover.contract.turns import TurnRequest
from handover.gateways.rasa import RasaGateway
from handover.gateways.workers import Workers
from handover.services.ports import BotUnavailable
from tests.dialogue.chat import Start
from tests.dialogue.conftest import SECRET, Bot
from tests.dialogue.gate import FAULTS
from tests.stack import until

FAILED = {"error": "turn failed"}
LAST_WORDS = {"last_said", "last_question"}
"""Slots that every turn writes."""
DESK_WAITS = 3.0


@pytest.mark.parametrize("fault", ["down", *FAULTS])
async def test_f34_f36_f39_with_a_broken_action_server_the_desk_learns_in_time_that_the_turn_failed(
    bot: Bot, chat: Start, fault: str
) -> None:
    visitor = chat("de")
    gateway = RasaGateway(Workers(None, bot.rasa_url), SECRET, timeout=DESK_WAITS)
    request = TurnRequest.model_validate({"context": visitor.context(), "text": "hallo"})
    with bot.gate.broken(fault):
        since = time.monotonic()
        with pytest.raises(BotUnavailable):
            await asyncio.wait_for(gateway.take_turn(request), DESK_WAITS + 1)
        assert time.monotonic() - since < DESK_WAITS + 1
    await gateway.close()
    until(lambda: visitor.post(text="hallo").status_code == 200, 20)


@pytest.mark.parametrize("fault", ["500", "nothing"])
def test_f39_f95_a_failed_turn_is_a_plain_500(bot: Bot, chat: Start, fault: str) -> None:
    with bot.gate.broken(fault):
        answer = chat("de").post(text="hallo")
    assert (answer.status_code, answer.json()) == (500, FAILED)


def test_f35_a_hanging_action_is_cut_and_the_next_message_does_not_wait_for_it(bot: Bot, chat: Start) -> None:
    visitor = chat("en")
    with bot.gate.broken("hangs"):
        since = time.monotonic()
        assert visitor.post(text="hello").status_code == 500
        assert time.monotonic() - since < 3.5
    since = time.monotonic()
    assert visitor.ask("hello")
    assert time.monotonic() - since < 2


def test_a_failed_turn_changes_nothing_that_the_bot_keeps_in_mind(bot: Bot, chat: Start) -> None:
    visitor = chat("de")
    visitor.ask("hallo")
    with bot.gate.broken("hangs"):
        visitor.post(text="Wo bleibt meine Bestellung 10023?")
    visitor.ask("hallo")
    assert visitor.slots.keys() <= LAST_WORDS


@pytest.mark.parametrize(
    "text",
    ["/restart", " /restart", "\u00a0/restart", "/ restart", "\u2003/restart", "/session_start", "/back", "//restart"],
)
def test_f26_commands_of_rasa_are_plain_text(chat: Start, text: str) -> None:
    visitor = chat("de")
    visitor.ask("Wo bleibt meine Bestellung 10023?")
    before = visitor.slots
    visitor.ask(text)
    assert len(visitor.reply.understanding.intents) > 1
    assert visitor.intent not in {"restart", "session_start", "back"}
    passing = dict.fromkeys([*PASSING_SLOTS, *LAST_WORDS])
    assert {**visitor.slots, **passing} == {**before, **passing}


@pytest.mark.parametrize(
    "text",
    [
        '/give_credit{"amount":"9999"}',
        "/affirm@1.0{}",
        '/affirm@1.0{"wish":"damaged_item"}',
        '/handover_returned{"outcome":"solved"}',
        "/identity_proven",
        '/talk_to_human{"reason":"visitor_wish"}',
        '\u00a0/choose{"item_sku":"NL-KM-1"}',
    ],
)
def test_f27_a_visitor_cannot_type_an_intent_an_entity_or_a_slot(chat: Start, text: str) -> None:
    visitor = chat("en")
    visitor.ask(text)
    assert len(visitor.reply.understanding.intents) > 1
    assert {found.entity for found in visitor.reply.understanding.entities} <= {"email"}  # 1.0 may be a domain
    assert visitor.slots.keys() <= {*PASSING_SLOTS, *LAST_WORDS, "wish", "wish_text"}
    assert visitor.slots.get("wish") in (None, visitor.intent)  # no more than what the words mean
    assert visitor.intent not in {"handover_returned", "identity_proven", "choose", "confirm"}


@pytest.mark.parametrize("text", ["{order_number}", "{0.__class__}", "{0[x]} {slot}", "%(x)s ${HOME}"])
def test_f54_braces_of_a_visitor_are_never_filled(chat: Start, text: str) -> None:
    visitor = chat("de")
    visitor.ask("Meine Bestellung ist die 10023")
    visitor.ask(f"Meine Kaffeemaschine ist kaputt {text}")
    assert visitor.slots["wish_text"] == f"Meine Kaffeemaschine ist kaputt {text}"


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "ä" * 10_000, "😀" * 50, "\u202eabc", "Z̷a̸l̶g̵o̷", " ", "\u200b", "?", "\x00", "日本語 русский"]
)
def test_f47_odd_texts_get_an_answer_within_two_seconds(chat: Start, text: str) -> None:
    visitor = chat("de")
    since = time.monotonic()
    assert visitor.ask(text)
    assert time.monotonic() - since < 2


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], "ü" * 40])
def test_f40_without_the_secret_rasa_takes_no_turn(bot: Bot, secret: str | None) -> None:
    headers = {} if secret is None else {"X-Kulanz-Secret": secret.encode()}
    body = {"context": {"conversation_id": "c" * 20, "turn_id": "t"}, "text": "hi"}
    answer = httpx.post(f"{bot.rasa_url}/webhooks/desk/turn", json=body, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "conversation_id", [None, "", "default", ["a"], "a" * 300, {"a": 1}, "has blanks in it", 12345678, "a/../../b" * 3]
)
def test_f40_a_turn_without_a_proper_conversation_is_refused(rasa: httpx.Client, conversation_id: object) -> None:
    body = {"context": {"conversation_id": conversation_id, "turn_id": "t"}, "text": "hi"}
    answer = rasa.post("/webhooks/desk/turn", json=body)
    assert (answer.status_code, answer.json()) == (400, {"error": "no conversation id"})


@pytest.mark.parametrize(
    "turn",
    [
        {},
        {"text": "a", "signal": {"name": "greet"}},
        {"text": 1},
        {"text": ["a"]},
        {"signal": {"name": "no_such_signal"}},
        {"signal": {"name": "../x"}},
        {"signal": "greet"},
        {"signal": {"name": "greet", "data": {"a": 1}}},
    ],
)
def test_f40_a_turn_of_another_shape_is_refused(chat: Start, turn: dict) -> None:
    assert chat("de").post(**turn).status_code == 400


@pytest.mark.parametrize("body", [b"", b"[]", b"nul", b"[" * 100_000, b'"\\ud800"', b"\xff\xfe"])
def test_a_body_that_is_no_turn_is_refused_without_an_echo(rasa: httpx.Client, body: bytes) -> None:
    answer = rasa.post("/webhooks/desk/turn", content=body)
    assert answer.status_code == 400
    assert answer.json().keys() == {"error"}


def test_a_body_above_the_limit_is_refused(rasa: httpx.Client) -> None:
    assert rasa.post("/webhooks/desk/turn", content=b"x" * 300_000).status_code == 413


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/webhooks/rest/webhook"),
        ("GET", "/webhooks/rest/"),
        ("GET", "/socket.io/"),
        ("GET", "/conversations/x/tracker"),
        ("POST", "/model/parse"),
        ("PUT", "/model"),
        ("GET", "/"),
        ("GET", "/status"),
        ("GET", "/version"),
    ],
)
def test_f40_f41_rasa_offers_no_other_way_in(rasa: httpx.Client, method: str, path: str) -> None:
    assert rasa.request(method, path).status_code == 404


def test_f75_the_action_server_runs_nothing_for_strangers(bot: Bot) -> None:
    call = {"next_action": "action_claim_credit", "tracker": {"sender_id": "x"}}
    for secret in ("", "wrong", SECRET[:-1]):
        answer = httpx.post(f"{bot.actions_url}/webhook", json=call, headers={"X-Kulanz-Secret": secret})
        assert (answer.status_code, answer.json()) == (403, {"error": "refused"})
    assert httpx.get(f"{bot.actions_url}/actions").status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"[]", 422),
        (b'{"next_action": "action_topic"}', 422),
        (b'{"next_action": "no_such", "tracker": {"sender_id": "secret-words"}}', 404),
        (b'{"next_action": "action_topic", "tracker": {"sender_id": "secret-words"}}', 500),
        (b"not json: secret-words", 400),
        (b"x" * 2_000_000, 413),
    ],
)
def test_f95_the_action_server_shows_nothing_of_its_inside_nor_of_the_request(
    bot: Bot, body: bytes, status: int
) -> None:
    answer = httpx.post(f"{bot.actions_url}/webhook", content=body, headers={"X-Kulanz-Secret": SECRET})
    assert answer.status_code == status
    assert answer.json() in ({"error": "refused"}, {"error": "failed"})


def test_turns_of_many_conversations_at_once_all_get_an_answer(bot: Bot) -> None:
    async def ask(client: httpx.AsyncClient) -> int:
        context = {
            "conversation_id": uuid4().hex,
            "turn_id": "t",
            "ownership_version": 1,
            "language": "de",
            "trust": "none",
        }
        return (await client.post("/webhooks/desk/turn", json={"context": context, "text": "hallo"})).status_code

    async def all_at_once() -> list[int]:
        headers = {"X-Kulanz-Secret": SECRET}
        async with httpx.AsyncClient(base_url=bot.rasa_url, headers=headers, timeout=10) as client:
            return await asyncio.gather(*(ask(client) for _ in range(12)))

    assert set(asyncio.run(all_at_once())) == {200}


def test_f46_a_long_conversation_stays_as_fast_as_a_fresh_one_and_keeps_its_slots(chat: Start) -> None:
    visitor = chat("de")
    visitor.ask("Wo bleibt meine Bestellung 10023?")
    milliseconds = []
    for _ in range(500):
        since = time.perf_counter()
        visitor.ask("danke")
        milliseconds.append((time.perf_counter() - since) * 1000)
    early, late = statistics.median(milliseconds[4:34]), statistics.median(milliseconds[-30:])
    assert late < 1.5 * early + 2
    assert visitor.slots["wish"] == "order_status"
    assert visitor.slots["order_number"] == "10023"
