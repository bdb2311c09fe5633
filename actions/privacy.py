"""What the visitor allows, the copy of their data, and the end of their account."""

from __future__ import annotations

import re

from actions import wishes
from actions.flows import Flow
from actions.replies import day
from actions.turn import Turn
from handover.contract.selfservice import ConsentView, ServiceAnswered
from handover.contract.turns import BotMessage, OfferedChoice, Signal

PURPOSES: dict[str, re.Pattern[str]] = {
    "recommendations": re.compile(r"empfehlung|recommendation|personalis|profil", re.IGNORECASE),
    "surveys": re.compile(r"umfrage|befragung|survey|questionnaire|feedback", re.IGNORECASE),
    "newsletter": re.compile(r"", re.IGNORECASE),
}
"""Words for what can be allowed; without any it is the newsletter."""
_STOP = re.compile(
    r"abbestell|abmeld|abmelden|austrag|widerruf|abschalt|\bstopp?\b|hört auf|hör auf|\bkeine?n?\b.*(?:werb|mail"
    r"|newsletter|umfrag|empfehl)"
    r"|nicht mehr|unsubscrib|opt(?:ed)? out|withdraw|turn off|switch off|no more|take me off|\bremove me",
    re.IGNORECASE,
)
_START = re.compile(
    r"\bbestell|wieder|anmeld|eintrag|abonnier|\bsubscrib|sign (?:me )?up|resubscrib|opt in|want to get"
    r"|(?:will|möchte) .*haben",
    re.IGNORECASE,
)
_ALL_CONSENTS = re.compile(
    r"\b(?:consents|einwilligungen|werbe-?einstellungen|(?:marketing|consent) (?:preferences|settings)"
    r"|(?:zugestimmt|erlaubt|agreed to|consent(?:ed)? to)\W*$)",
    re.IGNORECASE,
)
_MISSED = re.compile(
    r"(?:bekomm|erhalt|krieg|kommt|receiv|getting).*(?:kein|nicht|not|n't)"
    r"|(?:kein|nicht|not|n't).*(?:bekomm|erhalt|krieg|receiv|getting)",
    re.IGNORECASE,
)
"""They miss it; unless they say that they want it so."""
_WANTED = re.compile(r"mehr|möchte|will|bitte|please|want|wish", re.IGNORECASE)
_COPY = re.compile(
    r"\b(?:welche|was|what|which)\b.{0,50}(?:daten|wiss|speicher|habt|haben|\bdata|know|store|hold|have|got|info)"
    r".{0,50}(?:über mich|ueber mich|von mir|zu mir|about me|\bon me|of me|of mine)|(?:über mich|von mir) gespeichert",
    re.IGNORECASE,
)
"""Asks for the data themselves, though it is a question."""
_TAKE_BACK = re.compile(
    r"rückgängig|zurücknehm|zurückzieh|zurückhol|stoppen|umentschieden|anders überlegt|doch nicht|behalten|bereue"
    r"|\bundo"
    r"|changed my mind|stop the|cancel the|keep my account|regret|get it back",
    re.IGNORECASE,
)


async def consents(turn: Turn) -> None:
    """Withdrawn at once, as easily as it was given; given only after it was said what for."""
    given = _given(turn)
    if given is None:
        await _show_consents(turn)
        return
    wanted = {"purpose": _purpose(turn), "given": given}
    turn.note(**wanted)
    if given == "no":
        answered = await wishes.carry_out(turn, "consent.change", **wanted)
    else:
        answered = await wishes.do_or_preview(turn, "consent.change", "", **wanted)
    if answered is None:
        return
    if answered.outcome == "refused":
        wishes.refuse(turn, answered, name=turn.wording(f"consent.name.{wanted['purpose']}"))
    elif answered.outcome == "offered":
        turn.ask_to_confirm(f"consent.ask.{wanted['purpose']}", yes="choice.allow_it")
    else:
        wishes.say_done(turn, f"consent.{'given' if given == 'yes' else 'withdrawn'}.{wanted['purpose']}", answered)


