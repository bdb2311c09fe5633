"""Blocking work beside the event loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from handover.realtime.threads import in_thread


async def test_whoever_is_cancelled_waits_until_their_work_is_done() -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        may_end.wait(10)
        ended.set()
        raise RuntimeError("nobody is there to hear of it")

    task = asyncio.create_task(in_thread(work))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    await asyncio.sleep(0.01)
    assert not task.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
