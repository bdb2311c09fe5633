"""Composition root: the one place that names concrete classes, and the life of the desk's process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Protocol

from fastapi import FastAPI
from sqlalchemy import Engine

from handover.api import conversations as conversation_routes
from handover.api import credit as credit_routes
from handover.api import customers as customer_routes
from handover.api import health, internal, knowledge, mailbox, sessions, visitor
from handover.api.errors import add_error_handlers
from handover.api.pages import add_pages
from handover.api.security import OriginGuard, SecurityHeaders, VisitorCors
from handover.checks import Readiness
from handover.gateways.knowledge import KnowledgeStatus
from handover.gateways.mail import mail_gateway
from handover.gateways.rasa import RasaGateway
from handover.realtime import agent_socket, visitor_socket
from handover.realtime.hub import Hub
from handover.realtime.line import Limits
from handover.realtime.threads import in_thread, repeat
from handover.realtime.turn_runner import TurnRunner
from handover.services.agents import Agents, SessionWatch
from handover.services.conversations import Conversations
from handover.services.credit import Credits
from handover.services.customers import Customers
from handover.services.desk import Desk, Presence
from handover.services.dossier import Dossiers
from handover.services.identity import Identities
from handover.services.language import detect
from handover.services.outbox import Outbox
from handover.services.policy import load_policy
from handover.services.ports import BotGateway, Publisher, SystemClock
from handover.services.routing import Handovers
from handover.services.shop import Shop
from handover.services.turns import Turns
from handover.settings import Settings
from handover.store.engine import make_engine
from handover.store.unit_of_work import SqlUnits

BODY_LIMIT = 256 * 1024
"""Bytes of one request's body."""
MAIL_SECONDS = 1.0
"""Between two looks into the outbox."""
SESSIONS_SECONDS = 1.0
"""Between two looks for open sockets whose session has ended."""
SWEEP_SECONDS = 600.0
"""Between two deletions of expired sessions and tickets."""
LOOK_SECONDS = 2.0
"""Between two looks at the parts that `/health` tells of."""


class Live(Publisher, SessionWatch, Presence, Protocol):
    """What the services tell the open sockets, and ask of them."""


class ClosableBot(BotGateway, Protocol):
    async def close(self) -> None: ...


def build_desk(settings: Settings, engine: Engine, live: Live) -> Desk:
    unit = SqlUnits(engine, live, SystemClock())
    policy = load_policy(settings.credit_policy)
    status = KnowledgeStatus(settings.knowledge_status)
    return Desk(
        conversations=Conversations(unit),
        handovers=Handovers(unit, timedelta(seconds=settings.lease_seconds)),
        turns=Turns(unit),
        identities=Identities(unit),
        dossiers=Dossiers(unit, policy.zone),
        customers=Customers(unit),
        agents=Agents(unit, live, demo=settings.demo),
        shop=Shop(unit, policy.zone),
        credits=Credits(unit, policy),
        outbox=Outbox(unit, mail_gateway(settings.mail, settings.mail_from)),
        presence=live,
        knowledge=status,
        readiness=Readiness(settings, engine, status),
    )


def create_app(
    settings: Settings | None = None, *, bot: ClosableBot | None = None, limits: Limits | None = None
) -> FastAPI:
    """The desk. `bot` and `limits` are for tests; without them it is Rasa, and the limits of a running house."""
    settings = settings or Settings()
    app = FastAPI(
        title="Kulanz", openapi_url=None, docs_url=None, redoc_url=None, max_body_size=BODY_LIMIT, lifespan=live
    )
    app.state.settings = settings
    app.state.limits = limits or Limits()
    app.state.hub = Hub()
    app.state.engine = make_engine(settings.database)
    app.state.desk = build_desk(settings, app.state.engine, app.state.hub)
    app.state.bot = bot or rasa(settings)
    add_error_handlers(app)
    _add_middleware(app, settings)
    _add_routes(app, settings)
    return app


def rasa(settings: Settings) -> RasaGateway:
    return RasaGateway(settings.rasa_url, settings.channel_secret.get_secret_value(), timeout=settings.bot_timeout)


@asynccontextmanager
async def live(app: FastAPI) -> AsyncIterator[None]:
    """Everything that runs beside the requests starts and ends here."""
    state = app.state
    hub: Hub = state.hub
    hub.start()
    runner = _turn_runner(state.desk, hub, state.bot, state.settings)
    tasks = [asyncio.create_task(work) for work in _background(state.desk, hub, runner, state.settings)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await runner.stop()
        hub.stop()
        await state.bot.close()
        state.engine.dispose()


def _turn_runner(desk: Desk, hub: Hub, bot: BotGateway, settings: Settings) -> TurnRunner:
    def show_typing(conversation_id: str, *, on: bool) -> None:
        hub.show_typing(conversation_id, "bot", on=on)

    runner = TurnRunner(desk.turns, desk.conversations, bot, show_typing, timeout=settings.bot_timeout)
    hub.bot_asked = runner.wake
    return runner


def _background(desk: Desk, hub: Hub, runner: TurnRunner, settings: Settings) -> list[Coroutine[None, None, object]]:
    return [
        in_thread(detect, "The first sentence loads the model, so it had better not be a visitor's."),
        runner.run(),
        hub.keep_queue(desk.conversations.queue_places),
        repeat(min(5.0, settings.lease_seconds / 4), desk.handovers.expire_leases),
        repeat(SESSIONS_SECONDS, desk.agents.hang_up_on_ended),
        repeat(SWEEP_SECONDS, desk.agents.forget_expired),
        repeat(MAIL_SECONDS, desk.outbox.send_due),
        repeat(LOOK_SECONDS, desk.readiness.look),
    ]


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """The last one added is the outermost."""
    app.add_middleware(OriginGuard, origins=settings.origins)
    app.add_middleware(VisitorCors, origins=settings.origins)
    app.add_middleware(SecurityHeaders, https=settings.secure_cookies)


def _add_routes(app: FastAPI, settings: Settings) -> None:
    nouns = (visitor, sessions, conversation_routes, credit_routes, customer_routes, knowledge, internal, health)
    for noun in (*nouns, visitor_socket, agent_socket):
        app.include_router(noun.router)
    if settings.demo:
        app.include_router(mailbox.router)
    add_pages(app, demo=settings.demo)
