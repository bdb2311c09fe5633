"""Leads sockets past the web framework, of which each open one would keep a dozen KiB of frames for nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

Lead = Callable[[WebSocket], Awaitable[None]]


class Sockets:
    """Stands behind the guards and before the routes; what it does not know goes on to them."""

    def __init__(self, app: ASGIApp, *, by_path: Mapping[str, Lead]) -> None:
        self._app, self._by_path = app, by_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lead = self._by_path.get(scope["path"]) if scope["type"] == "websocket" else None
        if lead is None:
            await self._app(scope, receive, send)
        else:
            await lead(WebSocket(scope, receive, send))
