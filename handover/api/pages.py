"""Static files: the widget for any website, the desk's page, the demo shop."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from os import PathLike, stat_result
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from handover.api.dependencies import TheSettings
from handover.settings import ROOT

WIDGET = ROOT / "widget" / "dist"
SHOP = ROOT / "widget" / "demo"
DESK = ROOT / "handover" / "desk" / "dist"
HASHED = re.compile(r"-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
"""Vite's names change with the content, so such a file never changes."""
PACKED = frozenset({".js", ".mjs", ".css", ".html", ".svg", ".json"})
"""Texts, which gzip makes a third of; pictures and fonts are packed already."""
FOR_EVERY_WEBSITE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


class Bundle(StaticFiles):
    """A folder of built files. It may be built after the desk has started."""

    def __init__(self, folder: Path, headers: dict[str, str] | None = None) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._headers = headers or {}

    def file_response(
        self, full_path: PathLike[str] | str, stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = HASHED.search(str(full_path))
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        response.headers.update(self._headers)
        return _packed(response, full_path, stat_result, scope)


def _packed(response: Response, path: PathLike[str] | str, found: stat_result, scope: Scope) -> Response:
    """The same file as gzip, for whoever takes it. Files alone: beside a secret, the size of a packed answer tells on it."""
    if not isinstance(response, FileResponse) or Path(path).suffix not in PACKED:
        return response
    response.headers["Vary"] = "Accept-Encoding"
    if scope["method"] != "GET" or "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
        return response
    body = _gzip(str(path), found.st_mtime_ns)
    headers = {
        name: value for name, value in response.headers.items() if name not in ("accept-ranges", "content-length")
    }
    headers |= {"content-encoding": "gzip", "etag": f"W/{headers['etag']}"}
    return Response(body, headers=headers)


@lru_cache(maxsize=128)
def _gzip(path: str, _changed: int) -> bytes:
    """Packed once for each state of a file."""
    return gzip.compress(Path(path).read_bytes(), mtime=0)


class SinglePage(Bundle):
    """A bundle whose addresses without a file are views of its one page."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.startswith("assets/"):
                raise
            return await super().get_response("index.html", scope)


def add_pages(app: FastAPI, *, demo: bool) -> None:
    """Must come last: it takes the addresses that nobody else has."""
    widget = Bundle(WIDGET, FOR_EVERY_WEBSITE)
    for name in ("kulanz.js", "kulanz.mjs"):
        app.include_router(_one_file(f"/{name}", widget, name))
    app.mount("/widget/try-{number:int}", widget)  # a browser may remember a failed import; here it is another address
    app.mount("/widget", widget)
    app.mount("/desk", SinglePage(DESK))
    if demo:
        shop = Bundle(SHOP)
        app.include_router(_one_file("/", shop, "index.html"))
        app.include_router(_one_file("/en", shop, "en.html"))
        app.mount("/demo", shop)
    else:
        app.add_api_route("/", _to_the_desk)
    app.add_api_route("/privacy", _to_the_privacy_notice)


def _one_file(address: str, bundle: Bundle, name: str) -> APIRouter:
    router = APIRouter()

    @router.get(address)
    async def one_file(request: Request) -> Response:
        return await bundle.get_response(name, request.scope)

    return router


async def _to_the_privacy_notice(settings: TheSettings) -> Response:
    """Where a website's tag names none: the widget asks nothing of the desk before the visitor has agreed."""
    return RedirectResponse(settings.privacy)


async def _to_the_desk() -> Response:
    return RedirectResponse("/desk/")
