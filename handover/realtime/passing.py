"""What desk processes tell each other. None of it is the truth: whoever misses it reads the log, or does without."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from handover.contract.base import ActorKind, Wire
from handover.realtime.looks import Look
from handover.services.ports import Publication


class Published(Wire):
    """A transaction was committed."""

    kind: Literal["published"] = "published"
    publication: Publication


class TypingPassed(Wire):
    kind: Literal["typing"] = "typing"
    conversation_id: str
    by: ActorKind
    on: bool
    name: str | None = None


class ReadPassed(Wire):
    kind: Literal["read"] = "read"
    conversation_id: str
    by: Literal["visitor", "staff"]
    number: int


class VisitorSeated(Wire):
    """The first socket of a conversation at this process was opened, or its last one closed."""

    kind: Literal["seated"] = "seated"
    conversation_id: str
    here: bool


class LookPassed(Wire):
    """Who at this process has a conversation before them has changed."""

    kind: Literal["look"] = "look"
    look: Look


class Roster(Wire):
    """All conversations whose visitors sit at this process, and what its agents look at."""

    kind: Literal["roster"] = "roster"
    conversation_ids: tuple[str, ...]
    looks: tuple[Look, ...] = ()
    is_new: bool
    """It joins, or joins again: it wants to know the rosters of the others."""


class Pulse(Wire):
    """A sign of life."""

    kind: Literal["pulse"] = "pulse"


class Left(Wire):
    """The process ends."""

    kind: Literal["left"] = "left"


Passing = Annotated[
    Published | TypingPassed | ReadPassed | VisitorSeated | LookPassed | Roster | Pulse | Left,
    Field(discriminator="kind"),
]


class Letter(Wire):
    """One message between processes."""

    sender: str
    passing: Passing
