"""Canned answers: what agents write again and again, kept once."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from handover.contract.base import Wire

CannedName = Annotated[str, Field(max_length=60)]
CannedText = Annotated[str, Field(max_length=4000)]
"""Markdown with variables in braces; empty: there is none in this language."""


class CannedAnswer(Wire):
    id: str
    name: str
    text_de: str
    text_en: str
    shared: bool
    """Everybody's; otherwise that of whoever asks."""
    version: int
    """Another one means that it was changed since."""
    updated_at: AwareDatetime