async def _show_consents(turn: Turn) -> None:
    account = await wishes.account_of(turn, "consents")
    if account is None:
        return
    known = {one.purpose: one for one in account.consents}
    lines = [f"- {_line(turn, purpose, known.get(purpose))}" for purpose in reversed(PURPOSES)]
    choices = tuple(_switch(turn, purpose, known.get(purpose)) for purpose in reversed(PURPOSES))
    turn.propose(BotMessage(text="\n".join([turn.wording("consent.shown"), "", *lines]), choices=choices))


def _line(turn: Turn, purpose: str, consent: ConsentView | None) -> str:
    name = turn.wording(f"consent.name.{purpose}")
    if consent is None:
        return turn.wording("consent.line.never", name=name)
    key = "consent.line.yes" if consent.given else "consent.line.no"
    return turn.wording(key, name=name, day=day(consent.since.isoformat(), turn.language))


def _switch(turn: Turn, purpose: str, consent: ConsentView | None) -> OfferedChoice:
    given = "no" if consent and consent.given else "yes"
    signal = Signal(name="choose", data={"purpose": purpose, "given": given})
    return OfferedChoice(label=turn.wording(f"choice.consent_{given}.{purpose}"), signal=signal)


def _given(turn: Turn) -> str | None:
    """Yes or no: pressed, or in the words; none if they only tell that it is about this."""
    if said := turn.detail("given"):
        return str(said)
    words = turn.text or turn.slot("wish_text") or ""
    if asks_for_consents(words):
        return None
    if _MISSED.search(words) and not _WANTED.search(words):
        return None
    if _STOP.search(words):
        return "no"
    return "yes" if _START.search(words) else None


def _purpose(turn: Turn) -> str:
    words = f"{turn.text} {turn.slot('wish_text') or ''}"
    return str(turn.detail("purpose") or next(name for name, named in PURPOSES.items() if named.search(words)))


async def export(turn: Turn) -> None:
    """Everything in a file, for who has proven that it is theirs."""
    answered = await wishes.carry_out(turn, "data.export")
    if answered is not None:
        wishes.say_done(turn, "privacy.export", answered)


async def delete_account(turn: Turn) -> None:
    """What goes and what the law keeps; after a yes it is asked of the team, with a day until which it is done."""
    if takes_back(turn.text or turn.slot("wish_text") or ""):
        await _keep_account(turn)
        return
    answered = await wishes.do_or_preview(turn, "account.delete", "")
    if answered is None:
        return
    if answered.outcome == "refused":
        wishes.refuse(turn, answered)
    elif answered.outcome == "offered":
        _explain_deletion(turn, answered)
    else:
        wishes.say_done(turn, "privacy.deletion_asked", answered, due=day(str(answered.facts["due_on"]), turn.language))


def _explain_deletion(turn: Turn, offered: ServiceAnswered) -> None:
    for still in ("subscriptions", "orders"):
        if offered.facts[still]:
            turn.say(f"privacy.deletion_{still}")
    due = day(str(offered.facts["due_on"]), turn.language)
    turn.ask_to_confirm("privacy.deletion_confirm", yes="choice.delete_account", due=due)


async def _keep_account(turn: Turn) -> None:
    account = await wishes.account_of(turn, "requests")
    if account is None:
        return
    asked = next((one for one in account.requests if one.kind == "account.delete" and one.state == "open"), None)
    if asked is None:
        wishes.fulfil(turn)
        turn.offer_human("privacy.no_deletion", "needs_person")
        return
    answered = await wishes.carry_out(turn, "request.undo", asked.reference)
    if answered is None:
        return
    if answered.outcome == "refused":
        wishes.refuse(turn, answered, reference=asked.reference)
    else:
        turn.say("privacy.deletion_stopped", reference=asked.reference)
        wishes.fulfil(turn)


def asks_for_consents(text: str) -> bool:
    """All of them together, not one of them: they are shown, each with its switch."""
    return bool(_ALL_CONSENTS.search(text))


def asks_for_copy(text: str) -> bool:
    return bool(_COPY.search(text))


def takes_back(text: str) -> bool:
    return bool(_TAKE_BACK.search(text))


FLOWS = {
    "newsletter": Flow(consents, on_wish_only=True, is_wish=asks_for_consents),
    "data_export": Flow(export, on_wish_only=True, is_wish=asks_for_copy),
    "delete_account": Flow(delete_account, on_wish_only=True, is_wish=takes_back),
}
