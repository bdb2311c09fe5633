"""Questions: what the knowledge base says, or honestly that it does not know."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import NamedTuple

from actions import flows, smalltalk
from actions.turn import Knowledge, Turn
from handover.contract.base import Language
from handover.contract.events import PassageTried, Receipt, SearchRecord
from handover.contract.passages import ArticleFound, PassagesAsked, PassagesFound
from handover.contract.turns import BotMessage, OfferedChoice, Signal
from knowledge.search import Decision, Hit, SearchResult, Tried

MISSES_UNTIL_HANDOVER = 2
SURE_OF_CHOICE, SURE_OF_TOPIC = 0.95, 0.97
"""Confidence of the classifier from which its topic decides between the search's choices, or where it found none. On the
development half 92 % of the answers it adds are right; from .7 on it would be 86 %."""


class Question(NamedTuple):
    """A text, and what the classifier took it for."""

    text: str
    language: Language
    intent: str
    confidence: float
    previous: str | None = None
    """Id of the article that the last answer came from."""


class Looked(NamedTuple):
    """What the search came to, and the one article that answers, if one does."""

    result: SearchResult
    found: Hit | None

    @property
    def decision(self) -> Decision:
        return "answer" if self.found else self.result.decision


async def answer(turn: Turn) -> None:
    """Search for the message. The second question in a row without an answer goes to a human."""
    if smalltalk.meet_oddity(turn):
        return
    question = Question(turn.text, turn.language, turn.intent, turn.confidence, turn.slot("last_article"))
    looked = await look_up(turn.knowledge, question)
    result, found = looked
    if found and _is_repeated(turn, found):
        turn.offer_human("answer.again", "no_answer")
    elif found:
        _tell(turn, found)
        turn.keep(last_question=_asked(turn, found))
    elif result.decision == "choices":
        _ask_which(turn, result.choices)
    else:
        _admit(turn)
    _note(turn, passages=_tried(result.tried, found), search=_record(looked, turn.language))


async def passages_for(knowledge: Knowledge, asked: PassagesAsked) -> PassagesFound:
    """What the bot would say to a text, for a person who answers it."""
    looked = await look_up(knowledge, Question(asked.text, asked.language, asked.intent, asked.confidence))
    said = (looked.found,) if looked.found else looked.result.choices
    return PassagesFound(
        search=_record(looked, asked.language),
        passages=_tried(looked.result.tried, looked.found),
        articles=tuple(_article(hit) for hit in said),
    )


async def look_up(knowledge: Knowledge, question: Question) -> Looked:
    """The search, and where it hesitates the classifier's second opinion."""
    ask = partial(knowledge.search, previous=question.previous)
    result = await asyncio.to_thread(ask, question.text, question.language)
    return Looked(result, result.answer or await _second_opinion(knowledge, question, result))


async def _second_opinion(knowledge: Knowledge, question: Question, result: SearchResult) -> Hit | None:
    """Where the search hesitates, the classifier may be sure of the topic: then its likeliest article answers."""
    sure_enough = SURE_OF_CHOICE if result.decision == "choices" else SURE_OF_TOPIC
    if question.confidence < sure_enough:
        return None
    about = next((one for one in result.tried if question.intent in one.topics), None)
    return await asyncio.to_thread(knowledge.article, about.article_id, question.language) if about else None


def _is_repeated(turn: Turn, found: Hit) -> bool:
    """The same question again, and the same answer: it did not help."""
    same = _asked(turn, found) == turn.slot("last_question")
    return bool(same and found.article_id == turn.slot("last_article"))


def _asked(turn: Turn, found: Hit) -> str:
    """The question in plain words, and the version that answered it: what was edited since is a new answer."""
    return " ".join(re.findall(r"\w+", turn.text.casefold()))[:200] + f" @{found.version}"


async def show_article(turn: Turn) -> None:
    """The article behind a pressed choice; it may have been taken down since."""
    article_id = turn.entity("article_id") or ""
    hit = await asyncio.to_thread(turn.knowledge.article, article_id, turn.language)
    if hit is None:
        turn.offer_human("answer.gone", "no_answer")
    else:
        _tell(turn, hit)
        used = PassageTried(article_id=hit.article_id, title=hit.title, score=1.0, used=True, topics=hit.topics)
        _note(turn, passages=(used,))


def _tell(turn: Turn, hit: Hit) -> None:
    """The article's own text with its receipt and buttons. A follow-up question may build on it."""
    if hit.language != turn.language:
        turn.say("answer.other_language")
    receipt = Receipt(
        article_id=hit.article_id,
        language=hit.language,
        title=hit.title,
        version=hit.version,
        passage=hit.passage,
        score=hit.score,
    )
    turn.propose(
        BotMessage(text=hit.text, choices=flows.buttons(turn, hit.buttons), receipt=receipt, wants_feedback=True)
    )
    turn.keep(last_article=hit.article_id)


def _ask_which(turn: Turn, hits: tuple[Hit, ...]) -> None:
    """Offer the articles and a person; an article titled as the button to a person would stand there twice."""
    human = turn.human_choice("no_answer")
    choices = tuple(
        OfferedChoice(label=hit.title, signal=Signal(name="choose_article", data={"article_id": hit.article_id}))
        for hit in hits
        if hit.title != human.label
    )
    turn.propose(BotMessage(text=turn.wording("answer.which"), choices=(*choices, human)))


def _admit(turn: Turn) -> None:
    misses = (turn.slot("misses") or 0) + 1
    if misses < MISSES_UNTIL_HANDOVER:
        turn.offer_human("odd.too_long" if smalltalk.is_too_long(turn.text) else "answer.unknown", "no_answer")
        turn.keep(misses=misses)
    else:
        turn.call_human("answer.unknown_again", "no_answer")


def _note(turn: Turn, **findings: tuple[PassageTried, ...] | SearchRecord) -> None:
    """What was found goes with the message that says it, for the staff's eyes."""
    turn.messages[-1] = turn.messages[-1].model_copy(update=findings)


def _tried(tried: tuple[Tried, ...], found: Hit | None) -> tuple[PassageTried, ...]:
    return tuple(
        PassageTried(
            article_id=one.article_id,
            title=one.title,
            score=one.score,
            used=one.used or bool(found and found.article_id == one.article_id),
            topics=one.topics,
        )
        for one in tried
    )


def _record(looked: Looked, language: Language) -> SearchRecord:
    result = looked.result
    return SearchRecord(
        decision=looked.decision, confidence=result.confidence, index_version=result.version, language=language
    )


def _article(hit: Hit) -> ArticleFound:
    return ArticleFound(
        article_id=hit.article_id,
        language=hit.language,
        title=hit.title,
        text=hit.text,
        version=hit.version,
        passage=hit.passage,
        score=hit.score,
        topics=hit.topics,
    )
