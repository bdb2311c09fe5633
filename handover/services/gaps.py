"""Gaps: a question that the bot could not answer, with an agent's answer, becomes a proposal for the editors.

A proposal is an editorial text: personal data is taken out of it, it names no customer and leads to no conversation, and so it
stays when the conversation is forgotten. Equal questions are one gap, which counts how often it was proposed.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from handover.contract.events import BotUnderstood, Event, GapProposed, HandoverRequested, MessagePosted
from handover.contract.gaps import (
    ArticleDraft,
    ArticleFile,
    ArticleStart,
    GapAnswer,
    GapDraft,
    GapList,
    GapState,
    GapView,
    Hidden,
    NewGap,
    Proposed,
    Said,
)
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation
from handover.domain.errors import InvalidInput, StaleVersion
from handover.services import article_file
from handover.services.access import Action, may, require
from handover.services.desk_rules import CurrentRules
from handover.services.neutral import Person, neutral, person
from handover.services.ports import Gap, ProposedAnswer, UnitOfWork, Units
from handover.services.reading import NO_WISH, visitor_texts
from handover.services.steps import acting, clean, once, printable
from handover.services.tokens import new_id

READ_BACK = 300
_TELLING = frozenset({"message.posted", "bot.understood", "handover.requested"})
SHOWN = 200
A_SENTENCE = 40
"""Characters: a shorter word of an agent is rather a greeting than an answer."""
REASON_LIMIT = 1000

Check = Callable[[str, str], Sequence[Mapping[str, Any]]]
"""Everything that is wrong with an article's file, by its path and content."""


class Shelves(NamedTuple):
    """Where articles are kept."""

    check: Check
    folders: Callable[[], tuple[str, ...]]
    today: Callable[[], date]


class Gaps:
    def __init__(self, unit: Units, rules: CurrentRules, shelves: Shelves) -> None:
        self._unit, self._rules, self._shelves = unit, rules, shelves

    # --- agents propose ---

    def draft(self, agent: Agent, conversation_id: str) -> GapDraft:
        """What a proposal begins with; personal data is out of it already."""
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit(write=False) as unit:
            conversation = unit.conversations.get(conversation_id)
            events = unit.log.of_types(conversation_id, _TELLING, limit=READ_BACK)
            about = person(unit, conversation.customer_id)
            end = unit.wrap_ups.last(conversation_id)
        return _draft(conversation, events, about, conversation.topic or (end and end.topic))

    def propose(self, agent: Agent, conversation_id: str, client_id: str, new: NewGap) -> Proposed:
        """A question that is open already is counted, with this answer beside the others."""
        hidden: set[Hidden] = set()

        def act(unit: UnitOfWork, conversation: Conversation) -> int:
            about = person(unit, conversation.customer_id)

            def hide(text: str) -> str:
                shown = neutral(text, about)
                hidden.update(shown.hidden)
                return shown.text

            question, answer = hide(" ".join(clean(new.question).split())), hide(clean(new.answer))
            fresh = Gap(new_id(), new.language, question, key_of(question), new.topic, "open", 1, unit.now)
            gap = unit.gaps.open_or_add(fresh)
            remark = hide(printable(new.remark).strip())
            unit.gaps.add_answer(ProposedAnswer(new_id(), gap.id, agent.id, question, answer, remark, unit.now))
            return unit.append(conversation_id, acting(agent), GapProposed(gap_id=gap.id, question=question)).number

        require(agent, Action.SERVE_CONVERSATIONS)
        number = once(self._unit, conversation_id, client_id, ("gap", agent.id, new.model_dump_json()), act)
        with self._unit(write=False) as unit:
            event = unit.log.get(conversation_id, number)
            gap_id = event.data.gap_id if event and isinstance(event.data, GapProposed) else ""
            [gap] = _views(unit, [unit.gaps.get(gap_id)], agent)
        return Proposed(gap=gap, number=number, hidden=tuple(sorted(hidden)))

    def own(self, agent: Agent) -> GapList:
        """What somebody proposed, and what became of it; the newest first."""
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit(write=False) as unit:
            found = [gap for state in _STATES for gap in unit.gaps.listed(state, agent.id, SHOWN)]
            return GapList(gaps=tuple(_views(unit, found, agent)))

    # --- editors settle ---

    def listed(self, agent: Agent, state: GapState) -> GapList:
        require(agent, Action.SETTLE_GAPS)
        with self._unit(write=False) as unit:
            return GapList(gaps=tuple(_views(unit, unit.gaps.listed(state, None, SHOWN), agent)))

    def start(self, agent: Agent, gap_id: str) -> ArticleStart:
        """What an article begins with that answers this question."""
        require(agent, Action.SETTLE_GAPS)
        with self._unit(write=False) as unit:
            gap = unit.gaps.get(gap_id)
            answers = unit.gaps.answers([gap_id])[gap_id]
        folders = self._shelves.folders()
        questions = dict.fromkeys([gap.question, *(answer.question for answer in reversed(answers))])
        return ArticleStart(
            draft=ArticleDraft(
                article_id=article_file.slug(gap.question),
                folder=next((one for one in folders if one == gap.topic), folders[0] if folders else ""),
                topic="",
                title=gap.question,
                questions=tuple(questions),
                owner=agent.name,
                body=answers[0].answer if answers else "",
            ),
            folders=folders,
            topics=tuple(sorted({intent for group in self._rules.now.topics.values() for intent in group})),
        )

    def file(self, agent: Agent, gap_id: str, draft: ArticleDraft) -> ArticleFile:
        """The file as it would be saved, held against the check of the knowledge room. Changes nothing."""
        require(agent, Action.SETTLE_GAPS)
        with self._unit(write=False) as unit:
            language = unit.gaps.get(gap_id).language
        path, text = article_file.path(draft, language), article_file.markdown(draft, language, self._shelves.today())
        return ArticleFile(path=path, markdown=text, problems=tuple(map(dict, self._shelves.check(path, text))))

    def take_up(self, agent: Agent, gap_id: str, version: int, article_id: str) -> GapView:
        """Raises `StaleVersion` where somebody was faster."""
        return self._settle(agent, gap_id, version, "taken_up", article_id=article_id)

    def reject(self, agent: Agent, gap_id: str, version: int, reason: str) -> GapView:
        """Whoever proposed it reads why. Raises `InvalidInput` without a reason."""
        why = printable(reason).strip()
        if not why:
            raise InvalidInput("Say why it is rejected.")
        return self._settle(agent, gap_id, version, "rejected", reason=why[:REASON_LIMIT])

    def reopen(self, agent: Agent, gap_id: str, version: int) -> GapView:
        """Raises `Conflict` if the same question is open again already."""
        return self._settle(agent, gap_id, version, "open")

    def _settle(
        self,
        agent: Agent,
        gap_id: str,
        version: int,
        state: GapState,
        *,
        reason: str = "",
        article_id: str | None = None,
    ) -> GapView:
        require(agent, Action.SETTLE_GAPS)
        with self._unit() as unit:
            before = unit.gaps.get(gap_id)
            settled = (None, None) if state == "open" else (agent.id, unit.now)
            after = before._replace(
                state=state,
                reason=reason,
                article_id=article_id,
                settled_by=settled[0],
                settled_at=settled[1],
                version=version + 1,
            )
            if not unit.gaps.save(after, version):
                raise StaleVersion("Somebody has changed this in the meantime.")
            unit.audit.note(unit.now, agent.id, f"gap.{state}", gap_id, allowed=True)
            [view] = _views(unit, [after], agent)
            return view


