"""One shape for every error of a route: `{"error": {"code", "text", "data"}}`. Nothing of the request is repeated in it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from handover.domain.errors import KulanzError, NotAllowed
from handover.services.desk import Desk

PHRASES = {
    404: ("not_found", "Not found."),
    405: ("method_not_allowed", "This address knows other methods."),
    413: ("too_large", "This request is too large."),
}


def answer(
    status: int,
    code: str,
    text: str,
    data: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "text": text, "data": data or {}}}, status, headers=headers)


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(KulanzError, expected)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, refused_by_framework)
    app.add_exception_handler(Exception, unexpected)


def expected(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, KulanzError)
    if isinstance(error, NotAllowed):
        _note_refusal(request)
    return answer(error.status, error.code, error.text, error.data, _when_again(error))


def _when_again(error: KulanzError) -> dict[str, str]:
    seconds = error.data.get("retry_seconds")
    return {"Retry-After": str(seconds)} if seconds else {}


def unreadable(_request: Request, error: Exception) -> JSONResponse:
    """Names the places that are wrong, never what stood there."""
    assert isinstance(error, RequestValidationError)
    places = sorted(
        {".".join(str(step) for step in problem["loc"] if step != "body")[:80] for problem in error.errors()}
    )
    return answer(422, "invalid_input", "This request could not be read.", {"fields": places[:10]})


def refused_by_framework(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, text = PHRASES.get(error.status_code, ("refused", "This request was refused."))
    return answer(error.status_code, code, text, headers=error.headers)


def unexpected(_request: Request, _error: Exception) -> JSONResponse:
    """The server's log has the traceback, because Starlette raises the error once more after this answer."""
    return answer(500, "internal", "Something went wrong.")


def _note_refusal(request: Request) -> None:
    agent = getattr(request.state, "agent", None)
    desk: Desk = request.app.state.desk
    if agent is not None:
        desk.agents.note_refusal(agent, f"{request.method} {request.scope['route'].path}")
