"""A document as a download, never as a page."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import quote

from fastapi import Response
from starlette.types import Receive, Scope, Send

from handover.api.uploads import Hands
from handover.services.documents.render import File

PIECE = 64 * 1024
"""Bytes; as much as the server keeps for a line before it waits for whoever reads."""
READ_SECONDS = 30.0
"""For any download, and then a second more for each `PIECE`."""
OUTGOING = Hands(256 * 1024 * 1024)
"""Bytes of files that one process holds while visitors fetch them."""


class Download(Response):
    """Goes out piece by piece, or the line would hold all of it for whoever asks and does not read; they are hung up on."""

    hands: Hands | None = None
    """Who is to have room for it while it goes out; staff need none."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 -- so every answer is called
        size = len(self.body)
        if self.hands:
            self.hands.take(size)
        try:
            with suppress(TimeoutError):  # the server closes the line of an answer that is not complete
                async with asyncio.timeout(READ_SECONDS + size / PIECE):
                    await self._send(send)
        finally:
            if self.hands:
                self.hands.give_back(size)

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        content = memoryview(self.body)
        for at in range(0, len(content), PIECE):
            await send({"type": "http.response.body", "body": bytes(content[at : at + PIECE]), "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def download(file: File, hands: Hands | None = None) -> Response:
    """Saved under its own name; the browser neither shows it nor guesses what it is."""
    disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {
        "Content-Disposition": disposition,
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    answer = Download(file.content, media_type=file.media_type, headers=headers)
    answer.hands = hands
    return answer
