"""How an agent wants to write."""

from __future__ import annotations

from typing import Literal

from handover.contract.base import Wire


class WritingSettings(Wire):
    send_by: Literal["enter", "ctrl_enter"] = "enter"
    undo: bool = True
    """A message waits in the page for a moment before it goes, so that it can be taken back."""
