"""Proof of identity by a code sent by mail.

An address that nobody has gets the same answers, the same limits and no mail. Neither address nor code is ever
written to the transcript or sent to the bot.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Literal, NamedTuple

from handover.contract.events import IdentityCodeSent, IdentityProven, IdentityRefused, IdentityRequested
from handover.contract.frames import ConversationSummary, Identify, IdentifyToken, Prove
from handover.contract.turns import Signal
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation, State
from handover.domain.errors import Conflict, OtherCustomer
from handover.services.agents import normal_email
from handover.services.ports import Challenge, UnitOfWork, Units
from handover.services.signed_identity import Signatures
from handover.services.steps import SYSTEM, VISITOR, acting, once, require_owner
from handover.services.texts import code_mail
from handover.services.tokens import fingerprint, new_id, new_secret

CODE_LIFE = timedelta(minutes=10)
TRIES = 3
LIMIT_WINDOW = timedelta(hours=1)
CODES_PER_CONVERSATION = 3
CODES_PER_CUSTOMER = 10
"""Beyond it nothing is sent, silently: nobody can fill a customer's mailbox or learn that the address is known."""
_EMAIL_IN_TEXT = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,180}\.[\w-]{2,}")
_CODE_IN_TEXT = re.compile(r"(?<![\d-])\d{3}[ -]?\d{3}(?![\d-])")
MASKED_CODE = "••••••"


class Identities:
    def __init__(self, unit: Units, signatures: Signatures) -> None:
        self._unit, self._signatures = unit, signatures

    def request_code(self, conversation_id: str, frame: Identify) -> int:
        """Send a code if the address is known. Answers alike if it is not."""
        return once(
            self._unit,
            conversation_id,
            frame.client_id,
            (frame.type, frame.email),
            lambda unit, conversation: ask_for_code(unit, conversation, frame.email),
        )

    def ask_for_proof(self, agent: Agent, conversation_id: str, *, ownership_version: int) -> ConversationSummary:
        """Open the form at the visitor's, whom the agent serves; one that is open already stays as it is.

        Raises `NotAllowed`, `StaleOwnership`, and `Conflict` if they have proven who they are.
        """
        with self._unit() as unit:
            conversation = unit.conversations.locked(conversation_id)
            conversation.require_version(ownership_version)
            require_owner(agent, conversation)
            _require_unproven(conversation)
            if unit.conversations.view(conversation_id).identity_step is None:
                unit.append(conversation_id, acting(agent), IdentityRequested())
            return unit.conversations.summary(conversation_id)

    def prove(self, conversation_id: str, frame: Prove, next_token: str | None = None) -> int:
        """Check a code. What is wrong with it is told by an event, and counts. `next_token`: see `Hello`."""
        return once(
            self._unit,
            conversation_id,
            frame.client_id,
            (frame.type, frame.code),
            lambda unit, conversation: check_code(unit, conversation, frame.code, next_token),
        )

    def sign_in(self, conversation_id: str, frame: IdentifyToken, next_token: str | None = None) -> int:
        """Believe the website that the visitor is logged in there. `next_token`: see `Hello`.

        Raises `TokenRefused`, and `OtherCustomer` if the conversation is somebody else's already.
        """
        return once(
            self._unit,
            conversation_id,
            frame.client_id,
            (frame.type, frame.token),
            lambda unit, conversation: sign_in(unit, conversation, self._signatures, frame.token, next_token),
        )

    def by_token(self, token: str) -> Callable[[UnitOfWork, Conversation, str], int]:
        """How a conversation begins whose visitor is logged in at the website: see `Conversations.start`."""

        def believe(unit: UnitOfWork, conversation: Conversation, secret: str) -> int:
            return sign_in(unit, conversation, self._signatures, token, secret)

        return believe

    def is_signed_in(self, conversation_id: str) -> bool:
        with self._unit(write=False) as unit:
            return unit.conversations.get(conversation_id).trust == "login"


class FormInput(NamedTuple):
    """What a visitor typed into the chat though it belongs in the form. `masked`: their text without it."""

    kind: Literal["email", "code"]
    value: str
    masked: str


