"""What every answer says to browsers, and which websites may ask."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handover.api.dependencies import SESSION_COOKIE
from handover.api.errors import answer

POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""No inline script or style anywhere, and no string becomes markup or script: text of visitors, agents or articles can
be nothing but text. Nothing of ours needs a Trusted Types policy of its own, so none may be made.
"""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SecurityHeaders:
    """Adds the headers to every answer that does not set them itself; API answers are never stored."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith(("/api/", "/internal/")):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class OriginGuard:
    """Refuses changes asked for by a website that is not ours.

    Browsers name the origin of whatever changes something. A request with an agent's cookie and no origin must show
    by a header of its own that no form of another website sent it.
    """

    def __init__(self, app: ASGIApp, *, origins: frozenset[str]) -> None:
        self._app, self._origins = app, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        guarded = scope["type"] == "http" and scope["method"] in CHANGING and scope["path"].startswith("/api/")
        if guarded and not self._may_pass(Headers(scope=scope)):
            await answer(403, "wrong_origin", "This website may not do that.")(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _may_pass(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is not None:
            return origin in self._origins
        return headers.get("x-kulanz") == "desk" or not _has_session(headers)


class VisitorCors:
    """Lets the websites that embed the widget call the visitor's part of the API, without cookies."""

    def __init__(self, app: ASGIApp, *, origins: frozenset[str]) -> None:
        self._app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=sorted(origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=["Retry-After"],
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shared = scope["type"] == "http" and scope["path"].startswith("/api/visitor/")
        await (self._shared if shared else self._app)(scope, receive, send)


def _has_session(headers: Headers) -> bool:
    try:
        return any(SESSION_COOKIE in SimpleCookie(line) for line in headers.getlist("cookie"))
    except CookieError:
        return True  # unreadable: treat it as one
