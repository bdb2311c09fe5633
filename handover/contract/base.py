"""What every wire type has in common."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["de", "en"]
ActorKind = Literal["visitor", "bot", "agent", "system"]
TrustLevel = Literal["none", "claimed", "code", "login"]
"""How sure we are who writes: nothing said < claimed < code sent by mail < signed log-in."""


class Wire(BaseModel):
    """A value on the wire: immutable, and refusing fields that nobody declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Actor(Wire):
    """Who did something. `name` is what the other side may read; visitors have none."""

    kind: ActorKind
    id: str | None = None
    name: str | None = None
