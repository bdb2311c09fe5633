"""What the log of a conversation tells an agent: wish, open questions, reasons, understanding, promises, tone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter

from handover.contract.dossier import BotStopped, MessageUnderstood, Phrase, TonePoint
from handover.contract.events import (
    BotUnderstood,
    ConversationLinked,
    CreditGranted,
    CreditProposalDecided,
    CreditProposed,
    CreditRefused,
    Event,
    FeedbackGiven,
    HandoverRequested,
    IntentGuess,
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
UNREAD_AT_MOST = 3
"""Texts since the last word of a person that are looked at together: nobody answers more than that in one message."""


def likeliest(intents: Sequence[IntentGuess]) -> IntentGuess | None:
    return max(intents, key=attrgetter("confidence"), default=None)


def says_how_they_talk(intent: str) -> bool:
    """Whether it is no wish for anything."""
    return intent in NO_WISH


def wish(events: Sequence[Event]) -> str:
    """The last thing the visitor asked the bot for, in their own words; failing that, the last thing they said."""
    asked = wish_number(events)
    return one_line(_quoted(events) if asked is None else visitor_texts(events)[asked])


def wish_number(events: Sequence[Event]) -> int | None:
    """Of the message that says what is wanted."""
    call = _last_call(events)
    texts = visitor_texts([event for event in events if call and event.number < call.number]) or visitor_texts(events)
    return max(_wishes(texts, events) or texts, default=None)


def open_questions(events: Sequence[Event]) -> dict[int, str]:
    """What a person still has to answer, by number: since the last word of one, or else what the visitor called one for."""
    last_word = max((event.number for event in events if is_agents_word(event)), default=0)
    since = {number: text for number, text in visitor_texts(events).items() if number > last_word}
    asked = _wishes(since, events) or since
    if not last_word and (wanted := wish_number(events)) is not None:
        call = _last_call(events)
        after = [number for number in asked if call and number > call.number]
        asked = {number: asked[number] for number in asked if number in {wanted, *after}}
    return dict(list(asked.items())[-UNREAD_AT_MOST:])


def _quoted(events: Sequence[Event]) -> str:
    """What a case that began as a concern of another one is about, by the visitor's words there."""
    origins = [event.data for event in events if isinstance(event.data, ConversationLinked)]
    said = [quote.text for origin in origins for quote in origin.quoted if quote.by == "visitor"]
    return said[-1] if said else ""


def one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WISH_LENGTH else line[: WISH_LENGTH - 1].rstrip() + "…"


def _wishes(texts: Mapping[int, str], events: Sequence[Event]) -> dict[int, str]:
    """Those that ask for something, as far as the bot understood."""
    meant = {
        event.data.message_number: best.name
        for event in events
        if isinstance(event.data, BotUnderstood) and (best := likeliest(event.data.intents))
    }
    return {number: text for number, text in texts.items() if meant.get(number) not in NO_WISH}


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


def understood(events: Sequence[Event], most: int | None = None) -> tuple[MessageUnderstood, ...]:
    """Each of the visitor's messages, or of the last `most`, with what the bot read in it and whether its answer helped."""
    said = {event.number: event.data.text for event in events if isinstance(event.data, MessagePosted)}
    helped = _helped(events)
    reads = [(place, event.data) for place, event in enumerate(events) if isinstance(event.data, BotUnderstood)]
    return tuple(
        MessageUnderstood(
            message_number=read.message_number,
            text=said.get(read.message_number, ""),
            intents=tuple(sorted(read.intents, key=attrgetter("confidence"), reverse=True)),
            entities=read.entities,
            slots=read.slots,
            passages=read.passages,
            search=read.search,
            helped=helped.get(place),
            milliseconds=read.milliseconds,
            aside=read.aside,
        )
        for place, read in reads[-most if most else 0 :]
    )


def unhelpful(events: Sequence[Event]) -> list[int]:
    """The visitor's messages whose answers did not help, by number."""
    reads = ((events[place].data, helps) for place, helps in sorted(_helped(events).items()))
    return [read.message_number for read, helps in reads if isinstance(read, BotUnderstood) and not helps]


def _helped(events: Sequence[Event]) -> dict[int, bool]:
    """The last verdict on each turn's answers, by the place of its `bot.understood`: they stand between it and the next one."""
    verdicts = {
        event.data.message_number: event.data.helpful for event in events if isinstance(event.data, FeedbackGiven)
    }
    found: dict[int, bool] = {}
    turn = -1
    for place, event in enumerate(events if verdicts else ()):
        if isinstance(event.data, BotUnderstood):
            turn = place
        elif event.number in verdicts and turn >= 0:
            found[turn] = verdicts[event.number]
    return found


def promises(summary: ConversationSummary, events: Sequence[Event]) -> tuple[Phrase, ...]:
    """What the visitor may hold us to: credit that was granted, a credit to be decided, a person who was called.

    A person's promise is kept once they have handed back or closed; `reason` stands only until then.
    """
    made: list[Phrase] = []
    open_call = _last_call(events) if summary.reason else None
    undecided = {proposal.decision_id for proposal in open_proposals(events)}
    for event in events:
        match event.data:
            case CreditGranted() as credit:
                params = credit.model_dump(include={"reference", "amount_cents", "currency"})
                made.append(Phrase(key="promise.credit_granted", params=params))
            case CreditProposed() as proposal if proposal.decision_id in undecided:
                made.append(
                    Phrase(key="promise.credit_decision", params=proposal.model_dump(include={"reason", "subject"}))
                )
            case HandoverRequested() if event is open_call:
                made.append(Phrase(key="promise.person_called"))
    return tuple(made)


def tone_curve(events: Sequence[Event]) -> tuple[TonePoint, ...]:
    return tuple(TonePoint(message_number=number, score=tone(text)) for number, text in visitor_texts(events).items())


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


def open_proposals(events: Sequence[Event]) -> list[CreditProposed]:
    """Nobody has decided about them yet."""
    decided = {event.data.decision_id for event in events if isinstance(event.data, CreditProposalDecided)}
    return [
        event.data
        for event in events
        if isinstance(event.data, CreditProposed) and event.data.decision_id not in decided
    ]


def untold_rejections(events: Sequence[Event]) -> list[CreditProposed]:
    """Proposals turned down since a person last wrote: the visitor cannot know of it yet."""
    last_word = max((event.number for event in events if is_agents_word(event)), default=0)
    rejected = {
        event.data.decision_id
        for event in events
        if isinstance(event.data, CreditProposalDecided) and not event.data.approved and event.number > last_word
    }
    return [
        event.data for event in events if isinstance(event.data, CreditProposed) and event.data.decision_id in rejected
    ]


def is_agents_word(event: Event) -> bool:
    """A person has said something to the visitor."""
    return event.actor.kind == "agent" and isinstance(event.data, MessagePosted)
