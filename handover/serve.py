"""The server under the desk: limits of sockets, and a log without anything that visitors wrote or carry."""

from __future__ import annotations

import logging
from typing import Any

import uvicorn
from fastapi import FastAPI

from handover.settings import Settings

FRAME_LIMIT = 64 * 1024
"""Bytes of one frame; a larger one closes its socket with 1009."""
GRACE_SECONDS = 5


class WithoutQuery(logging.Filter):
    """Cuts what follows a `?` out of logged addresses: tickets and words have no place in a log."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_cut(part) for part in record.args)
        return True


def _cut(part: object) -> object:
    return part.partition("?")[0] if isinstance(part, str) and part.startswith("/") else part


def server(app: FastAPI, settings: Settings) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ws="websockets-sansio",
        ws_max_size=FRAME_LIMIT,
        ws_per_message_deflate=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        log_config=log_config(settings.log_level),
    )
    return uvicorn.Server(config)


def log_config(level: str) -> dict[str, Any]:
    loggers = ("uvicorn.error", "uvicorn.access", "handover")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_query": {"()": WithoutQuery}},
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {
            "out": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_query"]},
        },
        "loggers": {name: {"handlers": ["out"], "level": level, "propagate": False} for name in loggers},
        "root": {"handlers": ["out"], "level": "WARNING"},
    }