def masked_email(address: str) -> str:
    """Enough for whoever typed it to notice a slip, too little for a transcript to give it away."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••@{domain[:1]}•••.{domain.rpartition('.')[2]}"


def form_input(step: Literal["email", "code"] | None, text: str) -> FormInput | None:
    """What a text holds for the form that is open: one address at either step, one code once one is out."""
    if step is not None and (address := _only(_EMAIL_IN_TEXT, text)):
        return FormInput("email", address, text.replace(address, masked_email(address)))
    if step == "code" and (code := _only(_CODE_IN_TEXT, text)):
        return FormInput("code", code, text.replace(code, MASKED_CODE))
    return None


def _only(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.findall(text)
    return found[0] if len(found) == 1 else None


def take_form_input(unit: UnitOfWork, conversation: Conversation, given: FormInput, next_token: str | None) -> int:
    if given.kind == "email":
        return ask_for_code(unit, conversation, given.value)
    return check_code(unit, conversation, given.value, next_token)


def ask_for_code(unit: UnitOfWork, conversation: Conversation, email: str) -> int:
    address = normal_email(email)
    _require_unproven(conversation)
    if unit.challenges.asked_since(conversation.id, unit.now - LIMIT_WINDOW) >= CODES_PER_CONVERSATION:
        return _refuse(unit, conversation, "too_many_codes")
    found = unit.customers.find_by_email(address)
    code = f"{secrets.randbelow(1_000_000):06d}"
    if found and unit.challenges.sent_since(found.customer_id, unit.now - LIMIT_WINDOW) >= CODES_PER_CUSTOMER:
        found = None  # or codes nobody was sent could be guessed, in as many conversations as it takes
    if found:
        unit.mails.add(code_mail(conversation.language, address, code, CODE_LIFE // timedelta(minutes=1)), unit.now)
    challenge = Challenge(
        id=new_id(),
        conversation_id=conversation.id,
        customer_id=found and found.customer_id,
        identity_id=found and found.identity_id,
        code_hash="",
        tries_left=TRIES,
        created_at=unit.now,
        expires_at=unit.now + CODE_LIFE,
    )
    unit.challenges.end_open(conversation.id, unit.now)
    unit.challenges.add(challenge._replace(code_hash=fingerprint(challenge.id, code)))
    sent = IdentityCodeSent(masked_email=masked_email(address), expires_at=challenge.expires_at)
    return unit.append(conversation.id, SYSTEM, sent).number


def check_code(unit: UnitOfWork, conversation: Conversation, code: str, next_token: str | None) -> int:
    _require_unproven(conversation)
    challenge = unit.challenges.open_one(conversation.id)
    if challenge is None or challenge.expires_at <= unit.now:
        unit.challenges.end_open(conversation.id, unit.now)
        return _refuse(unit, conversation, "expired")
    digits = re.sub(r"\D", "", code)
    is_right = hmac.compare_digest(challenge.code_hash, fingerprint(challenge.id, digits))
    if challenge.customer_id is None or challenge.identity_id is None or not is_right:
        return _count_wrong_code(unit, conversation, challenge)
    unit.challenges.end_open(conversation.id, unit.now)
    unit.customers.prove_identity(challenge.identity_id, "code", unit.now)
    unit.conversations.renew_token(conversation.id, fingerprint(next_token or new_secret()))
    return _believe(unit, conversation, challenge.customer_id, "code", is_awaited=True)


def sign_in(
    unit: UnitOfWork, conversation: Conversation, signatures: Signatures, token: str, next_token: str | None
) -> int:
    signed = signatures.customer_of(unit, token)
    known = conversation.proven_customer
    if known not in (None, signed.customer_id):
        raise OtherCustomer("This conversation is somebody else's.")
    if conversation.trust == "login":
        return conversation.last_number
    if signed.identity_id:
        unit.customers.prove_identity(signed.identity_id, "login", unit.now)
    is_awaited = unit.conversations.view(conversation.id).identity_step is not None
    unit.challenges.end_open(conversation.id, unit.now)
    if known is None:
        unit.conversations.renew_token(conversation.id, fingerprint(next_token or new_secret()))
    return _believe(unit, conversation, signed.customer_id, "login", is_awaited=is_awaited)


def _believe(
    unit: UnitOfWork, conversation: Conversation, customer_id: str, trust: Literal["code", "login"], *, is_awaited: bool
) -> int:
    """From here on the conversation is worth stealing, so its secret is another one.

    `is_awaited`: the bot has asked who they are, and goes on with what it was about.
    """
    unit.conversations.save(conversation, replace(conversation, customer_id=customer_id, trust=trust))
    name = unit.customers.record(customer_id).name
    proven = IdentityProven(trust=trust, customer_id=customer_id, customer_name=name)
    number = unit.append(conversation.id, VISITOR, proven).number
    if is_awaited and conversation.state is State.BOT:
        unit.turns.add_signal(conversation.id, number, Signal(name="identity_proven"))
    return number


def _count_wrong_code(unit: UnitOfWork, conversation: Conversation, challenge: Challenge) -> int:
    tries_left = challenge.tries_left - 1
    if tries_left == 0:
        unit.challenges.end_open(conversation.id, unit.now)
        return _refuse(unit, conversation, "too_many_tries")
    unit.challenges.set_tries(challenge.id, tries_left)
    return _refuse(unit, conversation, "wrong_code", tries_left)


def _refuse(
    unit: UnitOfWork,
    conversation: Conversation,
    reason: Literal["wrong_code", "expired", "too_many_tries", "too_many_codes"],
    tries_left: int = 0,
) -> int:
    return unit.append(conversation.id, SYSTEM, IdentityRefused(reason=reason, tries_left=tries_left)).number


def _require_unproven(conversation: Conversation) -> None:
    if conversation.proven_customer:
        raise Conflict("The identity is proven already.")
