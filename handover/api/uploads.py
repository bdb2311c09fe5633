"""One file as the body of a request: read as it comes, and no further than it may be long."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from starlette.requests import ClientDisconnect

from handover.domain.errors import InvalidInput, TooMany
from handover.services.files import too_large

NAME_LENGTH = 1000
"""Characters of a name as it comes; what is kept is shorter."""
UPLOAD_LIMIT = 101 * 1024 * 1024
"""Bytes; the setting that counts (`KULANZ_FILE_MB`) is never above it."""
IN_HAND = 256 * 1024 * 1024
"""Bytes of files that one process holds while they come in."""
AGAIN_SECONDS = 10

FileName = Annotated[str, Query(min_length=1, max_length=NAME_LENGTH)]


class Hands:
    """Room for what comes in, or goes out, of all requests together. Used on the event loop only."""

    def __init__(self, room: int) -> None:
        self.room = room

    def take(self, count: int) -> None:
        if count > self.room:
            raise TooMany("Too much at once. Please wait a moment.", retry_seconds=AGAIN_SECONDS)
        self.room -= count

    def give_back(self, count: int) -> None:
        self.room += count


HANDS = Hands(IN_HAND)


def announced(request: Request, limit: int) -> int:
    """Bytes that are to come; as many as may, if it is not said. Raises `FileTooLarge` if they are more than `limit`."""
    said = request.headers.get("content-length", "")
    if not said.isdigit():
        return limit
    if int(said) > limit:
        raise too_large(limit)
    return int(said)


async def received(request: Request, limit: int, hands: Hands = HANDS) -> bytes:
    """The body. Raises `FileTooLarge` as soon as it is known to be longer than `limit` bytes, `TooMany` if others fill us."""
    announced(request, limit)
    content = bytearray()
    held = 0
    try:
        async for chunk in request.stream():
            hands.take(len(chunk))
            held += len(chunk)
            content += chunk
            if len(content) > limit:
                raise too_large(limit)
        return bytes(content)
    except ClientDisconnect:
        raise InvalidInput("This file did not arrive whole.") from None
    finally:
        hands.give_back(held)
