"""What every wire type has in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["de", "en"]
ActorKind = Literal["visitor", "bot", "agent", "system"]
TrustLevel = Literal["none", "claimed", "code", "login"]
"""How sure we are who writes: nothing said < claimed < code sent by mail < signed log-in."""
DraftKind = Literal["message", "note", "whisper", "return"]
"""What an agent has begun to write: to the visitor, to colleagues, to the one who has the case, the summary of a return
to the bot."""
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""Of an event, as a client names it: no larger than a column of the database takes."""


class Wire(BaseModel):
    """A value on the wire: immutable, and refusing fields that nobody declared. Its errors repeat nothing it was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Actor(Wire):
    """Who did something. `name` is what the other side may read; visitors have none."""

    kind: ActorKind
    id: str | None = None
    name: str | None = None
