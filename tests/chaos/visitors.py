"""Visitors who write whatever happens: the widget's outbox, cursor and rules, in one or two tabs."""

from __future__ import annotations

import asyncio
import random
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.chaos.wire import ACK_SECONDS, LOST, Address, Client, Event, LineLost, Log, Tally, Typed

PASSES = frozenset({"internal", "unavailable", "too_many"})
"""Refusals that a visitor answers by trying the same once more."""
QUESTIONS = (
    "Kann ich mit PayPal zahlen?",
    "Was kostet der Versand?",
    "Wie lange dauert die Lieferung?",
    "Do you ship to Austria?",
    "How can I return an item?",
    "Hallo!",
)
LEADS_TO = {
    "conversation.claimed": "agent",
    "handover.requested": "waiting",
    "conversation.requeued": "waiting",
    "conversation.transferred": "waiting",
    "conversation.taken_over": "agent",
    "handover.given_up": "bot",
    "conversation.returned": "bot",
    "conversation.reopened": "bot",
    "conversation.closed": "closed",
}


class Opened(NamedTuple):
    conversation_id: str
    token: str


@dataclass
class Habits:
    """How one visitor behaves."""

    messages: int
    pause: float
    """Seconds between two messages, on average."""
    trusts_bots: float
    """How often they ask the bot again rather than call a person."""


class Tab(Client):
    """One browser tab of a conversation."""

    path = "/ws/visitor"
    kept_alive = 0

    def __init__(
        self, address: Address, opened: Opened, habits: Habits, name: str, chance: random.Random, tally: Tally
    ) -> None:
        super().__init__(address, chance, tally)
        self.opened, self.habits, self.name = opened, habits, name
        self.log = Log(opened.conversation_id, sees_all=False)
        self.typed: list[Typed] = []
        self.state = "bot"
        self._live = asyncio.Event()
        self._answers: dict[str, asyncio.Future[int | str | None]] = {}

    # --- the connection ---

    @property
    def cursor(self) -> int:
        return self.log.last

    async def ticket(self) -> str:
        answer = await self.http.post("/api/visitor/tickets", headers=self._right)
        if answer.status_code >= 400:
            raise LineLost
        return str(answer.json()["ticket"])

    @property
    def _right(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.opened.token}"}

    async def scroll_up(self) -> None:
        await self.read_back(self.log, "/api/visitor/events", headers=self._right)

    async def stay_connected(self) -> None:
        try:
            await super().stay_connected()
        finally:
            self._lost()

    async def _session(self) -> None:
        try:
            await super()._session()
        finally:
            self._lost()

    def _lost(self) -> None:
        self._live.clear()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_result(None)

    async def hear(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "snapshot":
                self.log.resume(frame)
                self.state = frame["conversation"]["state"]
                for event in frame["events"]:
                    self._arrived(event)
                self._live.set()
            case "event":
                if not self.log.add(frame["event"]):
                    raise LineLost
                self.state = LEADS_TO.get(frame["event"]["data"]["type"], self.state)
                self._arrived(frame["event"])
            case "ack":
                self._answer(frame["client_id"], frame["number"])
            case "error":
                self._answer(frame.get("client_id"), frame["code"])
            case "resync":
                self.tally.note("resyncs")

    def _arrived(self, event: Event) -> None:
        if client_id := event["data"].get("client_id"):
            self._answer(client_id, event["number"])

    def _answer(self, client_id: str | None, answer: int | str) -> None:
        waiting = self._answers.get(client_id or "")
        if waiting and not waiting.done():
            waiting.set_result(answer)

    # --- the person ---

    async def live(self, is_enough: Callable[[], bool]) -> None:
        """Until everything is said and acknowledged."""
        while len(self.typed) < self.habits.messages and not is_enough():
            await self._live.wait()
            await self._act()
            await asyncio.sleep(self.chance.expovariate(1 / self.habits.pause))

    async def _act(self) -> None:
        luck = self.chance.random()
        if self.state == "bot":
            await (self.write(self.chance.choice(QUESTIONS)) if luck < self.habits.trusts_bots else self.call_human())
        elif self.state == "waiting" and luck < 0.6:
            return
        elif self.state == "waiting" and luck > 0.98:
            await self.deliver(type="give_up_waiting")
        else:
            await self.write(f"{self.chance.choice(('Noch etwas', 'Und dann', 'Also'))}: {len(self.typed)}")

    async def call_human(self) -> None:
        await self.deliver(type="request_human")

    async def write(self, text: str) -> None:
        typed = Typed(self.new_id(), self.opened.conversation_id, text, self.name)
        self.typed.append(typed)
        answer = await self.deliver(typed.client_id, type="message", text=text)
        if isinstance(answer, int):
            typed.number = answer
        else:
            typed.refused = answer

    async def deliver(self, client_id: str = "", **command: object) -> int | str:
        """Sent under the same client id until the desk has answered."""
        client_id = client_id or self.new_id()
        failures = 0
        while True:
            answer = await self._try(client_id, command)
            if answer is not None and answer not in PASSES:
                del self._answers[client_id]
                return answer
            if answer:
                self.tally.note(f"refused for now: {answer}")
                await self.pause(failures)
            self.tally.note("sent again")
            failures += 1

    async def _try(self, client_id: str, command: dict[str, object]) -> int | str | None:
        await self._live.wait()
        future: asyncio.Future[int | str | None] = asyncio.get_running_loop().create_future()
        self._answers[client_id] = future
        try:
            await self.say(client_id=client_id, **command)
            async with asyncio.timeout(ACK_SECONDS):
                return await future
        except TimeoutError:
            self.tally.note("acks missed")
            await self.hang_up()
        except (LineLost, *LOST):
            await self.pause(0)
        return None


async def open_conversation(client: Client, language: str) -> Opened:
    """The page brings the secret, so that a beginning whose answer was lost is the same when it is asked for again."""
    token = urlsafe_b64encode(client.chance.randbytes(32)).decode().rstrip("=")
    body = {"language": language, "page": f"{client.address.origin}/", "visitor_token": token}
    answer = await client.ask("POST", "/api/visitor/conversations", json=body)
    answer.raise_for_status()
    return Opened(answer.json()["conversation_id"], token)
