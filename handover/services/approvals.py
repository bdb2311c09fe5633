"""Credits that wait for somebody to decide: of every case that one sees, and who may decide each."""

from __future__ import annotations

from handover.contract.live import OpenProposal, Proposals
from handover.domain.agent import Agent, Role
from handover.domain.credit import StoredDecision
from handover.domain.policy import Policy
from handover.services.access import Action, require, sight_of
from handover.services.credit_views import credit_views
from handover.services.ports import Units

SHOWN = 200


class Approvals:
    def __init__(self, unit: Units, policy: Policy) -> None:
        self._unit, self._policy = unit, policy

    def open_ones(self, agent: Agent) -> Proposals:
        require(agent, Action.DECIDE_CREDIT)
        with self._unit(write=False) as unit:
            found = unit.credits.open_proposals(sight_of(agent), SHOWN)
            views = credit_views(unit, found)
            names = {account.agent.id: account.agent.name for account in unit.agents.accounts()}
            customers = {one: unit.customers.record(one).name for one in {each.customer_id for each in found}}
        return Proposals(
            proposals=tuple(
                OpenProposal(
                    decision=view,
                    customer_name=customers[one.customer_id],
                    customer_id=one.customer_id,
                    author_name=names.get(one.author),
                    mine=one.author == agent.id,
                    within_limit=str(agent.role) in (roles := self._roles(one)),
                    decided_by_roles=roles,
                )
                for one, view in zip(found, views, strict=True)
            )
        )

    def _roles(self, proposal: StoredDecision) -> tuple[str, ...]:
        """Those whose limit is large enough, the smallest first."""
        able = [
            (limit, role)
            for role in Role
            if (limit := self._policy.limits.get(role)) is not None and not proposal.amount > limit
        ]
        return tuple(str(role) for _, role in sorted(able, key=lambda one: one[0].cents))
