"""What the log of a conversation tells an agent: wish, reasons, understanding, promises, tone, next steps."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from handover.contract.dossier import BotStopped, MessageUnderstood, OutageView, Phrase, TonePoint
from handover.contract.events import (
    BotUnderstood,
    CreditGranted,
    CreditProposalDecided,
    CreditProposed,
    CreditRefused,
    Event,
    FeedbackGiven,
    HandoverRequested,
    MessagePosted,
)
from handover.contract.frames import ConversationSummary
from handover.domain.tone import tone

WISH_LENGTH = 160
NO_WISH = frozenset(
    {
        "greet",
        "goodbye",
        "thanks",
        "affirm",
        "deny",
        "bot_challenge",
        "insult",
        "dissatisfied",
        "small_talk",
        "noise",
        "other_language",
        "out_of_scope",
        "correct",
        "repeat",
        "undo",
        "talk_to_human",
    }
)
"""Intents that say how somebody talks, not what they want."""
STILL_UPSET = -0.4


def wish(events: Sequence[Event]) -> str:
    """The last thing the visitor asked the bot for, in their own words; failing that, the last thing they said."""
    call = _last_call(events)
    texts = visitor_texts([event for event in events if call and event.number < call.number]) or visitor_texts(events)
    meant = {
        event.data.message_number: max(event.data.intents, key=attrgetter("confidence")).name
        for event in events
        if isinstance(event.data, BotUnderstood) and event.data.intents
    }
    asked = [text for number, text in texts.items() if meant.get(number) not in NO_WISH]
    chosen = (asked or list(texts.values()) or [""])[-1]
    line = " ".join(chosen.split())
    return line if len(line) <= WISH_LENGTH else line[: WISH_LENGTH - 1].rstrip() + "…"


def stopped(events: Sequence[Event]) -> BotStopped | None:
    """The last call for a person, with the message and the credit rule before it."""
    call = _last_call(events)
    if call is None or not isinstance(call.data, HandoverRequested):
        return None
    before = [event for event in events if event.number < call.number]
    rules = [event.data.because for event in before if isinstance(event.data, CreditProposed | CreditRefused)]
    about_credit = call.data.reason.startswith("credit_")
    return BotStopped(
        reason=call.data.reason,
        at=call.at,
        message_number=max(visitor_texts(before), default=None),
        because=rules[-1] if about_credit and rules else None,
    )


def understood(events: Sequence[Event]) -> tuple[MessageUnderstood, ...]:
    """Each of the visitor's messages with what the bot read in it and whether its answer helped."""
    said = {event.number: event.data.text for event in events if isinstance(event.data, MessagePosted)}
    return tuple(
        MessageUnderstood(
            message_number=read.message_number,
            text=said.get(read.message_number, ""),
            intents=tuple(sorted(read.intents, key=attrgetter("confidence"), reverse=True)),
            entities=read.entities,
            slots=read.slots,
            passages=read.passages,
            search=read.search,
            helped=_helped(events, place),
            milliseconds=read.milliseconds,
        )
        for place, event in enumerate(events)
        if isinstance(read := event.data, BotUnderstood)
    )


def _helped(events: Sequence[Event], place: int) -> bool | None:
    """Feedback on the answers of one turn: they stand between its `bot.understood` and the next one."""
    answers: set[int] = set()
    for event in events[place + 1 :]:
        if isinstance(event.data, BotUnderstood):
            break
        answers.add(event.number)
    verdicts = [
        event.data.helpful
        for event in events
        if isinstance(event.data, FeedbackGiven) and event.data.message_number in answers
    ]
    return verdicts[-1] if verdicts else None


