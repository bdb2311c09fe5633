"""The border between the event loop and the synchronous services."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

import anyio.to_thread

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs blocking work beside the loop. A cancelled caller waits for it, so that no transaction is left half done."""
    done = asyncio.ensure_future(anyio.to_thread.run_sync(partial(work, *args, **kwargs)))
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        with suppress(Exception):  # whoever gave up hears no more of how it ended
            await done
        raise


async def repeat(seconds: float, work: Callable[[], object]) -> None:
    """Does blocking work again and again; one failure is logged and never ends the repetition."""
    while True:
        try:
            await in_thread(work)
        except Exception:
            log.exception("repeated work failed")
        await asyncio.sleep(seconds)
