"""The staff: for supervisors who may be asked for what, for admins who has an account at all."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from handover.api.dependencies import KeepsAccounts, KeepsStaff, TheDesk
from handover.contract.base import Language, Wire
from handover.contract.people import Handed, People
from handover.domain.agent import Role
from handover.services.agents import NAME_MOST
from handover.services.staff import LOAD_MOST, Skills

router = APIRouter(prefix="/api")

Name = Annotated[str, Field(max_length=NAME_MOST)]
Group = Annotated[str, Field(max_length=30)]


class NewSkills(Wire):
    languages: tuple[Language, ...] = Field(max_length=2)
    topics: tuple[Group, ...] = Field(max_length=50)
    load_limit: int = Field(ge=1, le=LOAD_MOST)
    team: Group | None


class NewAccount(Wire):
    email: str = Field(max_length=254)
    name: Name
    role: Role
    language: Language


class NewName(Wire):
    name: Name


class NewRole(Wire):
    role: Role


@router.get("/people")
def people(agent: KeepsStaff, desk: TheDesk) -> People:
    return desk.staff.people(agent)


@router.put("/people/{agent_id}/skills", status_code=204)
def keep_skills(agent_id: str, body: NewSkills, agent: KeepsStaff, desk: TheDesk) -> None:
    desk.staff.keep(agent, agent_id, Skills(body.languages, body.topics, body.load_limit, body.team))


@router.post("/accounts", status_code=201)
def add(body: NewAccount, agent: KeepsAccounts, desk: TheDesk) -> Handed:
    return desk.account_care.add(agent, email=body.email, name=body.name, role=body.role, language=body.language)


@router.put("/accounts/{agent_id}/name", status_code=204)
def rename(agent_id: str, body: NewName, agent: KeepsAccounts, desk: TheDesk) -> None:
    desk.account_care.rename(agent, agent_id, body.name)


@router.put("/accounts/{agent_id}/role", status_code=204)
def set_role(agent_id: str, body: NewRole, agent: KeepsAccounts, desk: TheDesk) -> None:
    desk.account_care.set_role(agent, agent_id, body.role)
    desk.handovers.expire_leases()  # what they had is put back at once


@router.post("/accounts/{agent_id}/disable", status_code=204)
def disable(agent_id: str, agent: KeepsAccounts, desk: TheDesk) -> None:
    desk.account_care.set_active(agent, agent_id, active=False)
    desk.handovers.expire_leases()


@router.post("/accounts/{agent_id}/enable", status_code=204)
def enable(agent_id: str, agent: KeepsAccounts, desk: TheDesk) -> None:
    desk.account_care.set_active(agent, agent_id, active=True)


@router.post("/accounts/{agent_id}/password")
def reset_password(agent_id: str, agent: KeepsAccounts, desk: TheDesk) -> Handed:
    handed = desk.account_care.reset_password(agent, agent_id)
    desk.handovers.expire_leases()
    return handed
