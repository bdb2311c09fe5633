"""What is refused before any route is looked for: requests meant for another host, built to deceive, or too many."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from handover.api.errors import answer
from handover.domain.errors import TooMany
from handover.services.limits import Throttle

ADDRESS_LIMIT = 8 * 1024
HEADERS_LIMIT = 32 * 1024
RANGES = 8
"""Parts of a file in one request; no browser asks for more than one."""


class RateGuard:
    """Counts what each network asks of the API. Files cost next to nothing, and actions come with their secret."""

    def __init__(self, app: ASGIApp, *, throttle: Throttle) -> None:
        self._app, self._throttle = app, throttle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            try:
                self._throttle.request(scope["client"][0] if scope["client"] else "")
            except TooMany as error:
                again = {"Retry-After": str(error.data["retry_seconds"])}
                await answer(error.status, error.code, error.text, error.data, again)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class RequestGuard:
    """Refuses requests for a host that is not ours, with two lengths, or for a file in crumbs.

    `hosts`: names the desk answers to, in lower case and without port; none: all. Health is told to everybody, because
    balancers ask by number.
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(Headers(scope=scope), scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: HTTP 403
        else:
            status, code, text = refusal
            await answer(status, code, text, headers={"Connection": "close"})(scope, receive, send)

    def _refusal(self, headers: Headers, scope: Scope) -> tuple[int, str, str] | None:
        if len(scope["raw_path"]) + len(scope["query_string"]) > ADDRESS_LIMIT:
            return 414, "too_large", "This address is too long."
        if sum(len(name) + len(value) for name, value in headers.raw) > HEADERS_LIMIT:
            return 431, "too_large", "These headers are too large."
        if self._hosts and scope["path"] != "/health" and _host(headers) not in self._hosts:
            return 421, "wrong_host", "This desk has another name."
        if "content-length" in headers and "transfer-encoding" in headers:
            return 400, "refused", "A request has one length."  # a proxy before us may have read the other one
        if headers.get("range", "").count(",") >= RANGES:
            return 416, "refused", "This request was refused."
        return None


def _host(headers: Headers) -> str:
    names = headers.getlist("host")
    try:
        return (len(names) == 1 and urlsplit(f"//{names[0]}").hostname) or ""
    except ValueError:
        return ""
