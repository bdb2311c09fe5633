"""The knowledge base, asked what it would say: the action server holds the index, the desk searches nothing itself."""

from __future__ import annotations

import httpx
from pydantic import ValidationError

from handover.contract.events import SearchRecord
from handover.contract.passages import ArticleFound, PassagesAsked, PassagesFound
from handover.services.ports import BotUnavailable

SECONDS = 1.5
"""For one answer. A search takes milliseconds; somebody waits for the page it is for."""
ANSWER_LIMIT = 256 * 1024
"""Bytes of one answer."""
CONNECTIONS = 8


class ActionServerPassages:
    """Asks from whatever thread; safe to repeat."""

    def __init__(self, url: str, secret: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(
            base_url=url,
            headers={"X-Kulanz-Secret": secret, "Content-Type": "application/json"},
            timeout=SECONDS,
            limits=httpx.Limits(max_connections=CONNECTIONS),
            trust_env=False,  # loopback: no proxy of the environment
            transport=transport,
        )

    def find(self, asked: PassagesAsked) -> PassagesFound:
        """Raises `BotUnavailable` for whatever goes wrong."""
        try:
            with self._client.stream("POST", "/passages", content=asked.model_dump_json()) as response:
                if response.status_code != httpx.codes.OK:
                    raise BotUnavailable(f"the search answered {response.status_code}")
                return PassagesFound.model_validate_json(_read(response))
        except httpx.HTTPError as error:
            raise BotUnavailable(f"the search: {type(error).__name__}") from error
        except ValidationError as error:
            raise BotUnavailable(f"the answer of the search has {error.error_count()} errors") from error

    def close(self) -> None:
        self._client.close()


def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > ANSWER_LIMIT:
            raise BotUnavailable("the answer of the search is too large")
    return bytes(body)


class MemoryPassages:
    """Twin of `ActionServerPassages`: finds what was laid down for a text, and keeps what it was asked."""

    def __init__(self, *found: ArticleFound, is_down: bool = False) -> None:
        self.asked: list[PassagesAsked] = []
        self.found, self.is_down = found, is_down

    def find(self, asked: PassagesAsked) -> PassagesFound:
        self.asked.append(asked)
        if self.is_down:
            raise BotUnavailable("switched off")
        decision = ("none", "answer")[len(self.found)] if len(self.found) < 2 else "choices"
        best = max((one.score for one in self.found), default=0.0)
        search = SearchRecord.model_validate(
            {"decision": decision, "confidence": best, "index_version": "twin", "language": asked.language}
        )
        return PassagesFound(search=search, articles=self.found)

    def close(self) -> None:
        pass
