"""Agents who claim, answer, hand back, close and fall asleep: the desk page's rules, without the page."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

from tests.chaos.wire import LOST, Address, Client, LineLost, Log, Tally, Typed

HEARTBEAT_SECONDS = 1.0


class Screen(Client):
    """One open desk page. It follows every conversation that its agent has claimed, at whichever screen."""

    path = "/ws/desk"

    def __init__(self, address: Address, email: str, password: str, chance: random.Random, tally: Tally) -> None:
        super().__init__(address, chance, tally)
        self._account = {"email": email, "password": password}
        self.logs: dict[str, Log] = {}
        self.open: set[str] = set()
        """What is in hand now; the other logs are read again when they are looked at."""
        self.waiting: set[str] = set()
        self.typed: list[Typed] = []
        self.agent_id = ""
        self._errands: set[asyncio.Task[None]] = set()

    # --- the connection ---

    async def log_in(self) -> None:
        answer = await self.ask("POST", "/api/login", json=self._account)
        answer.raise_for_status()
        self.agent_id = answer.json()["agent"]["id"]

    async def ticket(self) -> str:
        answer = await self.http.post("/api/tickets")
        if answer.status_code >= 400:
            raise LineLost
        return str(answer.json()["ticket"])

    async def hear(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "ready":
            self._send_for(self.refresh())
        elif frame["type"] == "event":
            self._place(frame["summary"])
            conversation_id, event = frame["conversation_id"], frame["event"]
            if event["data"].get("agent_id") == self.agent_id:
                self.follow(conversation_id)
            log = self.logs.get(conversation_id)
            if log and not log.add(event):
                self._send_for(self.catch_up(log))

    def follow(self, conversation_id: str) -> Log:
        return self.logs.setdefault(conversation_id, Log(conversation_id, sees_all=True))

    def _send_for(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def refresh(self) -> None:
        """What was missed while the line was down."""
        answer = await self.ask("GET", "/api/conversations", params={"view": "waiting", "limit": 200})
        self.waiting |= {row["id"] for row in answer.json()["conversations"]}  # one too many is refused when claimed
        for conversation_id in sorted(self.open):
            await self.catch_up(self.follow(conversation_id))

    async def catch_up(self, log: Log) -> None:
        path = f"/api/conversations/{log.conversation_id}"
        held = log.last
        part = (await self.ask("GET", path, params={"cursor": held})).json()
        if part["cursor"] == 0 and log.last == held:  # else events have come meanwhile, and the next gap asks again
            log.resume(part)
        for event in part["events"]:
            log.add(event)

    async def scroll_up(self, log: Log) -> None:
        await self.read_back(log, f"/api/conversations/{log.conversation_id}/events")

    def _place(self, summary: dict[str, Any]) -> None:
        if summary["state"] == "waiting":
            self.waiting.add(summary["id"])
        else:
            self.waiting.discard(summary["id"])

    async def leave(self) -> None:
        await super().leave()
        if self._errands:
            await asyncio.gather(*self._errands, return_exceptions=True)


class Worker(Screen):
    """An agent at work on several conversations at once."""

    def __init__(
        self,
        address: Address,
        email: str,
        password: str,
        chance: random.Random,
        tally: Tally,
        *,
        pause: float,
        lease_seconds: float,
    ) -> None:
        super().__init__(address, email, password, chance, tally)
        self._pause, self._lease = pause, lease_seconds
        self._awake = asyncio.Event()
        self._awake.set()
        self._may_claim = True

    async def work(self, places: int) -> None:
        """Until `go_home`, and then until every conversation in hand is given away."""
        async with asyncio.TaskGroup() as tasks:
            beats = tasks.create_task(self._beat())
            async with asyncio.TaskGroup() as serving:
                for _ in range(places):
                    serving.create_task(self._serve_one_after_another())
            beats.cancel()

    def go_home(self) -> None:
        self._may_claim = False
        self._awake.set()

    async def nap(self) -> None:
        """A closed lid: no sign of life for longer than the lease, and then on as if nothing had been."""
        self._awake.clear()
        await asyncio.sleep(self._lease * 1.5)
        self._awake.set()

    async def _beat(self) -> None:
        while True:
            await self._awake.wait()
            try:
                await self.say(type="heartbeat")
            except (LineLost, *LOST):
                self.tally.note("heartbeats missed")
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _serve_one_after_another(self) -> None:
        while self._may_claim:
            await self._awake.wait()
            if free := sorted(self.waiting - self.open):
                await self._take(self.chance.choice(free))
            else:
                await asyncio.sleep(0.1)

    async def _take(self, conversation_id: str) -> None:
        self.open.add(conversation_id)
        self.waiting.discard(conversation_id)
        try:
            version = await self._claim(conversation_id)
            if version is not None:
                await self._serve(conversation_id, version)
        finally:
            self.open.discard(conversation_id)

    async def _claim(self, conversation_id: str) -> int | None:
        answer = await self.ask("POST", f"/api/conversations/{conversation_id}/claim", json={"force": True})
        if answer.status_code != 200:
            self.tally.note(f"claims refused: {answer.json()['error']['code']}")
            return None
        self.tally.note("claims")
        return int(answer.json()["summary"]["ownership_version"])

    async def _serve(self, conversation_id: str, version: int) -> None:
        await self.catch_up(self.follow(conversation_id))
        for _ in range(self.chance.randint(3, 30)):
            await asyncio.sleep(self.chance.expovariate(1 / self._pause))
            await self._awake.wait()
            if not await self._post(conversation_id, version):
                return
            if not self._may_claim:
                break
        await self._give_away(conversation_id, version)

    async def _post(self, conversation_id: str, version: int) -> bool:
        """False if the conversation is no longer ours."""
        typed = Typed(self.new_id(), conversation_id, f"Antwort {len(self.typed)}", self.agent_id)
        self.typed.append(typed)
        body = {"client_id": typed.client_id, "ownership_version": version, "text": typed.text}
        answer = await self.ask("POST", f"/api/conversations/{conversation_id}/messages", json=body)
        if answer.status_code == 200:
            typed.number = answer.json()["number"]
            return True
        typed.refused = answer.json()["error"]["code"]
        self.tally.note(f"answers refused: {typed.refused}")
        return False

    async def _give_away(self, conversation_id: str, version: int) -> None:
        how, body = self.chance.choice(
            [
                ("release", {}),
                ("close", {"outcome": "solved"}),
                ("return", {"outcome": "partly_solved", "summary": "Es ist geklärt."}),
            ]
        )
        path = f"/api/conversations/{conversation_id}/{how}"
        answer = await self.ask("POST", path, json={"ownership_version": version, **body})
        self.tally.note(f"{how}: {answer.status_code}")
