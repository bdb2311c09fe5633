"""A request is decided, carried out, confirmed and told in one transaction, or nothing happens at all."""

from __future__ import annotations

import secrets
from datetime import tzinfo

from handover.contract.acting import RequestWished
from handover.contract.base import Actor
from handover.contract.events import DocumentRef, ServiceRendered, ServiceRequestMade
from handover.contract.selfservice import ServiceAnswered, ServiceRequested
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation, State
from handover.domain.selfservice import ServiceRequest
from handover.services.access import Action, require
from handover.services.bookings import REFERENCE_ALPHABET
from handover.services.documents.offering import offer
from handover.services.ports import UnitOfWork, Units
from handover.services.selfservice.kinds import Case, Kind, Plan, Refused, Unknown
from handover.services.shop_rules import ShopRules
from handover.services.steps import BOT, acting, require_owner
from handover.services.tokens import fingerprint, new_id

Asked = ServiceRequested | RequestWished


class SelfService:
    """`kinds`: every request that can be made, by its name in the contract."""

    def __init__(self, unit: Units, zone: tzinfo, kinds: dict[str, Kind], rules: ShopRules) -> None:
        self._unit, self._zone, self._kinds, self._rules = unit, zone, kinds, rules

    def ask(self, asked: ServiceRequested) -> ServiceAnswered:
        """Do what the bot was asked, or with `preview` say what would be done. Said again, it gets the first answer."""
        with self._unit(write=not asked.preview) as unit:
            conversation = _conversation(unit, asked.context.conversation_id, asked)
            current = conversation.ownership_version == asked.context.ownership_version
            if conversation.state is not State.BOT or not current:
                return ServiceAnswered(outcome="stale")
            return self._answer(unit, conversation, asked, BOT)

    def ask_for(self, agent: Agent, conversation_id: str, wished: RequestWished) -> ServiceAnswered:
        """The same for an agent who serves this customer. Raises `NotAllowed`, `StaleOwnership`."""
        require(agent, Action.ACT_FOR_CUSTOMERS)
        with self._unit(write=not wished.preview) as unit:
            conversation = _conversation(unit, conversation_id, wished)
            conversation.require_version(wished.ownership_version)
            require_owner(agent, conversation)
            answer = self._answer(unit, conversation, wished, acting(agent))
            if not wished.preview:
                _note(unit, agent, conversation, answer.reference or wished.kind)
            return answer

    def _answer(self, unit: UnitOfWork, conversation: Conversation, asked: Asked, by: Actor) -> ServiceAnswered:
        if conversation.proven_customer is None:
            return ServiceAnswered(outcome="identity_required")
        if not asked.preview:
            unit.credits.lock_customer(conversation.proven_customer)
        case = self._case(unit, conversation, conversation.proven_customer, asked)
        match self._kinds[asked.kind](case):
            case Unknown():
                return ServiceAnswered(outcome="not_found")
            case Refused(because, facts):
                return ServiceAnswered(outcome="refused", because=because, facts=facts)
            case plan:
                return self._carry_out(case, asked, plan, by)

    def _case(self, unit: UnitOfWork, conversation: Conversation, customer_id: str, asked: Asked) -> Case:
        return Case(
            unit=unit,
            conversation_id=conversation.id,
            customer_id=customer_id,
            language=conversation.language,
            subject=asked.subject.strip(),
            params=asked.params,
            zone=self._zone,
            rules=self._rules,
        )

    def _carry_out(self, case: Case, asked: Asked, plan: Plan, by: Actor) -> ServiceAnswered:
        key = fingerprint(case.customer_id, asked.kind, *plan.key)
        if known := case.unit.selfservice.request_for(key):
            return self._again(case, asked, plan, known, by)
        if asked.preview:
            return ServiceAnswered(outcome="offered", facts=plan.facts, undo_until=plan.undo_until)
        request = self._request(case, asked, plan, key)
        if plan.apply:
            plan.apply(request)
        case.unit.selfservice.add(request)
        documents = _documents(case, request, plan)
        _confirm(case, request, plan)
        _tell(case, request, by, documents)
        return ServiceAnswered(
            outcome="done",
            facts=request.facts,
            reference=request.reference,
            undo_until=request.undo_until,
            documents=documents,
        )

    @staticmethod
    def _again(case: Case, asked: Asked, plan: Plan, known: ServiceRequest, by: Actor) -> ServiceAnswered:
        """The first answer. What an agent fetches once more, the visitor gets once more."""
        documents = () if asked.preview else _documents(case, known, plan)
        if documents and by.kind == "agent":
            _tell(case, known, by, documents)
        return ServiceAnswered(
            outcome="already_done",
            facts=known.facts,
            reference=known.reference,
            undo_until=known.undo_until,
            documents=documents,
        )

    def _request(self, case: Case, asked: Asked, plan: Plan, key: str) -> ServiceRequest:
        return ServiceRequest(
            id=new_id(),
            reference=_new_reference(case.unit),
            key=key,
            customer_id=case.customer_id,
            conversation_id=case.conversation_id,
            kind=asked.kind,
            subject=case.subject,
            params=case.params,
            facts=plan.facts,
            state="open" if plan.is_open else "done",
            created_at=case.now,
            undo_until=plan.undo_until,
        )


def _note(unit: UnitOfWork, agent: Agent, conversation: Conversation, subject: str) -> None:
    """`subject`: the reference of what was done, or what was refused."""
    about = {"conversation": conversation.id, "customer": conversation.proven_customer}
    unit.audit.note(unit.now, agent.id, "conversation.act_for_customer", subject, allowed=True, **about)


def _conversation(unit: UnitOfWork, conversation_id: str, asked: Asked) -> Conversation:
    read = unit.conversations.get if asked.preview else unit.conversations.locked
    return read(conversation_id)


def _documents(case: Case, request: ServiceRequest, plan: Plan) -> tuple[DocumentRef, ...]:
    """Offered anew each time: who has lost a file, or asks in another conversation, gets it again."""
    if plan.document is None:
        return ()
    kind, subject, name = plan.document
    offered = offer(
        case.unit,
        conversation_id=case.conversation_id,
        customer_id=case.customer_id,
        language=case.language,
        kind=kind,
        subject=subject or request.reference,
        name=name,
    )
    return (offered,)


def _confirm(case: Case, request: ServiceRequest, plan: Plan) -> None:
    """In writing; a customer without a mail address finds it in the chat alone."""
    if plan.mail and (to := case.unit.customers.record(case.customer_id).email):
        case.unit.mails.add(plan.mail(request, to), case.now)


def _tell(case: Case, request: ServiceRequest, by: Actor, documents: tuple[DocumentRef, ...]) -> None:
    """The conversation's log, and through it the customer's one timeline. What the bot did its own message tells."""
    told: ServiceRequestMade | ServiceRendered
    if by.kind == "agent":
        told = ServiceRendered(
            kind=request.kind, reference=request.reference, subject=request.subject, documents=documents
        )
    else:
        told = ServiceRequestMade(
            kind=request.kind, reference=request.reference, subject=request.subject, facts=request.facts
        )
    case.unit.append(case.conversation_id, by, told)


def _new_reference(unit: UnitOfWork) -> str:
    """What the customer can name later, like `V-7K3Q9M`."""
    while True:
        reference = "V-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(6))
        if not unit.selfservice.reference_is_taken(reference):
            return reference
