"""What an agent could do next: three steps at most, each with what it comes from and a way to begin it.

A step is a fact that calls for something: an open proposal, a late order, a question without an answer. Nothing that is
done already, and until the conversation is over never nothing at all: what is left is to answer the question that is
open, or to wait for the visitor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handover.contract.dossier import NextStep, OutageView, Phrase, StepAct
from handover.contract.events import BotUnderstood, Event, PassageTried
from handover.contract.frames import ConversationSummary
from handover.contract.turns import OrderView
from handover.domain.tone import tone
from handover.services.reading import (
    is_agents_word,
    one_line,
    open_proposals,
    open_questions,
    unhelpful,
    untold_rejections,
    visitor_texts,
    wish,
)

AT_MOST = 3
STILL_UPSET = -0.4
PROVEN = ("code", "login")
ANSWER = "step.answer_open"
ANSWERS = frozenset({"step.answer_from_article", "step.answer_question"})
"""Steps that answer the open question already."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the steps are read from."""

    summary: ConversationSummary
    events: Sequence[Event]
    orders: Sequence[OrderView] = ()
    outages: Sequence[OutageView] = ()


def next_steps(case: Case) -> tuple[NextStep, ...]:
    """The most urgent first. Once the conversation is over only money is still to be decided."""
    if case.summary.state == "closed":
        return tuple(_money(case))[:AT_MOST]
    found = [*_money(case), *_mood(case), *_contact(case), *_answers(case), *_identity(case), *_facts(case)]
    rest = _what_is_left(case)
    if not found or (rest.key == ANSWER and not any(step.key in ANSWERS for step in found)):
        found.append(rest)
    return tuple(found[:AT_MOST])


def _money(case: Case) -> Iterator[NextStep]:
    """A decision that the visitor waits for, or does not know of yet."""
    for proposal in open_proposals(case.events):
        yield NextStep(
            key="step.decide_proposal",
            params=proposal.model_dump(include={"decision_id", "amount_cents", "currency", "reason", "subject"}),
            because=Phrase(key="why.policy", params={"rule": proposal.because}),
            act=StepAct(kind="section", target=f"proposal#{proposal.decision_id}"),
        )
    for proposal in untold_rejections(case.events):
        yield NextStep(
            key="step.tell_rejection",
            params={"reason": proposal.reason, "subject": proposal.subject},
            because=Phrase(key="why.rejected"),
            act=StepAct(kind="section", target="credits"),
        )


def _mood(case: Case) -> Iterator[NextStep]:
    texts = visitor_texts(case.events)
    last = max(texts, default=None)
    if last is not None and last in open_questions(case.events) and tone(texts[last]) <= STILL_UPSET:
        yield NextStep(key="step.calm_down", because=_message("why.tone", last), act=_jump(last))


def _contact(case: Case) -> Iterator[NextStep]:
    if case.summary.contact is not None:
        yield NextStep(
            key=f"step.contact.{case.summary.contact}",
            because=Phrase(key="why.contact"),
            act=StepAct(kind="section", target="contact"),
        )


def _answers(case: Case) -> Iterator[NextStep]:
    """The open question where an article answers it, and an answer of the bot's that did not help."""
    for number in reversed(open_questions(case.events)):
        if passage := _passage_for(number, case.events):
            yield NextStep(
                key="step.answer_from_article",
                params={"title": passage.title},
                because=_message("why.article", number),
                act=StepAct(kind="draft", target=passage.article_id),
            )
            break
    if not any(is_agents_word(event) for event in case.events):
        for number in unhelpful(case.events):
            yield NextStep(key="step.answer_question", because=_message("why.unhelpful", number), act=_jump(number))


def _identity(case: Case) -> Iterator[NextStep]:
    """Only where something of the customer's own is asked for, or nobody knows yet what is."""
    if case.summary.trust in PROVEN:
        return
    named = _orders_named(case.events)
    if named:
        number, message = named[-1]
        because = Phrase(key="why.order_unproven", params={"order_number": number, "message_number": message})
    elif any(_passage_for(number, case.events) for number in open_questions(case.events)):
        return
    else:
        because = Phrase(key="why.unproven")
    yield NextStep(key="step.prove_identity", because=because, act=StepAct(kind="section", target="customer"))


def _facts(case: Case) -> Iterator[NextStep]:
    """What the shop's data say about what was named."""
    orders = {order.number: order for order in case.orders}
    for number, message in reversed(_orders_named(case.events)):
        why = (
            _late(orders[number])
            if number in orders and orders[number].days_late
            else _message("why.order_named", message)
        )
        act = StepAct(kind="section", target=f"orders#{number}") if number in orders else _jump(message)
        yield NextStep(key="step.look_at_order", params={"order_number": number}, because=why, act=act)
    for outage in case.outages:
        if outage.ended_at is None:
            yield NextStep(
                key="step.mention_outage",
                params={"service": outage.service},
                because=Phrase(key="why.outage"),
                act=StepAct(kind="section", target="outages"),
            )


def _late(order: OrderView) -> Phrase:
    came, form = order.state == "delivered", "one" if order.days_late == 1 else "other"
    return Phrase(key=f"why.order_{'late' if came else 'overdue'}.{form}", params={"days": order.days_late})


def _what_is_left(case: Case) -> NextStep:
    questions = open_questions(case.events)
    spoke = any(is_agents_word(event) for event in case.events)
    if not questions and not spoke and (asked := wish(case.events)):
        return NextStep(key=ANSWER, params={"question": asked}, because=Phrase(key="why.open_question"))
    if not questions:
        return NextStep(key="step.wait", because=Phrase(key="why.all_answered" if spoke else "why.nothing_said"))
    number = max(questions)
    return NextStep(
        key=ANSWER,
        params={"question": one_line(questions[number])},
        because=_message("why.open_question", number),
        act=_jump(number),
    )


def _passage_for(number: int, events: Sequence[Event]) -> PassageTried | None:
    """The best of what may be said to a message; not what the bot has told already, nor what did not help."""
    for event in reversed(events):
        if isinstance(read := event.data, BotUnderstood) and read.message_number == number:
            is_told = not read.aside and read.search is not None and read.search.decision == "answer"
            return None if is_told else next((one for one in read.passages if one.used), None)
    return None


def _orders_named(events: Sequence[Event]) -> list[tuple[str, int]]:
    """Each number with the last message that names it, in their order."""
    named: dict[str, int] = {}
    for event in events:
        if isinstance(read := event.data, BotUnderstood):
            for found in read.entities:
                if found.entity == "order_number":
                    named.pop(found.value, None)
                    named[found.value] = read.message_number
    return list(named.items())


def _message(key: str, number: int) -> Phrase:
    return Phrase(key=key, params={"message_number": number})


def _jump(number: int) -> StepAct:
    return StepAct(kind="jump", target=str(number))
