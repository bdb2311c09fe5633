"""The second step of a log-in: a code of an authenticator app (RFC 6238), or one of ten recovery codes.

A code is good for its thirty seconds and those around them, once. Recovery codes are kept as fingerprints.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from datetime import datetime
from typing import Literal, NamedTuple

import pyotp
import segno

from handover.domain.agent import Agent
from handover.domain.errors import Conflict, WrongCode
from handover.services.ports import UnitOfWork
from handover.services.sealing import Seal, Unreadable
from handover.services.tokens import fingerprint

STEP_SECONDS = 30
DRIFT = 1
"""Steps by which a phone's clock may differ from ours."""
RECOVERY_CODES = 10
QR_BORDER = 4
"""Modules of white around a QR code; with less, cameras miss it."""
_LETTERS = "abcdefghjkmnpqrstvwxyz0123456789"
"""Of recovery codes: 32, without i, l, o and u, which are misread."""
_RECOVERY_LETTERS = 16
"""80 bits: too many to try, even for who has the fingerprints."""

log = logging.getLogger(__name__)
By = Literal["app", "recovery"]


class Enrolment(NamedTuple):
    """What an authenticator app is told."""

    secret: str
    """Base32, to be typed where no camera is."""
    address: str
    """`otpauth://…`"""
    qr_size: int
    """Side of the drawing in modules, border included."""
    qr_path: str
    """The dark modules, as an SVG path."""


class SecondStep:
    def __init__(self, secret: str, issuer: str) -> None:
        """`secret`: of the installation; without one nobody can enrol, and no app's code is right.

        `issuer`: what apps write above the code.
        """
        self._seal = Seal(secret, "second step") if secret else None
        self._issuer = issuer

    def begin(self, unit: UnitOfWork, agent: Agent) -> Enrolment:
        """A new secret, which counts from `confirm` on. Raises `Conflict` where the second step is on already."""
        if unit.second_steps.is_on(agent.id):
            raise Conflict("The second step is on already.")
        if self._seal is None:
            raise Conflict("This desk has no secret to keep another one with.")
        secret = pyotp.random_base32()
        unit.second_steps.begin(agent.id, self._seal.seal(secret, agent.id), unit.now)
        address = pyotp.TOTP(secret).provisioning_uri(name=agent.email, issuer_name=self._issuer)
        return Enrolment(secret, address, *qr_code(address))

    def confirm(self, unit: UnitOfWork, agent: Agent, code: str) -> list[str]:
        """The app shows the right code: from now on it is asked for. Answers with the recovery codes, once.

        Raises `WrongCode`.
        """
        if unit.second_steps.is_on(agent.id) or not self._of_app(unit, agent.id, _normal(code)):
            raise WrongCode("This code is not right.")
        unit.second_steps.confirm(agent.id, unit.now)
        unit.audit.note(unit.now, agent.id, "second_step.on", agent.id, allowed=True)
        return self.renew_recovery_codes(unit, agent)

    def passes(self, unit: UnitOfWork, agent: Agent, typed: str) -> By | None:
        """Uses the code up. None if it is wrong, or was used before."""
        code = _normal(typed)
        if not unit.second_steps.is_on(agent.id):
            return None
        if self._of_app(unit, agent.id, code):
            return "app"
        if unit.second_steps.use_recovery_code(agent.id, fingerprint("recovery", agent.id, code)):
            unit.audit.note(unit.now, agent.id, "recovery_code.used", agent.id, allowed=True)
            return "recovery"
        return None

    def renew_recovery_codes(self, unit: UnitOfWork, agent: Agent) -> list[str]:
        """Those of before open nothing any more."""
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        unit.second_steps.set_recovery_codes(
            agent.id, [fingerprint("recovery", agent.id, _normal(code)) for code in codes]
        )
        unit.audit.note(unit.now, agent.id, "recovery_codes.made", agent.id, allowed=True)
        return codes

    def turn_off(self, unit: UnitOfWork, agent_id: str, *, by: str | None) -> None:
        unit.second_steps.remove(agent_id)
        unit.audit.note(unit.now, by, "second_step.off", agent_id, allowed=True)

    def _of_app(self, unit: UnitOfWork, agent_id: str, code: str) -> bool:
        """Marks the code's time as used, and everything before it."""
        sealed = unit.second_steps.sealed(agent_id)
        if sealed is None or self._seal is None:
            return False
        try:
            secret = self._seal.open(sealed, agent_id)
        except Unreadable:
            log.error(  # noqa: TRY400 -- the remedy is what counts
                "A second step was sealed with another KULANZ_CHANNEL_SECRET; recovery codes and"
                " `kulanz agents totp-reset` still work"
            )
            return False
        step = matching_step(secret, code, unit.now)
        return step is not None and unit.second_steps.use_step(agent_id, step)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step of this code, if it is one of now. Looks at all of them, so that the time it takes tells nothing."""
    app, current, found = pyotp.TOTP(secret, interval=STEP_SECONDS), int(now.timestamp()) // STEP_SECONDS, None
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(app.generate_otp(step), code):
            found = step
    return found


def qr_code(text: str) -> tuple[int, str]:
    """Side in modules, and the dark ones as an SVG path, a run of them at a time."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    runs = [
        f"M{run.start() + QR_BORDER} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows, QR_BORDER)
        for run in re.finditer(rb"\x01+", row)
    ]
    return len(rows) + 2 * QR_BORDER, "".join(runs)


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_LETTERS))
    return "-".join(letters[at : at + 4] for at in range(0, _RECOVERY_LETTERS, 4))


def _normal(typed: str) -> str:
    """As people type it: blanks, dashes and capitals make no difference. What no code can hold is dropped."""
    return re.sub(r"[^0-9a-z]", "", typed.lower())
