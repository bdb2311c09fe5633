"""An action counts as a whole or not at all, and never takes longer than its limit."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import server
from actions.desk_client import DeskClient, DeskUnavailable
from handover.contract.turns import OrdersAsked, TurnContext

CONTEXT = {"conversation_id": "c" * 26, "turn_id": "t", "ownership_version": 1, "language": "de", "trust": "none"}


def tracker(**message: object) -> Tracker:
    latest = {"text": "hallo", "intent": {"name": "greet"}, "entities": [], "metadata": CONTEXT, **message}
    return Tracker("c", {"wish": None}, latest, [], False, None, {}, None)


async def test_what_was_said_before_a_failure_is_not_said(parts) -> None:
    async def half(turn) -> None:
        turn.say("small_talk.greet")
        raise RuntimeError

    dispatcher = CollectingDispatcher()
    with pytest.raises(RuntimeError):
        await server.rasa_action(half, parts)(dispatcher, tracker(), {})
    assert dispatcher.messages == []


async def test_f35_an_action_is_cut_at_its_limit(parts, monkeypatch) -> None:
    async def forever(_turn) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(server, "TURN_SECONDS", 0.05)
    with pytest.raises(TimeoutError):
        await server.rasa_action(forever, parts)(CollectingDispatcher(), tracker(), {})


async def test_f40_a_turn_without_the_desks_context_is_no_turn(parts) -> None:
    for metadata in ({}, {**CONTEXT, "credit": 99}, {**CONTEXT, "trust": "god"}):
        with pytest.raises(ValueError):
            await server.rasa_action(server.ACTIONS["action_small_talk"], parts)(
                CollectingDispatcher(), tracker(metadata=metadata), {}
            )


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500),
        httpx.Response(404, json={"error": {}}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"outcome": "maybe"}),
        httpx.Response(200, json=[]),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_f36_whatever_the_desk_does_wrong_is_one_error_without_its_words(response) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if isinstance(response, Exception):
            raise response
        return response

    desk = DeskClient("http://desk", "s" * 32, httpx.MockTransport(answer))
    with pytest.raises(DeskUnavailable):
        await desk.orders(OrdersAsked(context=TurnContext(**CONTEXT)))


async def test_the_desk_is_asked_with_the_secret() -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((request.url.path, request.headers["X-Kulanz-Secret"]))
        return httpx.Response(200, json={"outcome": "identity_required"})

    desk = DeskClient("http://desk", "s" * 32, httpx.MockTransport(answer))
    found = await desk.orders(OrdersAsked(context=TurnContext(**CONTEXT)))
    assert found.outcome == "identity_required"
    assert seen == [("/internal/orders", "s" * 32)]
