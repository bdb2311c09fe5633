"""Rasa, asked for one turn at a time, or only for what it reads in a text."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
from pydantic import ValidationError

from handover.contract.turns import BotMessage, TurnReply, TurnRequest, Understanding
from handover.gateways.workers import Workers
from handover.services.ports import BotUnavailable

REPLY_LIMIT = 1024 * 1024
"""Bytes of one reply."""


SHARE_OF_TIMEOUT = 0.97
"""We give up a little before the desk does, so that it is known which worker was late."""


class RasaGateway:
    """Never repeats a turn that a worker may have begun: nobody could know whether it had effects.

    A worker that takes no connection has begun nothing; then the next one is asked.
    """

    def __init__(
        self, workers: Workers, secret: str, *, timeout: float, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._workers = workers
        self._client = httpx.AsyncClient(
            headers={"X-Kulanz-Secret": secret, "Content-Type": "application/json"},
            timeout=timeout * SHARE_OF_TIMEOUT,
            trust_env=False,  # loopback: no proxy of the environment
            transport=transport,
        )

    async def take_turn(self, request: TurnRequest) -> TurnReply:
        """Raises `BotUnavailable` for whatever goes wrong."""
        body = request.model_dump_json()
        for address in self._workers.order_for(request.context.conversation_id):
            try:
                return TurnReply.model_validate_json(await self._ask(address, body))
            except httpx.ConnectError:
                continue
            except httpx.HTTPError as error:
                if isinstance(error, httpx.TimeoutException):
                    self._workers.let_rest(address)
                raise BotUnavailable(f"Rasa: {type(error).__name__}") from error
            except ValidationError as error:
                raise BotUnavailable(f"Rasa's reply has {error.error_count()} errors") from error
        raise BotUnavailable("no Rasa worker takes a connection")

    async def read(self, conversation_id: str, text: str) -> Understanding:
        """What the parser of this conversation's worker finds in a text; nothing happens. Raises `BotUnavailable`."""
        body = json.dumps({"text": text})
        for address in self._workers.order_for(conversation_id):
            try:
                return Understanding.model_validate_json(await self._ask(address, body, "read"))
            except httpx.ConnectError:
                continue
            except (httpx.HTTPError, ValidationError) as error:
                raise BotUnavailable(f"Rasa did not read: {type(error).__name__}") from error
        raise BotUnavailable("no Rasa worker takes a connection")

    async def _ask(self, address: str, body: str, what: str = "turn") -> bytes:
        async with self._client.stream("POST", f"{address}/webhooks/desk/{what}", content=body) as response:
            if response.status_code != httpx.codes.OK:
                raise BotUnavailable(f"Rasa answered {response.status_code}")
            return await _read(response)

    async def close(self) -> None:
        await self._client.aclose()


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > REPLY_LIMIT:
            raise BotUnavailable("Rasa's reply is too large")
    return bytes(body)


Answer = Callable[[TurnRequest], TurnReply]


class MemoryBot:
    """Twin of `RasaGateway`: answers by a function, and keeps what it was asked."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.asked: list[TurnRequest] = []
        self.heard: list[str] = []
        """What it was only to read."""
        self.answer = answer or _echo
        self.reading: Callable[[str], Understanding] | None = None
        """None: it reads nothing along, so that conversations with people go as if there were no bot."""

    async def take_turn(self, request: TurnRequest) -> TurnReply:
        self.asked.append(request)
        return self.answer(request)

    async def read(self, conversation_id: str, text: str) -> Understanding:  # noqa: ARG002 -- as the port has it
        self.heard.append(text)
        if self.reading is None:
            raise BotUnavailable("the twin does not read along")
        return self.reading(text)

    async def close(self) -> None:
        pass


def _echo(request: TurnRequest) -> TurnReply:
    said = request.text or (request.signal.name if request.signal else "")
    return TurnReply(messages=(BotMessage(text=f"You said: {said}"),), understanding=Understanding())
