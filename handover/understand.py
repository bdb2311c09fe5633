"""`kulanz understand`: what the bot reads in a message and what it would do.

Every message takes its way through the real worker and the real actions, for a visitor who has proven nothing.
"""

from __future__ import annotations

import math
import time
from typing import Any
from uuid import uuid4

from handover.contract.base import Language
from handover.contract.turns import TurnContext, TurnReply, TurnRequest
from handover.domain.tone import tone
from handover.services.conversations import Conversations
from handover.services.language import detect, likelier
from handover.services.ports import BotGateway, BotUnavailable

HUMAN = "talk_to_human"
FALLBACK = "nlu_fallback"
TALK = frozenset(
    {"greet", "goodbye", "thanks", "affirm", "deny", "bot_challenge", "insult", "dissatisfied", "inform", "correct"}
    | {"repeat", "undo", "small_talk"}
)
"""What is said in the course of a conversation; the bot has its way with it, and it is about no topic."""
STRANGE = frozenset({"out_of_scope", "noise", "other_language"})
"""Nothing that the bot could help with."""
NO_TOPIC = TALK | STRANGE | {FALLBACK}
SEARCH_WEIGHT, UNREAD = 10.0, 5e-4
"""Found on the development half of data/evaluation/shop: topics right German .835 -> .856, English .862 -> .871. `UNREAD`
stands for the confidence of a topic that is not among the classifier's first five."""
TOPIC_OF = {
    "my_subscription": "plans_overview",
    "my_contact_data": "change_contact_data",
    "invoice_due": "invoice_explain",
    "resume_subscription": "pause_subscription",
}
"""Wishes about one's own data, and the topic of the articles nearest to them."""


class Understanding:
    """Reads lines; the messages of one line, separated by tabs, are one conversation."""

    def __init__(self, conversations: Conversations, bot: BotGateway) -> None:
        self._conversations, self._bot = conversations, bot

    async def line(self, line: str, language: Language | None) -> dict[str, Any]:
        """What the last message of the line means; what those before it meant stands under `before`."""
        texts = line.split("\t")
        speaks = language or likelier(texts[0])
        conversation_id = self._conversations.start(speaks, None).conversation_id
        read = []
        for text in texts:
            speaks = language or detect(text) or speaks
            read.append(await self._message(conversation_id, text, speaks))
        return {**read[-1], "before": read[:-1]} if len(read) > 1 else read[-1]

    async def _message(self, conversation_id: str, text: str, language: Language) -> dict[str, Any]:
        angry = max(0.0, -tone(text))
        context = TurnContext(
            conversation_id=conversation_id,
            turn_id=uuid4().hex,
            ownership_version=1,
            language=language,
            trust="none",
            angry=angry,
        )
        began = time.perf_counter()
        try:
            reply = await self._bot.take_turn(TurnRequest(context=context, text=text))
        except BotUnavailable:
            reply = None
        milliseconds = round(1000 * (time.perf_counter() - began), 1)
        return {"text": text, "language": language, **_read(reply), "angry": angry, "milliseconds": milliseconds}


def _read(reply: TurnReply | None) -> dict[str, Any]:
    """Everything that is read from the bot's reply; a bot that fails says so, and calls it a decision for nothing."""
    if reply is None:
        nothing: dict[str, Any] = {"intent": None, "confidence": 0.0, "ranking": [], "entities": [], "topic": None}
        return {**nothing, "wants_human": False, "decision": "none", "error": "the bot gave no answer"}
    ranking = [{"intent": one.name, "confidence": round(one.confidence, 4)} for one in reply.understanding.intents]
    first = ranking[0] if ranking else {"intent": None, "confidence": 0.0}
    called = next((message.handover for message in reply.messages if message.handover), None)
    return {
        "intent": first["intent"],
        "confidence": first["confidence"],
        "ranking": ranking,
        "entities": [{"entity": one.entity, "value": one.value} for one in reply.understanding.entities],
        "topic": topic(reply),
        "article": next((message.receipt.article_id for message in reply.messages if message.receipt), None),
        "wants_human": first["intent"] == HUMAN or called == "visitor_wish",
        "decision": decision(reply),
    }


def topic(reply: TurnReply) -> str | None:
    """The topic of the articles that the message is about, from both who read it: the classifier and the search.

    score = log(confidence of the classifier) + SEARCH_WEIGHT * (likeness of the topic's best article - of the worst).
    """
    ranking = reply.understanding.intents
    if not ranking or ranking[0].name in TALK | STRANGE:
        return None
    read = {TOPIC_OF.get(one.name, one.name): one.confidence for one in ranking if one.name not in NO_TOPIC}
    found: dict[str, float] = {}
    for tried in (tried for message in reply.messages for tried in message.passages):
        for about in tried.topics[:1]:
            found[about] = max(found.get(about, 0.0), tried.score)
    worst = min(found.values(), default=0.0)
    scores = {
        about: math.log(max(read.get(about, 0.0), UNREAD)) + SEARCH_WEIGHT * (found.get(about, worst) - worst)
        for about in {**read, **found}
    }
    return max(scores, key=scores.__getitem__, default=None)


def decision(reply: TurnReply) -> str:
    """What the visitor gets: flow, answer, choices, human or none."""
    choices = {choice.signal.name for message in reply.messages for choice in message.choices}
    intent = reply.understanding.intents[0].name if reply.understanding.intents else None
    if any(message.handover for message in reply.messages):
        return "human"
    if any(message.request_identity for message in reply.messages):
        return "flow"
    if any(message.receipt for message in reply.messages):
        return "answer"
    if "choose_article" in choices:
        return "choices"
    if reply.understanding.slots.get("wish") or intent in TALK:
        return "flow"
    searched = next((message.search for message in reply.messages if message.search), None)
    return "none" if searched or intent in STRANGE else "flow"


def in_words(read: dict[str, Any]) -> str:
    """A line for people."""
    who = " · a human is wanted" if read["wants_human"] else ""
    entities = " ".join(f"{one['entity']}={one['value']}" for one in read["entities"])
    facts = f"{read['decision']} · {read['topic'] or '-'} · {read['intent']} {read['confidence']:.2f} · {entities}"
    return f"{read['text']}\n    {read['language']} · {facts.rstrip(' ·')} · angry {read['angry']:.1f}{who} · {read['milliseconds']} ms"