def promises(summary: ConversationSummary, events: Sequence[Event]) -> tuple[Phrase, ...]:
    """What the visitor may hold us to: credit that was granted, a credit to be decided, a person who was called.

    A person's promise is kept once they have handed back or closed; `reason` stands only until then.
    """
    made: list[Phrase] = []
    open_call = _last_call(events) if summary.reason else None
    open_proposals = {proposal.decision_id for proposal in _open_proposals(events)}
    for event in events:
        match event.data:
            case CreditGranted() as credit:
                params = credit.model_dump(include={"reference", "amount_cents", "currency"})
                made.append(Phrase(key="promise.credit_granted", params=params))
            case CreditProposed() as proposal if proposal.decision_id in open_proposals:
                made.append(
                    Phrase(key="promise.credit_decision", params=proposal.model_dump(include={"reason", "subject"}))
                )
            case HandoverRequested() if event is open_call:
                made.append(Phrase(key="promise.person_called"))
    return tuple(made)


def tone_curve(events: Sequence[Event]) -> tuple[TonePoint, ...]:
    return tuple(TonePoint(message_number=number, score=tone(text)) for number, text in visitor_texts(events).items())


def next_steps(
    summary: ConversationSummary, events: Sequence[Event], outages: Sequence[OutageView]
) -> tuple[Phrase, ...]:
    """What to do first, the most urgent first; nothing that is done already."""
    steps: list[Phrase] = []
    if any(tone(text) <= STILL_UPSET for text in list(visitor_texts(events).values())[-1:]):
        steps.append(Phrase(key="step.calm_down"))
    for proposal in _open_proposals(events):
        params = proposal.model_dump(include={"decision_id", "amount_cents", "currency", "reason", "subject"})
        steps.append(Phrase(key="step.decide_proposal", params=params))
    steps += [
        Phrase(key="step.tell_rejection", params={"reason": proposal.reason, "subject": proposal.subject})
        for proposal in _untold_rejections(events)
    ]
    if summary.trust not in ("code", "login"):
        steps.append(Phrase(key="step.prove_identity"))
    steps += [Phrase(key="step.look_at_order", params={"order_number": number}) for number in _orders_named(events)]
    steps += [
        Phrase(key="step.mention_outage", params={"service": outage.service})
        for outage in outages
        if outage.ended_at is None
    ]
    steps += [
        Phrase(key="step.answer_question", params={"message_number": read.message_number})
        for read in understood(events)
        if read.helped is False
    ]
    return tuple(steps) or (Phrase(key="step.answer_wish"),)


def visitor_texts(events: Sequence[Event]) -> dict[int, str]:
    """What the visitor typed, by number; no pressed buttons, no mere files, nothing masked."""
    return {
        event.number: event.data.text
        for event in events
        if isinstance(event.data, MessagePosted)
        and event.actor.kind == "visitor"
        and event.data.text
        and not event.data.choice_taken
        and not event.data.masked
    }


def _last_call(events: Sequence[Event]) -> Event | None:
    return next((event for event in reversed(events) if isinstance(event.data, HandoverRequested)), None)


def _open_proposals(events: Sequence[Event]) -> list[CreditProposed]:
    decided = {event.data.decision_id for event in events if isinstance(event.data, CreditProposalDecided)}
    return [
        event.data
        for event in events
        if isinstance(event.data, CreditProposed) and event.data.decision_id not in decided
    ]


def _untold_rejections(events: Sequence[Event]) -> list[CreditProposed]:
    """Proposals turned down since a person last wrote: the visitor cannot know of it yet."""
    last_word = max((event.number for event in events if _is_agents_word(event)), default=0)
    rejected = {
        event.data.decision_id
        for event in events
        if isinstance(event.data, CreditProposalDecided) and not event.data.approved and event.number > last_word
    }
    return [
        event.data for event in events if isinstance(event.data, CreditProposed) and event.data.decision_id in rejected
    ]


def _is_agents_word(event: Event) -> bool:
    return event.actor.kind == "agent" and isinstance(event.data, MessagePosted)


def _orders_named(events: Sequence[Event]) -> list[str]:
    named = [
        found.value
        for event in events
        if isinstance(event.data, BotUnderstood)
        for found in event.data.entities
        if found.entity == "order_number"
    ]
    return list(dict.fromkeys(named))
