"""The end of a case: what its agent says of it. It never holds up a close; what was left out can be said afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from handover.contract.events import ConversationWrappedUp, Outcome
from handover.contract.frames import ConversationSummary
from handover.contract.wrap_up import (
    ArticleFound,
    Guesses,
    Judged,
    PendingWrapUp,
    WrapUp,
    WrapUpFigures,
    WrapUpView,
)
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation, State
from handover.domain.errors import NotAllowed, NothingToJudge
from handover.services.access import Action, may, require, sight_of
from handover.services.articles import Articles
from handover.services.desk_rules import CurrentRules
from handover.services.guessing import TELLING, guesses
from handover.services.ports import CaseEnd, UnitOfWork, Units
from handover.services.steps import acting, printable

READ_BACK = 300
"""Events that guesses are made of, at most."""
ASKED_FOR = timedelta(days=14)
"""So long an agent is asked about a case that ended under their hands."""
ASKED_AT_MOST = 50
_ENDINGS = frozenset({"conversation.closed", "conversation.returned"})
_ENDINGS_BACK = 20


class WrapUps:
    def __init__(self, unit: Units, rules: CurrentRules, articles: Articles) -> None:
        self._unit, self._rules, self._articles = unit, rules, articles

    def view(self, agent: Agent, conversation_id: str) -> WrapUpView:
        """What is known and guessed: of the case while it goes on with an agent, else of its last end."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            conversation = unit.conversations.get(conversation_id)
            end = _present(conversation) or unit.wrap_ups.last(conversation_id)
            events = [*unit.log.of_types(conversation_id, TELLING, limit=READ_BACK)]
            judged = _judged(unit, end)
        found = guesses(end and end.reason, end and end.topic, self._rules.now, events)
        return WrapUpView(
            ended_at=end.ended_at if end and conversation.state is not State.AGENT else None,
            agent_id=end and end.agent_id,
            topics=tuple(self._rules.now.topics),
            guesses=found,
            article=self._article(judged, found),
            judged=judged,
            skipped=end is not None and end.skipped,
            may_judge=end is not None and _may_judge(agent, end),
        )

    def judge(self, agent: Agent, conversation_id: str, wrap_up: WrapUp) -> ConversationSummary:
        """Of the last end, by whoever had the case or a supervisor; another judgement replaces the first, the same changes nothing.

        Raises `NothingToJudge` if no agent had it, `NotAllowed` if it was another one.
        """
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            unit.conversations.locked(conversation_id)
            end = _to_judge(unit, agent, conversation_id)
            if (end.judged_by, end.wrap_up) != (agent.id, _kept(wrap_up)):
                write(unit, agent, end, wrap_up, _ended_number(unit, end))
            return unit.conversations.summary(conversation_id)

    def skip(self, agent: Agent, conversation_id: str) -> ConversationSummary:
        """Its agent is asked no more; it counts as not judged, and can still be."""
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            unit.conversations.locked(conversation_id)
            _to_judge(unit, agent, conversation_id)
            unit.wrap_ups.skip(conversation_id)
            return unit.conversations.summary(conversation_id)

    def pending(self, agent: Agent) -> list[PendingWrapUp]:
        """Cases that were ended under this agent's hands, that they still see, and have said nothing of."""
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit(write=False) as unit:
            ends = unit.wrap_ups.open_of(sight_of(agent), unit.now - ASKED_FOR, ASKED_AT_MOST)
        return [PendingWrapUp(**end._asdict()) for end in ends]

    def figures(self, agent: Agent, days: int) -> WrapUpFigures:
        """What agents said of the cases that ended in so many days, and of how many they said nothing."""
        require(agent, Action.SETTLE_GAPS)
        with self._unit(write=False) as unit:
            since = unit.now - timedelta(days=days)
            return WrapUpFigures(since=since, **unit.wrap_ups.figures(since)._asdict())

    def _article(self, judged: Judged | None, found: Guesses) -> ArticleFound | None:
        """By its title in any language; an article that is not live any more by its id alone."""
        article_id = judged.wrap_up.article_id if judged else found.article_id.value
        return self._articles.named(article_id) if article_id else None


def write(unit: UnitOfWork, agent: Agent, end: CaseEnd, wrap_up: WrapUp, number: int) -> None:
    """`number`: of the event that ended the case."""
    kept = _kept(wrap_up)
    unit.wrap_ups.judge(end, kept, number, agent.id, unit.now)
    told = ConversationWrappedUp(ended_number=number, **kept.model_dump())
    unit.append(end.conversation_id, acting(agent), told)


def _kept(wrap_up: WrapUp) -> WrapUp:
    return wrap_up.model_copy(update={"remark": printable(wrap_up.remark).strip()})


def judge_now(
    unit: UnitOfWork, agent: Agent, conversation_id: str, wrap_up: WrapUp | None, *, number: int, outcome: Outcome
) -> None:
    """In the step that ends the case, by event `number`; without a wrap-up its agent is not asked again."""
    end = unit.wrap_ups.last(conversation_id)
    if wrap_up is None or end is None:
        unit.wrap_ups.skip(conversation_id)
    else:
        write(unit, agent, end, wrap_up.model_copy(update={"outcome": outcome}), number)


def _present(conversation: Conversation) -> CaseEnd | None:
    """The end that this case would have now."""
    if conversation.state is not State.AGENT or conversation.owner_id is None:
        return None
    return CaseEnd(
        conversation.id,
        conversation.ownership_version,
        conversation.owner_id,
        conversation.started_at,
        conversation.topic,
        conversation.reason,
    )


def _to_judge(unit: UnitOfWork, agent: Agent, conversation_id: str) -> CaseEnd:
    end = unit.wrap_ups.last(conversation_id)
    if end is None:
        raise NothingToJudge("No agent had this conversation when it ended.")
    if not _may_judge(agent, end):
        raise NotAllowed("Only the agent who had this conversation may do this.")
    return end


def _may_judge(agent: Agent, end: CaseEnd) -> bool:
    return may(agent, Action.SERVE_CONVERSATIONS) and (end.agent_id == agent.id or may(agent, Action.SUPERVISE))


def _ended_number(unit: UnitOfWork, end: CaseEnd) -> int:
    """The event of the transaction that ended it."""
    endings: Sequence[tuple[int, bool]] = [
        (event.number, event.at == end.ended_at)
        for event in unit.log.of_types(end.conversation_id, _ENDINGS, limit=_ENDINGS_BACK)
    ]
    return next((number for number, is_it in reversed(endings) if is_it), endings[-1][0] if endings else 0)


def _judged(unit: UnitOfWork, end: CaseEnd | None) -> Judged | None:
    if end is None or end.wrap_up is None or end.judged_at is None:
        return None
    account = unit.agents.account(end.judged_by or "")
    return Judged(wrap_up=end.wrap_up, by=account.agent.name if account else "", at=end.judged_at)
