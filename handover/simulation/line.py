"""One visitor's line to the desk: what the widget does on the wire, without a page."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from handover.contract.base import Language

Event = dict[str, Any]
STATE_AFTER = {
    "handover.requested": "waiting",
    "conversation.requeued": "waiting",
    "conversation.transferred": "waiting",
    "conversation.claimed": "agent",
    "conversation.taken_over": "agent",
    "conversation.returned": "bot",
    "conversation.reopened": "bot",
    "handover.given_up": "bot",
    "conversation.closed": "closed",
    "conversation.merged": "closed",
    "conversation.forgotten": "closed",
}
ACK_SECONDS = 15.0
RECONNECT_SECONDS = (0.5, 1, 2, 4, 8, 15)
MOST_TRIES = 3


class Refused(Exception):
    """The desk did not do it; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Gone(Exception):
    """The desk cannot be reached any more."""


class Line:
    """Open it with `open`, and end it with `close`. All `seconds` are real ones."""

    def __init__(self, client: httpx.AsyncClient, url: str, language: Language) -> None:
        self._client, self._url, self._language = client, url, language
        self.events: list[Event] = []
        self.state = "bot"
        self.identity_step: str | None = None
        self._token, self._next_token = "", secrets.token_urlsafe(32)
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._owed: dict[str, asyncio.Future[int]] = {}
        self._news = asyncio.Condition()
        self._wanted = False

    async def open(self, page: str) -> None:
        body = {"language": self._language, "page": page}
        opened = await self._ask("/api/visitor/conversations", json=body)
        self._token = opened["visitor_token"]
        await self.connect()

    async def connect(self) -> None:
        """Also again, after `disconnect`: what was missed meanwhile comes with it."""
        self._wanted = True
        await self._reach()
        self._reader = asyncio.create_task(self._read())

    async def disconnect(self) -> None:
        """As if the page were closed."""
        self._wanted = False
        if self._reader:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError, Gone):
                await self._reader
        if self._socket:
            await self._socket.close()

    # --- what a visitor does ---

    async def do(self, type_: str, **more: object) -> int:
        """The number it got. Raises `Refused`; waits as told when it was too much at once."""
        for _ in range(MOST_TRIES):
            client_id = uuid4().hex
            answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            self._owed[client_id] = answer
            try:
                await self._send(type=type_, client_id=client_id, **more)
                async with asyncio.timeout(ACK_SECONDS):
                    return await answer
            except TooMuch as error:
                await asyncio.sleep(error.seconds)
            except TimeoutError:
                raise Gone from None
            finally:
                self._owed.pop(client_id, None)
        raise Refused("too_many")

    async def type(self, *, on: bool) -> None:
        await self._send(type="typing", on=on)

    async def mark_read(self) -> None:
        if self.events:
            await self._send(type="read", number=self.events[-1]["number"])

    async def send_picture(self, name: str, content: bytes) -> int:
        sent = await self._ask("/api/visitor/files", params={"name": name}, content=content, headers=self._bearer)
        return await self.do("message", file_ids=[sent["id"]])

    async def prove(self, email: str) -> bool:
        """Both steps, with the code out of the demo's mailbox; False where there is none, or it was wrong."""
        await self.do("identify", email=email)
        code = await self._code_for(email)
        if code is None:
            return False
        await self.do("prove", code=code)
        return await self.until(lambda: self.identity_step is None, ACK_SECONDS)

    # --- what a visitor sees ---

    async def until(self, wanted: Callable[[], bool], seconds: float) -> bool:
        """Whether it came about in time."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(wanted)
        except TimeoutError:
            return False
        return True

    def said_by(self, kind: str, after: int = 0) -> list[Event]:
        """Messages of `bot` or `agent` with a higher number."""
        return [
            event
            for event in self.events
            if event["number"] > after and event["data"]["type"] == "message.posted" and event["actor"]["kind"] == kind
        ]

    @property
    def last_number(self) -> int:
        return int(self.events[-1]["number"]) if self.events else 0

    # --- the wire ---

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def _ask(self, path: str, **more: Any) -> Any:
        try:
            answer = await self._client.post(path, **more)
        except httpx.HTTPError as error:
            raise Gone from error
        if not answer.is_success:
            raise Refused(f"{path}: {answer.status_code}")
        return answer.json()

    async def _reach(self) -> None:
        ticket = (await self._ask("/api/visitor/tickets", headers=self._bearer))["ticket"]
        address = self._url.replace("http", "ws", 1) + "/ws/visitor"
        self._socket = await connect(address, origin=self._url, compression=None, proxy=None)  # type: ignore[arg-type]
        await self._send(type="hello", ticket=ticket, cursor=self.last_number, next_token=self._next_token)

    async def _send(self, **frame: object) -> None:
        try:
            assert self._socket is not None
            await self._socket.send(json.dumps(frame))
        except ConnectionClosed as error:
            raise Gone from error

    async def _read(self) -> None:
        while self._wanted and self._socket:
            try:
                async for said in self._socket:
                    await self._hear(json.loads(said))
            except ConnectionClosed:
                pass
            if self._wanted:
                await self._come_back()

    async def _come_back(self) -> None:
        """The line broke: try again, ever more slowly. Raises `Gone`."""
        for pause in RECONNECT_SECONDS:
            await asyncio.sleep(pause)
            try:
                await self._reach()
            except (Gone, Refused, OSError, InvalidHandshake):
                continue
            return
        raise Gone

    async def _hear(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "ping":
                await self._send(type="pong")
            case "snapshot":
                self.events = [event for event in self.events if event["number"] <= frame["cursor"]]
                self.events += frame["events"]
                self.state = frame["conversation"]["state"]
                self.identity_step = frame["conversation"]["identity_step"]
            case "event":
                self._take(frame["event"])
            case "ack" | "error":
                self._settle(frame)
        async with self._news:
            self._news.notify_all()

    def _take(self, event: Event) -> None:
        kind = event["data"]["type"]
        self.events.append(event)
        self.state = STATE_AFTER.get(kind, self.state)
        if kind == "identity.requested":
            self.identity_step = "email"
        elif kind == "identity.code_sent":
            self.identity_step = "code"
        elif kind == "identity.proven":
            self.identity_step, self._token = None, self._next_token

    def _settle(self, frame: dict[str, Any]) -> None:
        answer = self._owed.get(frame.get("client_id") or "")
        if answer is None or answer.done():
            return
        if frame["type"] == "ack":
            answer.set_result(frame["number"])
        elif frame["code"] == "too_many":
            answer.set_exception(TooMuch(frame.get("retry_seconds") or 1))
        else:
            answer.set_exception(Refused(frame["code"]))

    async def _code_for(self, email: str) -> str | None:
        """The newest on the mailbox page: the newest mail stands first."""
        try:
            page = await self._client.get("/demo/mailbox")
        except httpx.HTTPError:
            return None
        mails = page.text.split('<article class="mail">') if page.is_success else []
        own = (mail for mail in mails if f'<p class="meta">{email} ' in mail)
        found = re.search(r"\b\d{6}\b", next(own, ""))
        return found and found[0]


class TooMuch(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds
