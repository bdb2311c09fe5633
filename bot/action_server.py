"""The call to the action server: one kept connection, a bounded answer, and its shape checked by a schema compiled once.

Rasa's own opens a new connection for each action and checks the schema itself anew with each answer: a third of a turn.
"""

import json
from typing import Any, Dict, Optional

import aiohttp
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

ANSWER_LIMIT = 1024 * 1024
"""Bytes of one answer."""
SECONDS = 2.6
"""Less than a turn may take; an action server that hangs holds no connection for longer."""
KEEP_ALIVE = 2.0
"""Seconds. Shorter than the action server keeps an idle connection, so that we never write into one it is closing."""


class BadAnswer(RasaException):
    """The action server's answer is none; the text says why and repeats nothing of it."""


class ActionServer(EndpointConfig):
    """An endpoint of Rasa's. Its session belongs to the event loop of the first call."""

    def __init__(self, url: str, headers: Dict[str, str]) -> None:
        super().__init__(url, headers=headers, enable_selective_domain=True)  # actions need no domain: none is sent
        self._session: Optional[aiohttp.ClientSession] = None
        schema = RemoteAction.action_response_format_spec()
        self._shape = validator_for(schema)(schema)

    async def request(self, *_args: Any, **kwargs: Any) -> Any:
        """The answer to one action. Raises `ClientResponseError` for a refusal, `BadAnswer` for another answer than agreed."""
        async with self._kept_session().post(self.url, json=kwargs["json"]) as response:
            body = await read(response)
            if response.status >= 400:
                raise ClientResponseError(response.status, response.reason, body)
        try:
            answer = json.loads(body)
        except ValueError:
            raise BadAnswer("no JSON") from None
        if not self._shape.is_valid(answer):
            raise BadAnswer("another shape than agreed")
        return answer

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    def _kept_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self.headers,
                timeout=aiohttp.ClientTimeout(total=SECONDS),
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE),
                trust_env=False,  # loopback: no proxy of the environment
            )
        return self._session


async def read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_chunked(64 * 1024):
        body += piece
        if len(body) > ANSWER_LIMIT:
            raise BadAnswer("too large")
    return bytes(body)


def leave_the_check_to_us() -> None:
    """Rasa's own check of an answer's shape is the one that costs; `ActionServer` has made it already."""
    RemoteAction._validate_action_result = lambda _self, _result: True  # noqa: SLF001
