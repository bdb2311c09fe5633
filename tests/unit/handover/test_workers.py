"""Which worker gets a conversation's turns, and when another one may be asked."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from handover.contract.turns import BotMessage, TurnContext, TurnReply, TurnRequest, Understanding
from handover.gateways import workers as module
from handover.gateways.rasa import RasaGateway
from handover.gateways.workers import Workers
from handover.launcher.holding import put
from handover.services.ports import BotUnavailable

CONVERSATIONS = [f"conversation-{number}" for number in range(300)]
REPLY = TurnReply(messages=(BotMessage(text="Hallo"),), understanding=Understanding()).model_dump_json()


def addresses(count: int) -> dict[str, str]:
    return {f"rasa-{number}": f"http://127.0.0.1:{9000 + number}" for number in range(count)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    put(tmp_path / "workers.json", addresses(4))
    return tmp_path / "workers.json"


def first_of(workers: Workers) -> dict[str, str]:
    return {conversation: workers.order_for(conversation)[0] for conversation in CONVERSATIONS}


def request(conversation: str = CONVERSATIONS[0]) -> TurnRequest:
    context = TurnContext(conversation_id=conversation, turn_id="t", ownership_version=1, language="de", trust="none")
    return TurnRequest(context=context, text="hallo", slots={})


def test_a_conversation_is_always_at_the_same_worker_and_all_have_their_share(file: Path) -> None:
    first = first_of(Workers(file, "http://unused"))
    assert first == first_of(Workers(file, "http://unused"))
    shares = [list(first.values()).count(address) for address in addresses(4).values()]
    assert min(shares) > len(CONVERSATIONS) / 8


def test_when_a_worker_leaves_only_its_conversations_move(file: Path) -> None:
    workers = Workers(file, "http://unused")
    before = first_of(workers)
    put(file, addresses(3))
    after = first_of(workers)
    gone = addresses(4)["rasa-3"]
    assert {conversation for conversation in CONVERSATIONS if before[conversation] != after[conversation]} == {
        conversation for conversation in CONVERSATIONS if before[conversation] == gone
    }


def test_a_worker_replaced_at_another_port_keeps_its_conversations(file: Path) -> None:
    workers = Workers(file, "http://unused")
    before = first_of(workers)
    put(file, {**addresses(4), "rasa-2": "http://127.0.0.1:9999"})
    moved = {before[key]: address for key, address in first_of(workers).items() if before[key] != address}
    assert moved == {addresses(4)["rasa-2"]: "http://127.0.0.1:9999"}


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "null", "[1]"])
def test_a_list_that_cannot_be_read_leaves_what_was_known(file: Path, content: str) -> None:
    workers = Workers(file, "http://unused")
    before = first_of(workers)
    file.with_suffix(".new").write_text(content)
    file.with_suffix(".new").replace(file)
    assert first_of(workers) == before


def test_without_a_list_there_is_one_worker(tmp_path: Path) -> None:
    for file in (None, tmp_path / "missing.json"):
        assert Workers(file, "http://one").order_for("c") == ["http://one"]


def test_a_late_worker_is_asked_last_for_a_while(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workers = Workers(file, "http://unused")
    first, second, *_ = workers.order_for("c")
    workers.let_rest(first)
    assert workers.order_for("c")[0] == second
    assert workers.order_for("c")[-1] == first
    monkeypatch.setattr(module, "REST_SECONDS", -1.0)
    workers.let_rest(first)
    assert workers.order_for("c")[0] == first


async def test_a_worker_that_takes_no_connection_is_passed_over(file: Path) -> None:
    workers = Workers(file, "http://unused")
    dead, alive, *_ = workers.order_for(CONVERSATIONS[0])
    asked: list[str] = []

    def handle(sent: httpx.Request) -> httpx.Response:
        asked.append(f"http://{sent.url.host}:{sent.url.port}")
        if asked[-1] == dead:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, content=REPLY)

    gateway = RasaGateway(workers, "s" * 32, timeout=1, transport=httpx.MockTransport(handle))
    assert (await gateway.take_turn(request())).messages[0].text == "Hallo"
    assert asked == [dead, alive]


@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout("late"), httpx.ReadError("broken"), httpx.RemoteProtocolError("x")]
)
async def test_a_turn_that_may_have_begun_is_never_asked_again(file: Path, error: httpx.HTTPError) -> None:
    asked = 0

    def handle(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        raise error

    gateway = RasaGateway(Workers(file, "http://unused"), "s" * 32, timeout=1, transport=httpx.MockTransport(handle))
    with pytest.raises(BotUnavailable):
        await gateway.take_turn(request())
    assert asked == 1


async def test_when_nobody_takes_a_connection_the_desk_learns_it_at_once(file: Path) -> None:
    def handle(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    gateway = RasaGateway(Workers(file, "http://unused"), "s" * 32, timeout=1, transport=httpx.MockTransport(handle))
    with pytest.raises(BotUnavailable, match="no Rasa worker"):
        await gateway.take_turn(request())
