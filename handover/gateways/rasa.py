"""Rasa, asked for one turn at a time."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from pydantic import ValidationError

from handover.contract.turns import BotMessage, TurnReply, TurnRequest, Understanding
from handover.services.ports import BotUnavailable

REPLY_LIMIT = 1024 * 1024
"""Bytes of one reply."""


class RasaGateway:
    """Never repeats a turn: whoever asked cannot know whether the first one had effects."""

    def __init__(
        self, url: str, secret: str, *, timeout: float, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"X-Kulanz-Secret": secret},
            timeout=timeout,
            trust_env=False,  # loopback: no proxy of the environment
            transport=transport,
        )

    async def take_turn(self, request: TurnRequest) -> TurnReply:
        """Raises `BotUnavailable` for whatever goes wrong."""
        body = request.model_dump_json()
        headers = {"Content-Type": "application/json"}
        try:
            async with self._client.stream("POST", "/webhooks/desk/turn", content=body, headers=headers) as response:
                if response.status_code != httpx.codes.OK:
                    raise BotUnavailable(f"Rasa answered {response.status_code}")
                return TurnReply.model_validate_json(await _read(response))
        except httpx.HTTPError as error:
            raise BotUnavailable(f"Rasa: {type(error).__name__}") from error
        except ValidationError as error:
            raise BotUnavailable(f"Rasa's reply has {error.error_count()} errors") from error

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
        self.answer = answer or _echo

    async def take_turn(self, request: TurnRequest) -> TurnReply:
        self.asked.append(request)
        return self.answer(request)

    async def close(self) -> None:
        pass


def _echo(request: TurnRequest) -> TurnReply:
    said = request.text or (request.signal.name if request.signal else "")
    return TurnReply(messages=(BotMessage(text=f"You said: {said}"),), understanding=Understanding())
