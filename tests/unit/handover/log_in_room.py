"""Accounts, their log-ins and everything that secures them, on a real database, with a clock to turn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
from argon2 import PasswordHasher
from sqlalchemy import Engine, select

from handover.domain.agent import Agent, Role
from handover.services.account_care import AccountCare
from handover.services.agents import Agents
from handover.services.devices import Device
from handover.services.entering import Caller, Entered, Halfway, LogInRules, LogIns
from handover.services.my_account import MyAccount
from handover.services.passwords import Passwords
from handover.services.ports import Publication
from handover.services.second_step import SecondStep
from handover.store.tables import audit
from handover.store.unit_of_work import SqlUnits
from tests.unit.handover.front_desk import TurnedClock

PASSWORD = "correct horse battery"
SECRET = "the secret of this installation, for tests"
HOME = Caller("192.0.2.1", kind=Device("firefox", "linux"))


class Watch:
    """Which sessions' sockets were closed."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    def publish(self, publication: Publication) -> None: ...

    def open_sessions(self) -> frozenset[str]:
        return frozenset()

    def session_ended(self, session_hash: str) -> None:
        self.ended.append(session_hash)


class LogInRoom:
    def __init__(self, engine: Engine, rules: LogInRules | None = None, *, secret: str = SECRET) -> None:
        self.engine, self.clock, self.watch = engine, TurnedClock(), Watch()
        self.units = SqlUnits(engine, self.watch, self.clock)
        passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=64))
        second_step = SecondStep(secret, "Kulanz Nordlicht")
        rules = rules or LogInRules()
        self.agents = Agents(self.units, self.watch, demo=False, passwords=passwords)
        self.log_ins = LogIns(self.units, self.agents, passwords, second_step, rules)
        self.my_account = MyAccount(self.units, self.watch, passwords, second_step, rules)
        self.care = AccountCare(self.units, self.watch, second_step, self.agents, passwords)

    def add(self, name: str = "anna", role: Role = Role.AGENT) -> Agent:
        email = f"{name}@shop.example"
        return self.agents.add(email=email, name=name.title(), password=PASSWORD, role=role, language="de")

    def try_password(self, name: str = "anna", password: str = PASSWORD, caller: Caller = HOME) -> Entered | Halfway:
        return self.log_ins.log_in(email=f"{name}@shop.example", password=password, caller=caller)

    def enter(self, name: str = "anna", caller: Caller = HOME) -> Entered:
        entered = self.try_password(name, caller=caller)
        assert isinstance(entered, Entered)
        return entered

    def halfway(self, name: str = "anna", caller: Caller = HOME) -> Halfway:
        halfway = self.try_password(name, caller=caller)
        assert isinstance(halfway, Halfway)
        return halfway

    def enrol(self, agent: Agent) -> tuple[pyotp.TOTP, list[str]]:
        """The app, and the recovery codes. Afterwards a new code counts."""
        app = pyotp.TOTP(self.my_account.begin_second_step(agent, password=PASSWORD).secret)
        codes = self.my_account.confirm_second_step(agent, self.shown_by(app))
        self.clock.turn(seconds=30)
        return app, codes

    def shown_by(self, app: pyotp.TOTP, *, steps: int = 0) -> str:
        return app.at(self.clock.time + timedelta(seconds=30 * steps))

    def audited(self) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            rows = connection.execute(select(audit.c.action, audit.c.agent_id, audit.c.subject, audit.c.allowed))
            return [tuple(row) for row in rows]
