"""Canned answers: each agent's own, and shared ones that supervisors keep."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from handover.contract.canned import CannedAnswer
from handover.domain.agent import Agent
from handover.domain.canned import unknown_variable
from handover.domain.errors import InvalidInput, NotFound, StaleVersion, TooMany, UnknownVariable
from handover.services.access import Action, require
from handover.services.ports import KeptAnswer, UnitOfWork, Units
from handover.services.steps import printable
from handover.services.tokens import new_id

OWN_LIMIT, SHARED_LIMIT = 200, 500
REGRET = timedelta(days=1)
"""So long a deleted answer can be brought back."""


class Wording(NamedTuple):
    """What somebody writes in the form."""

    name: str
    text_de: str
    text_en: str

    def checked(self) -> Wording:
        """As it is kept. Raises `InvalidInput` without a name or any text, `UnknownVariable`."""
        kept = Wording(*(printable(one).strip() for one in self))
        if not kept.name or not (kept.text_de or kept.text_en):
            raise InvalidInput("A canned answer needs a name, and a text in at least one language.")
        for text in (kept.text_de, kept.text_en):
            if (name := unknown_variable(text)) is not None:
                raise UnknownVariable("There is no such variable.", variable=name[:60])
        return kept


class CannedAnswers:
    """Who may serve sees the shared ones and their own. Nobody sees a colleague's; to everybody else it is not there.

    Each change names the version that it is based on: raises `StaleVersion` where somebody was faster.
    """

    def __init__(self, unit: Units) -> None:
        self._unit = unit

    def of(self, agent: Agent) -> list[CannedAnswer]:
        """By name."""
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit(write=False) as unit:
            return [_shown(one) for one in unit.canned.listed(agent.id)]

    def add(self, agent: Agent, wording: Wording, *, shared: bool) -> CannedAnswer:
        """Raises `TooMany` where its owner has enough."""
        require(agent, Action.KEEP_SHARED_ANSWERS if shared else Action.SERVE_CONVERSATIONS)
        owner = None if shared else agent.id
        with self._unit() as unit:
            _make_room(unit, owner)
            answer = KeptAnswer(new_id(), owner, *wording.checked(), version=1, updated_at=unit.now)
            unit.canned.add(answer)
            _note(unit, agent, "added", answer)
        return _shown(answer)

    def change(self, agent: Agent, answer_id: str, wording: Wording, version: int) -> CannedAnswer:
        with self._unit() as unit:
            before = _to_change(unit, agent, answer_id)
            if before.deleted_at is not None:
                raise NotFound("There is no such canned answer.")
            answer = before._replace(**wording.checked()._asdict())
            return _shown(_save(unit, agent, "changed", answer, version))

    def delete(self, agent: Agent, answer_id: str, version: int) -> CannedAnswer:
        """It is out of all lists, and can be restored for a day."""
        with self._unit() as unit:
            before = _to_change(unit, agent, answer_id)
            unit.canned.delete_old(unit.now - REGRET)
            return _shown(_save(unit, agent, "deleted", before._replace(deleted_at=unit.now), version))

    def restore(self, agent: Agent, answer_id: str, version: int) -> CannedAnswer:
        with self._unit() as unit:
            before = _to_change(unit, agent, answer_id)
            _make_room(unit, before.agent_id)
            return _shown(_save(unit, agent, "restored", before._replace(deleted_at=None), version))


def _to_change(unit: UnitOfWork, agent: Agent, answer_id: str) -> KeptAnswer:
    answer = unit.canned.get(answer_id)
    if answer.agent_id is not None and answer.agent_id != agent.id:
        raise NotFound("There is no such canned answer.")
    require(agent, Action.KEEP_SHARED_ANSWERS if answer.agent_id is None else Action.SERVE_CONVERSATIONS)
    return answer


def _save(unit: UnitOfWork, agent: Agent, what: str, answer: KeptAnswer, version: int) -> KeptAnswer:
    saved = answer._replace(version=version + 1, updated_at=unit.now)
    if not unit.canned.save(saved, version):
        raise StaleVersion("Somebody has changed this in the meantime.")
    _note(unit, agent, what, saved)
    return saved


def _make_room(unit: UnitOfWork, owner: str | None) -> None:
    limit = SHARED_LIMIT if owner is None else OWN_LIMIT
    if unit.canned.count(owner) >= limit:
        raise TooMany("There are as many canned answers as there may be.", limit=limit)


def _note(unit: UnitOfWork, agent: Agent, what: str, answer: KeptAnswer) -> None:
    """What everybody sends is everybody's business; one's own answers are not."""
    if answer.agent_id is None:
        unit.audit.note(unit.now, agent.id, f"canned_answer.{what}", answer.id, allowed=True)


def _shown(answer: KeptAnswer) -> CannedAnswer:
    known = {name: getattr(answer, name) for name in ("id", "name", "text_de", "text_en", "version", "updated_at")}
    return CannedAnswer(**known, shared=answer.agent_id is None)
