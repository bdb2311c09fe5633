"""How agents want to write, on whichever machine they sit."""

from __future__ import annotations

from handover.contract.writing import WritingSettings
from handover.domain.agent import Agent
from handover.services.access import Action, require
from handover.services.ports import Units


class Writing:
    def __init__(self, unit: Units) -> None:
        self._unit = unit

    def settings_of(self, agent: Agent) -> WritingSettings:
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit(write=False) as unit:
            return unit.writing.settings_of(agent.id) or WritingSettings()

    def keep(self, agent: Agent, settings: WritingSettings) -> None:
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            unit.writing.keep(agent.id, settings)
