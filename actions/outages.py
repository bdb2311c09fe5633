"""Disturbances: known ones are told, unknown ones are checked step by step and reported."""

from __future__ import annotations

import asyncio
import re

from actions import answers, wishes
from actions.flows import Flow, start_choice
from actions.replies import day
from actions.turn import PASSING_SLOTS, YES_OR_NO, Turn
from handover.contract.dossier import OutageView
from handover.contract.selfservice import AccountAsked
from handover.contract.turns import BotMessage, OfferedChoice, Signal

CHECKS = {"one": ("restart", "power", "reach"), "all": ("router", "app")}
"""What is tried before a report, by what is disturbed; most often helpful first."""
SCOPE, WORDS = "scope", "outage words"
"""What `awaiting` says while the flow asks how much is disturbed, and what."""
_ALL = re.compile(r"\b(?:alle[ns]?|sämtliche|überall|nachbar\w*|all|every\w*|neighbou?r\w*)\b", re.IGNORECASE)
_ONE = re.compile(r"\b(?:nur|bloß|einzige[rsnm]?|only|just|single)\b", re.IGNORECASE)
_STATUS_ARTICLES = {"outage-status", "report-outage", "device-offline"}
"""What they say of an outage the desk knows better; other articles tell what works meanwhile."""


# --- told without being asked -------------------------------------------------------------------------------------


async def tell_known(turn: Turn) -> None:
    """The desk knows of a disturbance for everybody. What the bot has asked meanwhile stays asked."""
    for outage_id in (turn.entity("outage_ids") or "").split():
        turn.once(_told(outage_id))
    turn.keep(**{name: turn.slot(name) for name in PASSING_SLOTS if turn.slot(name) is not None})
    turn.say("outage.known", text=turn.entity("outage_text") or "")


async def tell_touching(turn: Turn) -> None:
    """Now that the visitor is known: what disturbs their own services, once, before anything else."""
    if turn.slot("wish") not in FLOWS:
        _, outages = await _outages(turn)
        for outage in _running(outages):
            if turn.once(_told(outage.id)):
                turn.say("outage.known", text=outage.text)


def _told(outage_id: str) -> str:
    return f"outage {outage_id}"


async def _outages(turn: Turn) -> tuple[bool, tuple[OutageView, ...]]:
    """Whether the visitor is known, and the outages that touch them; else those that touch everybody."""
    found = await turn.desk.account(AccountAsked(context=turn.context, parts=("outages",)))
    return found.outcome == "found", found.outages


def _running(outages: tuple[OutageView, ...]) -> list[OutageView]:
    return [outage for outage in outages if outage.ended_at is None]


# --- asked for ----------------------------------------------------------------------------------------------------


async def tell_status(turn: Turn) -> None:
    """Whether something is disturbed now. What works meanwhile is a question for the knowledge base."""
    if await _is_for_an_article(turn):
        await answers.answer(turn)
        wishes.fulfil(turn)
        return
    if turn.is_confirmed:
        wishes.ask_identity(turn)
        return
    is_known, outages = await _outages(turn)
    if running := _running(outages):
        _say_running(turn, running, is_known=is_known)
    elif not is_known:
        turn.ask_to_confirm("outage.none_for_all", yes="choice.prove_me")
        return
    elif outages:
        last = outages[0]
        ended = day(str(last.ended_at), turn.language)
        text = turn.wording("outage.ended", ended=ended, text=last.text)
        turn.propose(BotMessage(text=text, choices=(*_claim(turn), start_choice(turn, "device_offline"))))
    else:
        choices = (start_choice(turn, "device_offline"),)
        turn.propose(BotMessage(text=turn.wording("outage.none"), choices=choices))
    wishes.fulfil(turn)


async def _is_for_an_article(turn: Turn) -> bool:
    if not turn.text or turn.intent != "outage_status":
        return False
    result = await asyncio.to_thread(turn.knowledge.search, turn.text, turn.language)
    hit = result.answer if result.decision == "answer" else None
    return hit is not None and hit.article_id not in _STATUS_ARTICLES


