"""Drafts for the agent who answers: facts of the proven customer, articles, canned answers; each with its source.

What is suggested is looked up when it is asked for: an article that was changed a moment ago is suggested as it reads now, one
that is not valid today is not. Without the search there are still facts and canned answers.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import tzinfo
from itertools import islice

from handover.contract.base import Language
from handover.contract.events import BotUnderstood, EntityFound, Event, MessagePosted
from handover.contract.passages import ArticleFound, PassagesAsked
from handover.contract.suggestions import DraftSource, Suggestion, Suggestions
from handover.domain.agent import Agent
from handover.domain.words import words
from handover.services.access import Action, require
from handover.services.fact_drafts import Asked, Reader, fact_drafts
from handover.services.ports import BotUnavailable, KeptAnswer, PassageSearch, UnitOfWork, Units
from handover.services.reading import likeliest, open_questions, says_how_they_talk
from handover.services.shop_rules import ShopRules

log = logging.getLogger(__name__)

AT_MOST = 3
READ_BACK = 300
"""Events in which open questions and what was understood of them are looked for."""
SURE = 0.5
"""Confidence of the classifier from which a message is taken to be about the customer's own things."""
TELLING = 5
"""Letters of a word from which it tells a subject: shorter ones are in every text."""
ENOUGH = 2
"""Such words that a canned answer shares with the question, unless its name has one."""


class SuggestedDrafts:
    def __init__(self, unit: Units, search: PassageSearch, zone: tzinfo, rules: ShopRules) -> None:
        self._unit, self._search, self._zone, self._rules = unit, search, zone, rules

    def of(self, agent: Agent, conversation_id: str) -> Suggestions:
        """For the newest messages that no person has answered."""
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit(write=False) as unit:
            conversation = unit.conversations.get(conversation_id)
            events = [stored.event for stored in unit.log.before(conversation_id, None, limit=READ_BACK)]
            questions = open_questions(events)
            facts: list[Suggestion] = []
            if questions and conversation.proven_customer:
                reader = Reader(
                    unit=unit,
                    customer_id=conversation.proven_customer,
                    language=conversation.language,
                    zone=self._zone,
                    rules=self._rules,
                )
                facts = list(fact_drafts(reader, _asked(questions.keys(), events)))
            canned = list(_canned(unit, agent, questions, conversation.language))
        if not questions:
            return Suggestions(message_number=None)
        articles = self._articles(questions, events, conversation.language)
        drafts = _fresh((*facts, *articles, *canned), _said_before(events))
        return Suggestions(message_number=max(questions), drafts=tuple(islice(drafts, AT_MOST)))

    def _articles(self, questions: dict[int, str], events: Sequence[Event], language: Language) -> list[Suggestion]:
        """For the newest question that the knowledge base has something to say to."""
        for number in sorted(questions, reverse=True):
            best = next((likeliest(read.intents) for read in _readings(events) if read.message_number == number), None)
            if best and says_how_they_talk(best.name):
                continue
            asked = PassagesAsked(
                text=questions[number],
                language=language,
                intent=best.name if best else "",
                confidence=best.confidence if best else 0.0,
            )
            try:
                found = self._search.find(asked)
            except BotUnavailable as error:
                log.info("no articles are suggested: %s", error)
                return []
            if found.articles:
                return [_from_article(one, found.search.confidence) for one in found.articles]
        return []


def _asked(numbers: Collection[int], events: Sequence[Event]) -> Asked:
    readings = list(_readings(events))
    about = [read for read in readings if read.message_number in numbers]
    bests = [best for read in about if (best := likeliest(read.intents))]
    return Asked(
        intents=frozenset(best.name for best in bests if best.confidence >= SURE),
        entities=_by_kind([found for read in about for found in read.entities]),
        mentioned=_by_kind([found for read in readings for found in read.entities]),
    )


def _readings(events: Sequence[Event]) -> Iterator[BotUnderstood]:
    return (event.data for event in events if isinstance(event.data, BotUnderstood))


def _by_kind(entities: Sequence[EntityFound]) -> dict[str, str]:
    return {found.entity: found.value for found in entities}


def _from_article(article: ArticleFound, confidence: float) -> Suggestion:
    return Suggestion(
        source=DraftSource(kind="article", id=article.article_id),
        title=article.title,
        text=article.text,
        language=article.language,
        confidence=min(confidence, article.score),
        version=article.version,
    )


def _canned(unit: UnitOfWork, agent: Agent, questions: dict[int, str], language: Language) -> Iterator[Suggestion]:
    """Those that share telling words with the question, the ones that share most first."""
    wanted = {word for text in questions.values() for word in words(text) if len(word) >= TELLING}
    ranked = sorted(
        ((_likeness(one, wanted), one) for one in unit.canned.listed(agent.id)), key=lambda each: each[0], reverse=True
    )
    for (in_name, shared), one in ranked:
        if in_name or shared >= ENOUGH:
            text, written = _in_language(one, language)
            yield Suggestion(source=DraftSource(kind="canned", id=one.id), title=one.name, text=text, language=written)


def _likeness(answer: KeptAnswer, wanted: set[str]) -> tuple[int, int]:
    """Words of the question in its name, and in all of it."""
    return len(words(answer.name) & wanted), len(words(f"{answer.name} {answer.text_de} {answer.text_en}") & wanted)


def _in_language(answer: KeptAnswer, language: Language) -> tuple[str, Language]:
    """The text in the customer's language, or in the only one there is."""
    texts: dict[Language, str] = {"de": answer.text_de, "en": answer.text_en}
    other: Language = "en" if language == "de" else "de"
    return (texts[language], language) if texts[language] else (texts[other], other)


def _fresh(drafts: Sequence[Suggestion], told: frozenset[str]) -> Iterator[Suggestion]:
    """Without what the visitor has read already, and nothing twice: it would help nobody."""
    seen = set(told)
    for draft in drafts:
        if (plain := " ".join(draft.text.split())) not in seen:
            seen.add(plain)
            yield draft


def _said_before(events: Sequence[Event]) -> frozenset[str]:
    return frozenset(
        " ".join(event.data.text.split())
        for event in events
        if isinstance(event.data, MessagePosted) and event.actor.kind != "visitor"
    )
