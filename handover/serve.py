"""The server under the desk: limits of sockets, and a log without anything that visitors wrote or carry."""

from __future__ import annotations

import gc
import logging
import socket
from contextlib import suppress
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from handover.masking import LINE, MaskingFormatter
from handover.patience import Patient
from handover.services.network import shortened
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


class Frames(WebSocketsSansIOProtocol):
    """Uvicorn's, which wants to close for bad UTF-8 even where the same bytes have closed the socket for worse."""

    def send_receive_event_to_app(self) -> None:
        with suppress(InvalidState):
            super().send_receive_event_to_app()


def _cut(part: object) -> object:
    return part.partition("?")[0] if isinstance(part, str) and part.startswith("/") else part


def server(app: FastAPI, settings: Settings) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=Patient,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        ws=Frames,
        ws_max_size=FRAME_LIMIT,
        ws_per_message_deflate=False,
        ws_ping_interval=None,  # a line has a heartbeat of its own, which browsers' scripts hear, too
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        log_config=log_config(settings.log_level),
    )
    return uvicorn.Server(config)


def collect_seldom() -> None:
    """For a process that is a desk and nothing else: what stands at the start stays and is not walked through again.

    With thousands of sockets open, looking for garbage after every few hundred frames would cost a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def doors(inherited: int | None, own_port: int) -> list[socket.socket] | None:
    """Where one of several processes listens: at the common door, and on loopback for whoever asks for this very one.

    Without a door the server opens the address of the settings by itself.
    """
    if inherited is None:
        return None
    return [socket.socket(fileno=inherited), socket.create_server(("127.0.0.1", own_port))]


class PublicFormatter(MaskingFormatter):
    """Of a process that the world talks to: no line has a whole network address."""

    def format(self, record: logging.LogRecord) -> str:
        return shortened(super().format(record))


def log_config(level: str) -> dict[str, Any]:
    loggers = ("uvicorn.error", "uvicorn.access", "handover")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_query": {"()": WithoutQuery}},
        "formatters": {"line": {"()": PublicFormatter, "fmt": LINE}},
        "handlers": {
            "out": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_query"]},
        },
        "loggers": {name: {"handlers": ["out"], "level": level, "propagate": False} for name in loggers},
        "root": {"handlers": ["out"], "level": "WARNING"},
    }
