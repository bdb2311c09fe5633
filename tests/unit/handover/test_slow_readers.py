"""Readers who do not keep up: those who only seem so lose nothing, those who are deaf on purpose gain nothing."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any, cast
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event

from handover.contract.frames import MESSAGE_LIMIT, PostMessage
from handover.domain.errors import NotLoggedIn
from handover.realtime.hub import Hub, VisitorSeat
from handover.realtime.line import HungUp, Limits, Line
from handover.realtime.scribe import AT_ONCE, Scribe
from handover.realtime.visitor_socket import Visit, VisitorTalk
from handover.services.agents import Agents
from handover.services.limits import Rates, Throttle
from handover.services.tokens import fingerprint
from tests.edges import House
from tests.unit.handover.front_desk import FrontDesk, fresh_id

LONG = "word " * (MESSAGE_LIMIT // 5)


def test_agents_are_told_all_that_visitors_wrote_in_one_transaction(house: House) -> None:
    anna, conversations = house.agent(), house.desk.conversations
    ids = {conversations.start("en", None).conversation_id for _ in range(AT_ONCE)}
    house.desk.units.together(
        [partial(conversations.post_visitor_message, one, PostMessage(client_id=uuid4().hex, text=LONG)) for one in ids]
    )
    told: set[str] = set()
    while told != ids:
        told.add(
            anna.receive("event", lambda frame: frame["event"]["data"]["type"] == "message.posted")["conversation_id"]
        )


class DeafSocket:
    """Says what it is told to say, and reads nothing but its snapshot."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[str] = asyncio.Queue()
        self.sent = asyncio.Event()

    async def send_text(self, _: str) -> None:
        if self.sent.is_set():
            await asyncio.Event().wait()
        self.sent.set()

    async def receive(self) -> dict[str, Any]:
        return {"type": "websocket.receive", "text": await self.said.get()}


async def test_f79_who_reads_nothing_does_nothing_with_the_secret_of_before_the_proof(sqlite_engine: Engine) -> None:
    desk, socket, hub = FrontDesk(sqlite_engine), DeafSocket(), Hub()
    desk.add_customer()
    started = desk.conversations.start("de", None)
    seat = VisitorSeat(started.conversation_id, Line(cast("Any", socket), Limits()))
    visit = Visit("", None, (fingerprint(started.visitor_token),))
    scribe, throttle = Scribe(desk.units), Throttle(Rates())
    thief = asyncio.create_task(
        VisitorTalk(cast("Any", desk), hub, seat, visit, throttle=throttle, scribe=scribe).run(0)
    )
    await socket.sent.wait()
    desk.write(started.conversation_id, "Das hält den Schreiber auf.")
    desk.prove_as(started.conversation_id, "erika.lindner@example.org")
    for publication in desk.notebook.publications[1:]:
        hub.fan_out(publication)
    before = desk.types(started.conversation_id)
    socket.said.put_nowait(json.dumps({"type": "message", "client_id": fresh_id(), "text": "Kündigen Sie alles."}))
    with pytest.raises(HungUp):
        await asyncio.wait_for(thief, 10)
    assert desk.types(started.conversation_id) == before


async def test_tickets_that_open_nothing_keep_nobody_waiting(sqlite_engine: Engine) -> None:
    desk = FrontDesk(sqlite_engine)
    agents, scribe = Agents(desk.units, cast("Any", None), demo=False), Scribe(desk.units)
    ids = [desk.visit() for _ in range(AT_ONCE // 2)]
    commits: list[object] = []
    event.listen(sqlite_engine, "commit", commits.append)
    asked: list[Any] = [scribe.do(partial(desk.write, one, "a")) for one in ids]
    asked += [scribe.do(partial(agents.redeem_ticket, "made up", "visitor")) for _ in ids]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert outcomes[: len(ids)] == [2] * len(ids)
    assert all(isinstance(outcome, NotLoggedIn) for outcome in outcomes[len(ids) :])
    assert len(commits) <= 2
