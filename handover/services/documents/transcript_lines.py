"""A conversation as lines to be read: what was said, by whom, and what happened in between. All as the visitor may see it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, assert_never

from handover.contract.base import Actor, ActorKind, Language
from handover.contract.events import (
    BotFailed,
    Card,
    CardLine,
    ContactLeft,
    ConversationClaimed,
    ConversationClosed,
    ConversationForgotten,
    ConversationMerged,
    ConversationRated,
    ConversationReopened,
    ConversationRequeued,
    ConversationReturned,
    ConversationStarted,
    ConversationTakenOver,
    ConversationTransferred,
    CreditGranted,
    Event,
    FeedbackGiven,
    FileRef,
    HandoverRequested,
    IdentityCodeSent,
    IdentityProven,
    IdentityRefused,
    IdentityRequested,
    LanguageChanged,
    MessagePosted,
    OrderCard,
    ServiceRendered,
    TranscriptSent,
    WaitingGivenUp,
)
from handover.services.documents.transcript_words import CREDITS, FEEDBACK, SERVED, STATES, TEXTS
from handover.services.wording import day, money

_TURNS_WRITING_ROUND = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`by` with a `name`: words of somebody. Without a name: what happened, in `notes`."""

    at: datetime
    by: ActorKind
    name: str = ""
    text: str = ""
    is_markdown: bool = False
    notes: tuple[str, ...] = ()


def readable(text: str) -> str:
    """Without the characters that make a text look like another one."""
    return _TURNS_WRITING_ROUND.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def lines(events: Iterable[Event], language: Language) -> Iterator[Line]:
    """One for each event that a visitor may see. Events for the staff are left out, whatever they are asked with."""
    told = Told(language)
    for event in events:
        if event.data.audience == "all" and (line := told.line(event)):
            yield line


