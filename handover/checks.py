"""How each part of the house is: for `/health` and `kulanz doctor`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from handover.domain.errors import Unavailable
from handover.gateways.knowledge import KnowledgeStatus
from handover.gateways.workers import Workers
from handover.launcher import holding
from handover.launcher.plan import STAMPS, checkout_steps, training_step
from handover.launcher.steps import Step, fingerprint, is_current
from handover.services.desk import Desk, Part
from handover.settings import Settings
from handover.store.migrate import is_current as has_newest_tables

BUILT = ("widget-bundle", "desk-bundle")
"""Set-up steps whose results the processes serve."""


class Readiness:
    """Looks from time to time, so that `/health` answers at once even while a part hangs."""

    def __init__(self, settings: Settings, engine: Engine, knowledge: KnowledgeStatus) -> None:
        self._settings, self._engine, self._knowledge = settings, engine, knowledge
        self._workers = Workers(settings.workers_file, settings.rasa_url)
        self._seen = [Part("desk", "down", "starting")]

    def __call__(self) -> list[Part]:
        return self._seen

    def look(self) -> None:
        self._seen = [
            database(self._engine),
            rasa(self._workers.addresses()),
            answers("actions", f"{self._settings.actions_url}/health"),
            index(self._knowledge),
            *(self._together() if self._settings.redis_url else ()),
        ]

    def _together(self) -> list[Part]:
        """What several desk processes need."""
        return [desk_processes(self._settings), redis(self._settings.redis_url)]


def everything(settings: Settings, desk: Desk) -> list[Part]:
    desk.readiness.look()
    return [
        desk_processes(settings),
        *desk.readiness(),
        *built(),
        model(settings.data_dir),
        guarded("mail", lambda: outbox(desk)),
        guarded("ledger", lambda: ledger(desk)),
    ]


_client = httpx.Client(timeout=2, trust_env=False)
"""Kept: to make one costs more than to ask with it."""


def answers(name: str, url: str) -> Part:
    """Up if this address answers with success."""
    try:
        status = _client.get(url).status_code
    except httpx.HTTPError as error:
        return Part(name, "down", type(error).__name__)
    return Part(name, "up") if status == httpx.codes.OK else Part(name, "down", f"answers {status}")


def rasa(addresses: dict[str, str]) -> Part:
    return team("rasa", [answers(name, f"{address}/webhooks/desk/health") for name, address in addresses.items()])


def desk_processes(settings: Settings) -> Part:
    """By its public address; of several processes, each by its own."""
    each = Workers(settings.desks_file, settings.desk_url).addresses()
    return team("desk", [answers(name, f"{address}/health") for name, address in each.items()])


def team(name: str, parts: list[Part]) -> Part:
    """Processes of one kind: up while one answers, for it serves the conversations of the others too."""
    if silent := [f"{part.name}: {part.detail}" for part in parts if part.state != "up"]:
        return Part(name, "down" if len(silent) == len(parts) else "stale", "; ".join(silent))
    return Part(name, "up", f"{len(parts)} processes" if len(parts) > 1 else "")


def model(data_dir: Path) -> Part:
    """The model on disk against its sources, and whether the workers took it."""
    built = _built(training_step())
    alarms = (holding.read_state(data_dir) or {}).get("alarms", {})
    return Part("model", "stale", "; ".join(alarms.values())[:300]) if alarms else built


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


def redis(url: str) -> Part:
    """Without it the processes hear of each other a second later, by the log."""
    try:
        with Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
            client.ping()
    except (RedisError, OSError) as error:
        return Part("redis", "stale", f"{type(error).__name__}: desk processes hear of each other only by the log")
    return Part("redis", "up")


def index(knowledge: KnowledgeStatus) -> Part:
    status = knowledge()
    if not status["version"]:
        return Part("index", "down", "never built")
    if problems := len(status["problems"]):
        return Part("index", "stale", f"{problems} problems in articles; the version before them serves")
    return Part("index", "up", f"{status['articles']} articles, version {status['version']}")


def built() -> list[Part]:
    """Bundles, against the sources they were made from."""
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
    except (SQLAlchemyError, Unavailable) as error:
        return Part(name, "down", type(error.__cause__ or error).__name__)


def _built(step: Step) -> Part:
    if not all(output.exists() for output in step.outputs):
        return Part(step.key, "down", "not built: `make run` builds it")
    if not is_current(STAMPS / step.key, fingerprint(step.inputs)):
        return Part(step.key, "stale", "its sources have changed since")
    return Part(step.key, "up")