def _say_running(turn: Turn, running: list[OutageView], *, is_known: bool) -> None:
    for outage in running:
        turn.once(_told(outage.id))
    *others, last = running
    for outage in others:
        turn.say("outage.known", text=outage.text)
    text = turn.wording("outage.running", text=last.text)
    turn.propose(BotMessage(text=text, choices=_claim(turn) if is_known else ()))


def _claim(turn: Turn) -> tuple[OfferedChoice, ...]:
    signal = Signal(name="goodwill", data={"reason_code": "outage"})
    return (OfferedChoice(label=turn.wording("choice.claim_outage"), signal=signal),)


# --- checked and reported -----------------------------------------------------------------------------------------


async def check(turn: Turn) -> None:
    """Step by step: a known outage ends it, and so does whatever helps; what helps not is reported."""
    is_known, outages = await _outages(turn)
    if running := _running(outages):
        _say_running(turn, running, is_known=is_known)
        wishes.fulfil(turn)
        return
    scope = turn.detail(SCOPE) or _scope(turn)
    if scope not in CHECKS:
        _ask_scope(turn)
        return
    turn.note(scope=scope)
    step = _next_step(turn, turn.noted("step"))
    if step is None:
        turn.say("outage.solved")
        wishes.fulfil(turn)
    elif step < len(CHECKS[scope]):
        _ask_step(turn, scope, step)
    else:
        turn.note(step=step)
        await _report(turn, scope)


def _scope(turn: Turn) -> str | None:
    for text in (turn.text, turn.slot("wish_text") or ""):
        if _ONE.search(text):
            return "one"
        if _ALL.search(text):
            return "all"
    return None


def _ask_scope(turn: Turn) -> None:
    choices = tuple(
        OfferedChoice(label=turn.wording(label), signal=Signal(name="choose", data={SCOPE: scope}))
        for label, scope in (("choice.all_devices", "all"), ("choice.one_device", "one"))
    )
    turn.propose(BotMessage(text=turn.wording("outage.scope"), choices=choices))
    turn.keep(awaiting=SCOPE)


def _next_step(turn: Turn, step: int | None) -> int | None:
    """The step to take now; None: it works again. Without an answer the same step is asked for once more."""
    if step is None:
        return 0
    works = turn.entity("works")
    if turn.awaits(YES_OR_NO) and works is None:
        works = {"affirm": "yes", "deny": "no"}.get(turn.intent)
    if works == "yes":
        return None
    if works == "report":
        return max(map(len, CHECKS.values()))
    return step + 1 if works == "no" else step


def _ask_step(turn: Turn, scope: str, step: int) -> None:
    answers_to = (("works_again", "yes"), ("still_broken", "no"), ("report_at_once", "report"))
    choices = tuple(
        OfferedChoice(label=turn.wording(f"choice.{label}"), signal=Signal(name="choose", data={"works": works}))
        for label, works in answers_to
    )
    turn.propose(BotMessage(text=turn.wording(f"outage.check.{CHECKS[scope][step]}"), choices=choices))
    turn.note(step=step)
    turn.keep(awaiting=YES_OR_NO)


async def _report(turn: Turn, scope: str) -> None:
    """In the visitor's own words, with the proof of identity: the report belongs to a customer at a place."""
    if turn.awaits(WORDS) and turn.text:
        turn.note(words=turn.text)
    words = turn.noted("words")
    if not words:
        turn.ask("outage.describe", awaiting=WORDS)
        return
    began = turn.slot("wish_text") or ""
    answered = await wishes.carry_out(turn, "outage.report", scope=scope, text=f"{began}\n{words}".strip())
    if answered is None:
        wishes.show_way_without_proof(turn, "outage.without_proof")
    elif answered.outcome == "refused":
        wishes.refuse(turn, answered, "needs_person", text=str(answered.facts.get("text", "")))
    else:
        key = "outage.reported" if answered.outcome == "done" else "outage.reported_already"
        turn.call_human(key, "needs_person", reference=answered.reference or "")


def _is_answer(turn: Turn) -> bool:
    return turn.awaits(WORDS) or (turn.awaits(SCOPE) and _scope(turn) is not None)


FLOWS = {
    "outage_status": Flow(tell_status),
    "report_outage": Flow(check, on_wish_only=True, recognises=_is_answer),
    "device_offline": Flow(check, on_wish_only=True, recognises=_is_answer),
}
