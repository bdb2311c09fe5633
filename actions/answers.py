"""Questions: what the knowledge base says, or honestly that it does not know."""

from __future__ import annotations

import asyncio

from actions.turn import Turn
from handover.contract.events import PassageTried, Receipt
from handover.contract.turns import BotMessage, OfferedChoice, Signal
from knowledge.search import Hit, Tried

MISSES_UNTIL_HANDOVER = 2


async def answer(turn: Turn) -> None:
    """Search for the message. The second question in a row without an answer goes to a human."""
    if not any(character.isalnum() for character in turn.text):
        turn.offer_human("answer.wordless", "no_answer")
        return
    result = await asyncio.to_thread(turn.knowledge.search, turn.text, turn.language)
    tried = _tried(result.tried)
    if result.verdict == "answer" and result.answer:
        turn.propose(article_message(result.answer, tried))
    elif result.verdict == "ask_back":
        turn.propose(_which_article(turn, result.choices, tried))
    else:
        _admit(turn, tried)


async def show_article(turn: Turn) -> None:
    """The article behind a pressed choice; it may have been taken down since."""
    article_id = turn.entity("article_id") or ""
    hit = await asyncio.to_thread(turn.knowledge.article, article_id, turn.language)
    if hit is None:
        turn.offer_human("answer.gone", "no_answer")
    else:
        turn.propose(
            article_message(hit, (PassageTried(article_id=hit.article_id, title=hit.title, score=1.0, used=True),))
        )


def article_message(hit: Hit, tried: tuple[PassageTried, ...]) -> BotMessage:
    """The article's own text, with its receipt."""
    receipt = Receipt(
        article_id=hit.article_id,
        language=hit.language,
        title=hit.title,
        version=hit.version,
        passage=hit.passage,
        score=hit.score,
    )
    return BotMessage(text=hit.text, receipt=receipt, wants_feedback=True, passages=tried)


def _which_article(turn: Turn, hits: tuple[Hit, ...], tried: tuple[PassageTried, ...]) -> BotMessage:
    choices = tuple(
        OfferedChoice(label=hit.title, signal=Signal(name="choose_article", data={"article_id": hit.article_id}))
        for hit in hits
    )
    return BotMessage(
        text=turn.wording("answer.which"), choices=(*choices, turn.human_choice("no_answer")), passages=tried
    )


def _admit(turn: Turn, tried: tuple[PassageTried, ...]) -> None:
    misses = (turn.slot("misses") or 0) + 1
    if misses < MISSES_UNTIL_HANDOVER:
        turn.offer_human("answer.unknown", "no_answer")
        turn.keep(misses=misses)
    else:
        turn.call_human("answer.unknown_again", "no_answer")
    turn.messages[-1] = turn.messages[-1].model_copy(update={"passages": tried})


def _tried(tried: tuple[Tried, ...]) -> tuple[PassageTried, ...]:
    return tuple(
        PassageTried(article_id=one.article_id, title=one.title, score=one.score, used=one.used) for one in tried
    )
