"""Questions: what the knowledge base says, or honestly that it does not know."""

from __future__ import annotations

import asyncio
from functools import partial

from actions import flows
from actions.turn import Turn
from handover.contract.base import Language
from handover.contract.events import PassageTried, Receipt, SearchRecord
from handover.contract.turns import BotMessage, OfferedChoice, Signal
from knowledge.search import Hit, SearchResult, Tried

MISSES_UNTIL_HANDOVER = 2


async def answer(turn: Turn) -> None:
    """Search for the message. The second question in a row without an answer goes to a human."""
    if not any(character.isalnum() for character in turn.text):
        turn.offer_human("answer.wordless", "no_answer")
        return
    ask = partial(turn.knowledge.search, previous=turn.slot("last_article"))
    result = await asyncio.to_thread(ask, turn.text, turn.language)
    if result.decision == "answer" and result.answer:
        _tell(turn, result.answer)
    elif result.decision == "choices":
        _ask_which(turn, result.choices)
    else:
        _admit(turn)
    _note(turn, passages=_tried(result.tried), search=_record(result, turn.language))


async def show_article(turn: Turn) -> None:
    """The article behind a pressed choice; it may have been taken down since."""
    article_id = turn.entity("article_id") or ""
    hit = await asyncio.to_thread(turn.knowledge.article, article_id, turn.language)
    if hit is None:
        turn.offer_human("answer.gone", "no_answer")
    else:
        _tell(turn, hit)
        _note(turn, passages=(PassageTried(article_id=hit.article_id, title=hit.title, score=1.0, used=True),))


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
    choices = tuple(
        OfferedChoice(label=hit.title, signal=Signal(name="choose_article", data={"article_id": hit.article_id}))
        for hit in hits
    )
    turn.propose(BotMessage(text=turn.wording("answer.which"), choices=(*choices, turn.human_choice("no_answer"))))


def _admit(turn: Turn) -> None:
    misses = (turn.slot("misses") or 0) + 1
    if misses < MISSES_UNTIL_HANDOVER:
        turn.offer_human("answer.unknown", "no_answer")
        turn.keep(misses=misses)
    else:
        turn.call_human("answer.unknown_again", "no_answer")


def _note(turn: Turn, **findings: tuple[PassageTried, ...] | SearchRecord) -> None:
    """What was found goes with the message that says it, for the staff's eyes."""
    turn.messages[-1] = turn.messages[-1].model_copy(update=findings)


def _tried(tried: tuple[Tried, ...]) -> tuple[PassageTried, ...]:
    return tuple(
        PassageTried(article_id=one.article_id, title=one.title, score=one.score, used=one.used) for one in tried
    )


def _record(result: SearchResult, language: Language) -> SearchRecord:
    return SearchRecord(
        decision=result.decision, confidence=result.confidence, index_version=result.version, language=language
    )
