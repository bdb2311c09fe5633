"""How each part of the house is: for `/health` and `kulanz doctor`."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from handover.gateways.knowledge import KnowledgeStatus
from handover.launcher.plan import STAMPS, checkout_steps
from handover.launcher.steps import Step, fingerprint, is_current
from handover.services.desk import Desk, Part
from handover.settings import Settings
from handover.store.migrate import is_current as has_newest_tables

BUILT = ("widget-bundle", "desk-bundle", "model")
"""Set-up steps whose results the processes serve."""


class Readiness:
    """Looks from time to time, so that `/health` answers at once even while a part hangs."""

    def __init__(self, settings: Settings, engine: Engine, knowledge: KnowledgeStatus) -> None:
        self._settings, self._engine, self._knowledge = settings, engine, knowledge
        self._seen = [Part("desk", "down", "starting")]

    def __call__(self) -> list[Part]:
        return self._seen

    def look(self) -> None:
        self._seen = [
            database(self._engine),
            answers("rasa", f"{self._settings.rasa_url}/webhooks/desk/health"),
            answers("actions", f"{self._settings.actions_url}/health"),
            index(self._knowledge),
        ]


def everything(settings: Settings, desk: Desk) -> list[Part]:
    desk.readiness.look()
    return [
        answers("desk", f"{settings.desk_url}/health"),
        *desk.readiness(),
        *built(),
        guarded("mail", lambda: outbox(desk)),
        guarded("ledger", lambda: ledger(desk)),
    ]


def answers(name: str, url: str) -> Part:
    """Up if this address answers with success."""
    try:
        status = httpx.get(url, timeout=2, trust_env=False).status_code
    except httpx.HTTPError as error:
        return Part(name, "down", type(error).__name__)
    return Part(name, "up") if status == httpx.codes.OK else Part(name, "down", f"answers {status}")


def database(engine: Engine) -> Part:
    try:
        current = has_newest_tables(engine)
    except SQLAlchemyError as error:
        return Part("database", "down", type(error).__name__)
    return (
        Part("database", "up")
        if current
        else Part("database", "down", "its tables are old or missing: run `kulanz migrate`")
    )


def index(knowledge: KnowledgeStatus) -> Part:
    status = knowledge()
    if not status["version"]:
        return Part("index", "down", "never built")
    if problems := len(status["problems"]):
        return Part("index", "stale", f"{problems} problems in articles; the version before them serves")
    return Part("index", "up", f"{status['articles']} articles, version {status['version']}")


def built() -> list[Part]:
    """Bundles and model, against the sources they were made from."""
    return [_built(step) for step in checkout_steps() if step.key in BUILT]


def outbox(desk: Desk) -> Part:
    stuck = desk.outbox.stuck()
    return Part("mail", "stale", f"{stuck} mails not sent") if stuck else Part("mail", "up")


def ledger(desk: Desk) -> Part:
    problems = desk.credits.reconcile()
    return Part("ledger", "down", "; ".join(problems)[:300]) if problems else Part("ledger", "up")


def guarded(name: str, check: Callable[[], Part]) -> Part:
    """A check that needs the database."""
    try:
        return check()
    except SQLAlchemyError as error:
        return Part(name, "down", type(error).__name__)


def _built(step: Step) -> Part:
    if not all(output.exists() for output in step.outputs):
        return Part(step.key, "down", "not built: `make run` builds it")
    if not is_current(step, STAMPS / step.key, fingerprint(step.inputs)):
        return Part(step.key, "stale", "its sources have changed since")
    return Part(step.key, "up")
