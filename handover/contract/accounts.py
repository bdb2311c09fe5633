"""What the desk's page is told about accounts: one's own, and for admins everybody's."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from handover.contract.base import Wire

RoleName = Literal["agent", "supervisor", "editor", "admin"]
LogInStep = Literal["code", "enrol"]
"""What is asked for after the password: a code, or to set up the app that shows one."""


class LogInWays(Wire):
    """How one may log in here."""

    password: Literal["everybody", "admins"]
    company: bool
    """Through the company's own log-in."""


class SessionView(Wire):
    id: str
    since: datetime
    seen_at: datetime
    """Within a minute."""
    browser: str
    system: str
    this: bool
    """The one that asks."""


class SecondStepView(Wire):
    since: datetime | None
    """None: it is off."""
    required: bool
    codes_left: int


class AccountView(Wire):
    has_password: bool
    """False: whoever it is logs in through their company, where password and second step are kept."""
    second_step: SecondStepView
    sessions: tuple[SessionView, ...]


class EnrolmentView(Wire):
    """What an authenticator app is told."""

    secret: str
    address: str
    qr_size: int
    """Side of the drawing in modules, border included."""
    qr_path: str
    """The dark modules, as an SVG path."""


class RecoveryCodes(Wire):
    codes: tuple[str, ...]


class AccountRow(Wire):
    """One account, as admins see it."""

    id: str
    name: str
    email: str
    role: RoleName
    active: bool
    has_password: bool
    second_step_since: datetime | None
    sessions: int
    seen_at: datetime | None
    """Of the sessions that live: when the last one was seen."""