class Told:
    def __init__(self, language: Language) -> None:
        self._language, self._say = language, TEXTS[language]

    def line(self, event: Event) -> Line | None:
        if isinstance(event.data, MessagePosted):
            return self._said(event, event.data)
        notes = tuple(readable(note) for note in self._happened(event))
        return Line(at=event.at, by=event.actor.kind, notes=notes) if notes else None

    # --- what was said ---

    def _said(self, event: Event, message: MessagePosted) -> Line:
        by = event.actor.kind
        text = readable(message.text)
        notes = [readable(note) for note in self._beside(message)]
        if message.choice_taken:
            text, notes = "", [self._say["pressed"].format(label=text), *notes]
        name = self._name(event.actor)
        return Line(at=event.at, by=by, name=name, text=text, is_markdown=by != "visitor", notes=tuple(notes))

    def _name(self, actor: Actor) -> str:
        match actor.kind:
            case "visitor":
                return self._say["you"]
            case "agent":
                return self._say["human"].format(name=readable(actor.name or self._say["somebody"]))
            case "bot" | "system":
                return self._say["bot"]
        assert_never(actor.kind)

    def _beside(self, message: MessagePosted) -> Iterator[str]:
        for card in message.cards:
            yield from self._card(card)
        if message.receipt:
            yield self._say["source"].format(title=message.receipt.title)
        for document in message.documents:
            yield self._say["document"].format(name=document.name)
        for file in message.files:
            yield self._file(file)
        if message.choices:
            yield self._say["choices"].format(labels=" · ".join(choice.label for choice in message.choices))
        if message.masked:
            yield self._say["masked"]

    def _file(self, file: FileRef) -> str:
        return self._say["file"].format(name=file.name, size=size(file.size, self._language))

    def _card(self, card: Card) -> Iterator[str]:
        is_order = isinstance(card, OrderCard)
        state = STATES[self._language].get(card.state)
        key = f"card_{'order' if is_order else 'invoice'}{'_state' if state else ''}"
        total = money(card.total_cents, card.currency, self._language)
        on = self._day(card.ordered_on if isinstance(card, OrderCard) else card.issued_on)
        yield self._say[key].format(number=card.number, day=on, total=total, state=state)
        if isinstance(card, OrderCard):
            yield from self._delivery(card)
        elif card.due_on and card.open_cents:
            still = money(card.open_cents, card.currency, self._language)
            yield self._say["card_due"].format(day=self._day(card.due_on), open=still)
        for line in card.lines:
            yield self._card_line(line, card.currency)

    def _delivery(self, card: OrderCard) -> Iterator[str]:
        if card.delivered_on:
            yield self._say["card_delivered"].format(day=self._day(card.delivered_on))
        elif card.promised_on:
            yield self._say["card_promised"].format(day=self._day(card.promised_on))
        if card.days_late:
            yield self._say["card_late_one" if card.days_late == 1 else "card_late"].format(days=card.days_late)

    def _card_line(self, line: CardLine, currency: str) -> str:
        known = (line.quantity is not None, line.amount_cents is not None)
        key = {(True, True): "_both", (True, False): "_quantity", (False, True): "_amount", (False, False): ""}[known]
        amount = money(line.amount_cents or 0, currency, self._language)
        return self._say[f"card_line{key}"].format(text=line.text, quantity=line.quantity, amount=amount)

    def _day(self, iso: str) -> str:
        return day(date.fromisoformat(iso), self._language)

    # --- what happened ---

    def _happened(self, event: Event) -> Iterator[str]:  # noqa: C901, PLR0912, PLR0915 -- one case for each event
        """The sentences of an event; none for what only the staff sees."""
        say, name = self._say, event.actor.name or self._say["somebody"]
        match event.data:
            case ConversationStarted():
                yield say["started"]
            case LanguageChanged() as changed:
                yield say[f"language_{changed.language}"]
            case FeedbackGiven() as given:
                yield from self._feedback(given)
            case ConversationRated() as rated:
                yield say[f"rated_{rated.about}"].format(score=rated.score)
                yield from self._quoted("comment", comment=rated.comment)
            case TranscriptSent() as sent:
                yield say["transcript_sent"].format(email=sent.masked_email)
            case BotFailed():
                yield say["bot_failed"]
            case IdentityRequested():
                yield say["identity_requested"]
            case IdentityCodeSent() as code:
                yield say["code_sent"].format(email=code.masked_email)
            case IdentityRefused() as refused:
                yield say[f"refused_{refused.reason}"]
            case IdentityProven() as proven:
                yield say["proven"].format(name=proven.customer_name)
            case HandoverRequested() as called:
                yield say["called_later" if called.after_hours else "called"]
            case WaitingGivenUp() as given_up:
                yield say[f"given_up_{given_up.by}"]
            case ContactLeft() as contact:
                yield say[f"contact_{contact.kind}"].format(masked=contact.masked)
                yield from self._quoted("note", note=contact.note)
            case ConversationClaimed() as claimed:
                yield say["claimed"].format(name=claimed.agent_name)
            case ConversationRequeued():
                yield say["requeued"]
            case ConversationTransferred():
                yield say["transferred"].format(name=name)
            case ConversationTakenOver() as taken:
                yield say["taken_over"].format(name=taken.agent_name)
            case ConversationMerged():
                yield say["merged"]
            case ConversationReturned() as returned:
                yield say["returned"].format(name=name)
                yield from self._quoted("summary", summary=returned.summary)
            case ConversationClosed():
                yield say[_CLOSED.get(event.actor.kind, "closed_system")].format(name=name)
            case ConversationReopened():
                yield say["reopened"]
            case ConversationForgotten() as forgotten:
                yield say[f"forgotten_{forgotten.reason}"]
            case CreditGranted() as credit:
                yield self._credit(credit)
            case ServiceRendered() as served:
                yield from self._served(served, name)
            case _:
                return

    def _feedback(self, given: FeedbackGiven) -> Iterator[str]:
        if given.helpful:
            yield self._say["helpful"]
        elif given.reason:
            yield self._say["unhelpful_reason"].format(reason=FEEDBACK[self._language][given.reason])
        else:
            yield self._say["unhelpful"]
        yield from self._quoted("comment", comment=given.comment)

    def _credit(self, credit: CreditGranted) -> str:
        return self._say["credit"].format(
            amount=money(credit.amount_cents, credit.currency, self._language),
            subject=credit.subject,
            reason=CREDITS[self._language][credit.reason],
            reference=credit.reference,
        )

    def _served(self, served: ServiceRendered, name: str) -> Iterator[str]:
        what = SERVED[self._language].get(served.kind, served.kind)
        key = "served_about" if served.subject else "served"
        yield self._say[key].format(name=name, what=what, subject=served.subject, reference=served.reference)
        for document in served.documents:
            yield self._say["document"].format(name=document.name)

    def _quoted(self, key: Literal["comment", "note", "summary"], **values: str) -> Iterator[str]:
        if any(values.values()):
            yield self._say[key].format(**values)


_CLOSED: dict[ActorKind, str] = {"visitor": "closed_visitor", "agent": "closed_agent"}


def size(count: int, language: Language) -> str:
    """Bytes as people read them: 12 KB, 1,4 MB."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} KB"
    megabytes = f"{count / 1_000_000:.1f}"
    return f"{megabytes.replace('.', ',') if language == 'de' else megabytes} MB"
