"""Canned answers."""

from __future__ import annotations

from fastapi import APIRouter

from handover.api.dependencies import Serves, TheDesk
from handover.contract.base import Number, Wire
from handover.contract.canned import CannedAnswer, CannedName, CannedText
from handover.services.canned import Wording

router = APIRouter(prefix="/api/canned-answers")


class Listed(Wire):
    answers: tuple[CannedAnswer, ...]


class Base(Wire):
    version: Number
    """What the change is based on."""


class Written(Wire):
    name: CannedName
    text_de: CannedText = ""
    text_en: CannedText = ""

    @property
    def wording(self) -> Wording:
        return Wording(self.name, self.text_de, self.text_en)


class New(Written):
    shared: bool = False


class Changed(Written, Base):
    pass


@router.get("")
def canned_answers(agent: Serves, desk: TheDesk) -> Listed:
    return Listed(answers=tuple(desk.canned.of(agent)))


@router.post("", status_code=201)
def add(body: New, agent: Serves, desk: TheDesk) -> CannedAnswer:
    return desk.canned.add(agent, body.wording, shared=body.shared)


@router.put("/{answer_id}")
def change(answer_id: str, body: Changed, agent: Serves, desk: TheDesk) -> CannedAnswer:
    return desk.canned.change(agent, answer_id, body.wording, body.version)


@router.post("/{answer_id}/delete")
def delete(answer_id: str, body: Base, agent: Serves, desk: TheDesk) -> CannedAnswer:
    return desk.canned.delete(agent, answer_id, body.version)


@router.post("/{answer_id}/restore")
def restore(answer_id: str, body: Base, agent: Serves, desk: TheDesk) -> CannedAnswer:
    return desk.canned.restore(agent, answer_id, body.version)
