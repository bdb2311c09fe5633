"""How an agent judges the end of a case, and what is guessed for them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from handover.contract.base import Wire
from handover.contract.events import BotVerdict, Outcome, RootCause

REMARK_LIMIT = 1000
TopicId = Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")]
ArticleId = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=120)]
GuessSource = Literal[
    "case",  # the topic it was routed by
    "intent",  # what the bot understood last
    "reason",  # why a person was called
    "credit",  # what a credit was claimed for
    "passage",  # an article that the bot found
    "rating",  # what the visitor said of it
    "usual",  # most cases end so
]


class WrapUp(Wire):
    """What an agent says of a case that has ended. What is none is not judged."""

    outcome: Outcome
    topic: TopicId | None = None
    root_cause: RootCause | None = None
    bot_could: BotVerdict | None = None
    article_id: ArticleId | None = None
    """The article that answers it."""
    remark: str = Field(default="", max_length=REMARK_LIMIT)


class Guess(Wire):
    """One field as it is probably right, and what that is read from."""

    value: str | None = None
    source: GuessSource | None = None
    detail: str = ""
    """Which one: the intent, the reason, the claim."""


class Guesses(Wire):
    outcome: Guess
    topic: Guess
    root_cause: Guess
    bot_could: Guess
    article_id: Guess


class ArticleFound(Wire):
    """A live article, by what people call it."""

    id: str
    title: str
    language: str


class Judged(Wire):
    wrap_up: WrapUp
    by: str
    """Name of whoever judged."""
    at: AwareDatetime


class WrapUpView(Wire):
    """Answer to `GET /api/conversations/{id}/wrap-up`: of the case as it goes on, or of its last end."""

    ended_at: AwareDatetime | None
    """None: it has not ended yet, or no agent had it."""
    agent_id: str | None
    """Who has it, or had it when it ended."""
    topics: tuple[str, ...]
    """All that the desk's rules know."""
    guesses: Guesses
    article: ArticleFound | None
    """The guessed or chosen one."""
    judged: Judged | None
    skipped: bool
    may_judge: bool


class PendingWrapUp(Wire):
    """A case that ended under this agent's hands, and that they have not judged yet."""

    conversation_id: str
    customer_name: str | None
    ended_at: AwareDatetime


class WrapUpFigures(Wire):
    """How cases ended that agents had, since a day."""

    since: AwareDatetime
    ended: int
    judged: int
    bot_could: dict[str, int]
    root_causes: dict[str, int]
    """How often each was named; what was not judged is missing."""
