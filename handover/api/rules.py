"""The rules of the desk."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from handover.api.dependencies import KeepsDeskRules, TheDesk
from handover.contract.base import Number, Wire
from handover.contract.rules import RulesPreview, RulesView
from handover.services.rules_keeping import NOTE_MOST

router = APIRouter(prefix="/api/desk-rules")


class Wanted(Wire):
    document: dict[str, Any]
    """Looked at by the strict model of the rules, which names each place that is wrong."""


class Base(Wire):
    version: Number
    """What the change is based on."""
    note: Annotated[str, Field(max_length=NOTE_MOST)] = ""


class Changed(Wanted, Base):
    pass


@router.get("")
def desk_rules(agent: KeepsDeskRules, desk: TheDesk) -> RulesView:
    return desk.rules.view(agent)


@router.post("/preview")
def preview(body: Wanted, agent: KeepsDeskRules, desk: TheDesk) -> RulesPreview:
    return desk.rules.preview(agent, body.document)


@router.put("")
def change(body: Changed, agent: KeepsDeskRules, desk: TheDesk) -> RulesView:
    return desk.rules.change(agent, body.document, base=body.version, note=body.note)


@router.post("/{version}/bring-back")
def bring_back(version: Number, body: Base, agent: KeepsDeskRules, desk: TheDesk) -> RulesView:
    return desk.rules.bring_back(agent, version, base=body.version, note=body.note)