_STATES: tuple[GapState, ...] = ("open", "rejected", "taken_up")


def key_of(question: str) -> str:
    """Equal for questions that differ in case, accents of spelling, spaces and signs alone."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", question).casefold())
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def _draft(conversation: Conversation, events: Sequence[Event], about: Person, topic: str | None) -> GapDraft:
    hidden: set[Hidden] = set()

    def said(number: int, text: str) -> Said:
        shown = neutral(text, about)
        hidden.update(shown.hidden)
        return Said(number=number, text=shown.text)

    asked = visitor_texts(events)
    stop = _stopped_at(events, asked)
    answered = {
        event.number: event.data.text
        for event in events
        if isinstance(event.data, MessagePosted) and event.actor.kind == "agent" and event.data.text
    }
    return GapDraft(
        language=conversation.language,
        questions=tuple(said(number, text) for number, text in asked.items()),
        answers=tuple(said(number, text) for number, text in answered.items()),
        question_number=stop,
        answer_numbers=_telling(answered, stop or 0),
        topic=topic,
        hidden=tuple(sorted(hidden)),
    )


def _stopped_at(events: Sequence[Event], asked: Mapping[int, str]) -> int | None:
    """The last question before a person was called; "a person, please" is none."""
    call = max((event.number for event in events if isinstance(event.data, HandoverRequested)), default=None)
    no_wish = {
        event.data.message_number
        for event in events
        if isinstance(event.data, BotUnderstood)
        and event.data.intents
        and max(event.data.intents, key=lambda one: one.confidence).name in NO_WISH
    }
    before = [number for number in asked if call is None or number < call] or list(asked)
    return max([number for number in before if number not in no_wish] or before, default=None)


def _telling(answered: Mapping[int, str], since: int) -> tuple[int, ...]:
    """The agent's words after the question that are more than a greeting; else their last one."""
    later = {number: text for number, text in answered.items() if number > since}
    return tuple(number for number, text in later.items() if len(text) >= A_SENTENCE) or tuple(later)[-1:]


def _views(unit: UnitOfWork, found: Sequence[Gap], agent: Agent) -> list[GapView]:
    names = {account.agent.id: account.agent.name for account in unit.agents.accounts()}
    answers = unit.gaps.answers([gap.id for gap in found])
    sees_all = may(agent, Action.SETTLE_GAPS)
    return [_view(gap, answers[gap.id], names, None if sees_all else agent.id) for gap in found]


def _view(gap: Gap, answers: Sequence[ProposedAnswer], names: Mapping[str, str], only: str | None) -> GapView:
    shown = [answer for answer in answers if only in (None, answer.agent_id)]
    return GapView(
        id=gap.id,
        language=gap.language,
        question=gap.question,
        topic=gap.topic,
        state=gap.state,
        reason=gap.reason,
        article_id=gap.article_id,
        answers=tuple(
            GapAnswer(question=a.question, answer=a.answer, remark=a.remark, by=names.get(a.agent_id, ""), at=a.at)
            for a in shown
        ),
        count=len(answers),
        version=gap.version,
        made_at=gap.made_at,
        settled_at=gap.settled_at,
        settled_by=names.get(gap.settled_by) if gap.settled_by else None,
    )
