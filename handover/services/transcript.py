"""The conversation to keep: as a file for whoever holds its secret, and by mail to nobody but the proven customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from handover.contract.base import Actor, Language
from handover.contract.events import Event, TranscriptSent
from handover.contract.frames import ConversationSummary, MailTranscript
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation
from handover.domain.customer import Customer
from handover.domain.errors import IdentityRequired, NoAddress, TooMany
from handover.services.access import Action, require
from handover.services.documents import transcript
from handover.services.documents.letterhead import Letterhead
from handover.services.documents.render import File
from handover.services.identity import masked_email
from handover.services.logs import CATCH_UP
from handover.services.ports import UnitOfWork, Units
from handover.services.steps import VISITOR, acting, once

MAILS = 3
"""Transcripts by mail of one conversation, whoever asks for them, within this time."""
MAILS_WITHIN = timedelta(hours=1)


class Transcripts:
    def __init__(self, unit: Units, letterhead: Letterhead) -> None:
        self._unit, self._letterhead = unit, letterhead

    def file(self, conversation_id: str, language: Language) -> File:
        """All that its visitor may see, in the words of a language; what was said stays as it was said."""
        with self._unit(write=False) as unit:
            return transcript.html(_public(unit, conversation_id), language, self._letterhead, unit.now)

    def mail(self, conversation_id: str, frame: MailTranscript) -> int:
        """Raises `IdentityRequired`, `NoAddress`, and `TooMany` beyond `MAILS` an hour."""
        return once(
            self._unit,
            conversation_id,
            frame.client_id,
            (frame.type,),
            lambda unit, conversation: self._mail(unit, conversation, VISITOR),
        )

    def mail_for(self, agent: Agent, conversation_id: str) -> ConversationSummary:
        """At the customer's wish, on the telephone for instance: the same address and the same limit as for themselves."""
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            self._mail(unit, unit.conversations.locked(conversation_id), acting(agent))
            return unit.conversations.summary(conversation_id)

    def _mail(self, unit: UnitOfWork, conversation: Conversation, by: Actor) -> int:
        if conversation.proven_customer is None:
            raise IdentityRequired("Only a proven customer gets the transcript by mail.")
        to = _address(unit.customers.record(conversation.proven_customer))
        _require_patience(unit, conversation.id)
        said = _public(unit, conversation.id)
        unit.mails.add(transcript.mail(said, conversation.language, self._letterhead, unit.now, to), unit.now)
        return unit.append(conversation.id, by, TranscriptSent(masked_email=masked_email(to))).number


def _address(customer: Customer) -> str:
    """The address proven last; of somebody the shop vouches for by number the one in their account."""
    proven = [
        (identity.proven_at, identity.value)
        for identity in customer.identities
        if identity.kind == "email" and identity.trust in ("code", "login") and identity.proven_at
    ]
    address = max(proven)[1] if proven else customer.email
    if address is None:
        raise NoAddress("There is no mail address in this account.")
    return address


def _require_patience(unit: UnitOfWork, conversation_id: str) -> None:
    sent = unit.log.of_types(conversation_id, {"transcript.sent"}, limit=MAILS)
    free_at = sent[0].at + MAILS_WITHIN if len(sent) == MAILS else unit.now
    if free_at > unit.now:
        seconds = int((free_at - unit.now).total_seconds()) + 1
        raise TooMany("The transcript was sent often enough for now.", retry_seconds=seconds)


def _public(unit: UnitOfWork, conversation_id: str) -> Iterator[Event]:
    """The whole log as the visitor may see it, page by page."""
    number = 0
    while page := unit.log.after(conversation_id, number, public=True, limit=CATCH_UP):
        yield from (event for stored in page if (event := stored.public))
        number = page[-1].event.number
