"""Composition root: the one place that names concrete classes, and the life of the desk's process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import date, timedelta
from functools import partial
from types import ModuleType
from typing import Any, Protocol

from fastapi import FastAPI
from sqlalchemy import Engine

from handover.api import (
    account,
    acting,
    audit,
    canned,
    demo_log_in,
    endings,
    health,
    internal,
    knowledge,
    log_in,
    mailbox,
    mentions,
    people,
    queue,
    rules,
    search,
    sessions,
    shifts,
    transfers,
    visitor,
    writing,
)
from handover.api import conversations as conversation_routes
from handover.api import credit as credit_routes
from handover.api import customers as customer_routes
from handover.api import live as live_routes
from handover.api.errors import add_error_handlers
from handover.api.guards import RateGuard, RequestGuard
from handover.api.pages import add_pages
from handover.api.security import OriginGuard, SecurityHeaders, VisitorCors
from handover.checks import Readiness
from handover.contract.frames import QueuePlace
from handover.domain.agent import Role
from handover.gateways.article_check import article_problems
from handover.gateways.knowledge import KnowledgeStatus, LiveArticles
from handover.gateways.mail import mail_gateway
from handover.gateways.oidc import OidcProvider
from handover.gateways.passages import ActionServerPassages
from handover.gateways.rasa import RasaGateway
from handover.gateways.workers import Workers
from handover.realtime.agent_socket import agent_socket
from handover.realtime.door import Door, Rooms
from handover.realtime.follower import Follower
from handover.realtime.hub import Hub
from handover.realtime.line import Limits
from handover.realtime.listener import Listener
from handover.realtime.queue_board import QueueBoard
from handover.realtime.redis_bridge import RedisBridge
from handover.realtime.scribe import Scribe
from handover.realtime.sockets import Sockets
from handover.realtime.threads import in_thread, repeat
from handover.realtime.turn_runner import TurnRunner
from handover.realtime.visitor_socket import visitor_socket
from handover.services.account_care import AccountCare
from handover.services.agents import Agents, SessionWatch
from handover.services.approvals import Approvals
from handover.services.articles import Articles
from handover.services.audit import AuditLog
from handover.services.canned import CannedAnswers
from handover.services.cards import Cards
from handover.services.clock import SteadyClock
from handover.services.company_log_in import CompanyLogIn, CompanyRules
from handover.services.contacts import Contacts
from handover.services.conversations import Conversations
from handover.services.credit import Credits
from handover.services.customers import Customers
from handover.services.desk import Desk, Presence
from handover.services.documents.fetching import Documents
from handover.services.documents.letterhead import load_letterhead
from handover.services.dossier import Dossiers
from handover.services.drafts import Drafts
from handover.services.duty import RENEW_SECONDS, Duty
from handover.services.entering import LogInRules, LogIns
from handover.services.erasure import Erasures
from handover.services.files import FileLimits, Files
from handover.services.following import Following
from handover.services.gaps import Gaps, Shelves
from handover.services.identity import Identities
from handover.services.joining import Joining
from handover.services.language import detect
from handover.services.limits import Rates, Throttle
from handover.services.listening import Listening
from handover.services.live_board import LiveBoard
from handover.services.my_account import MyAccount
from handover.services.need_to_know import NeedToKnow
from handover.services.notes import Notes
from handover.services.offers import Offers
from handover.services.outbox import Outbox
from handover.services.passwords import Passwords
from handover.services.placing import Intake
from handover.services.policy import load_policy
from handover.services.ports import BotGateway, PassageSearch, Publisher, TextReader, Units
from handover.services.queue import Queue
from handover.services.ratings import Ratings
from handover.services.retention import Retention, load_periods
from handover.services.routing import Handovers
from handover.services.rules_keeping import RulesKeeping
from handover.services.search import Search
from handover.services.second_step import SecondStep
from handover.services.selfservice import everything
from handover.services.selfservice.reading import Account
from handover.services.selfservice.service import SelfService
from handover.services.shifts import Shifts
from handover.services.shop import Shop
from handover.services.shop_rules import load_shop_rules
from handover.services.signed_identity import Signatures
from handover.services.staff import Staff
from handover.services.suggestions import SuggestedDrafts
from handover.services.tasks import Tasks
from handover.services.tokens import new_id
from handover.services.transcript import Transcripts
from handover.services.transfers import Transfers
from handover.services.turns import Tenure, Turns
from handover.services.wrap_up import WrapUps
from handover.services.writing import Writing
from handover.settings import MB, Settings
from handover.store.engine import make_engine
from handover.store.erasure_journal import FileJournal
from handover.store.unit_of_work import SqlUnits

TURN_MARGIN_SECONDS = 5.0
"""A turn that takes so much longer than the bot may was begun by a process that died."""
BODY_LIMIT = 256 * 1024
"""Bytes of one request's body."""
OFFERS_SECONDS = 1.0
"""Between two looks at offers that ran out and cases that can be offered."""
GONE_SECONDS = 10.0
"""Between two looks for visitors who have gone."""
MAIL_SECONDS = 1.0
"""Between two looks into the outbox."""
SESSIONS_SECONDS = 1.0
"""Between two looks for open sockets whose session has ended."""
RULES_SECONDS = 1.0
"""Between two looks whether another process, or the command line, has changed the rules of the desk."""
SWEEP_SECONDS = 600.0
"""Between two deletions of what has expired or was kept long enough."""
LOOK_SECONDS = 2.0
"""Between two looks at the parts that `/health` tells of."""


class Live(Publisher, SessionWatch, Presence, Protocol):
    """What the services tell the open sockets, and ask of them."""

    def rules_changed(self, version: int) -> None: ...


class ClosableBot(BotGateway, TextReader, Protocol):
    async def close(self) -> None: ...


class ClosablePassages(PassageSearch, Protocol):
    def close(self) -> None: ...


def build_desk(settings: Settings, engine: Engine, live: Live, passages: PassageSearch | None = None) -> Desk:
    """`passages`: the search that suggestions come from; none: the action server's."""
    process, several = new_id(), bool(settings.redis_url)
    turn_lasts = timedelta(seconds=settings.bot_timeout + TURN_MARGIN_SECONDS)
    clock = SteadyClock()
    unit = SqlUnits(engine, live, clock)
    search = passages or action_server(settings)
    policy = load_policy(settings.credit_policy)
    rules = load_shop_rules(settings.shop_rules)
    status = KnowledgeStatus(settings.knowledge_status)

    def today() -> date:
        return clock.now().astimezone(policy.zone).date()

    articles = Articles(LiveArticles(settings.knowledge_status.parent), today)
    desk_rules = RulesKeeping(unit, settings.desk_rules, live.rules_changed)
    lease = timedelta(seconds=settings.lease_seconds)
    intake = Intake(desk_rules, lease)
    letterhead = load_letterhead(settings.sender, policy.zone)
    passwords, log_in_rules = Passwords(), rules_of_log_in(settings)
    agents = Agents(unit, live, demo=settings.demo, passwords=passwords)
    second_step = SecondStep(settings.channel_secret.get_secret_value(), f"Kulanz {settings.shop_name}")
    return Desk(
        units=unit,
        conversations=Conversations(unit, intake),
        handovers=Handovers(unit, lease, desk_rules),
        transfers=Transfers(unit, intake),
        joining=Joining(unit, intake),
        queue=Queue(unit, intake),
        offers=Offers(unit, intake),
        contacts=Contacts(unit, desk_rules),
        wrap_ups=WrapUps(unit, desk_rules, articles),
        tasks=Tasks(unit),
        gaps=Gaps(unit, desk_rules, Shelves(article_problems, status.folders, today)),
        ratings=Ratings(unit),
        transcripts=Transcripts(unit, letterhead),
        staff=Staff(unit, intake, live),
        shifts=Shifts(unit),
        rules=desk_rules,
        live_board=LiveBoard(unit, intake, policy.zone),
        approvals=Approvals(unit, policy),
        turns=Turns(unit, Tenure(process, turn_lasts) if several else None, intake, Cards(policy.zone, rules)),
        identities=Identities(unit, signatures(settings)),
        dossiers=Dossiers(unit, policy.zone, rules),
        suggestions=SuggestedDrafts(unit, search, policy.zone, rules),
        listening=Listening(unit),
        drafts=Drafts(unit),
        notes=Notes(unit),
        canned=CannedAnswers(unit),
        writing=Writing(unit),
        files=Files(unit, FileLimits(settings.file_bytes, settings.files_mb * MB)),
        customers=Customers(unit),
        need_to_know=NeedToKnow(unit),
        audit=AuditLog(unit, policy.zone),
        search=Search(unit, policy.zone),
        agents=agents,
        log_ins=LogIns(unit, agents, passwords, second_step, log_in_rules),
        company_log_in=company_log_in(settings, unit, agents),
        my_account=MyAccount(unit, live, passwords, second_step, log_in_rules),
        account_care=AccountCare(unit, live, second_step, agents, passwords),
        shop=Shop(unit, policy.zone, rules),
        account=Account(unit, policy.zone, everything.PARTS, rules),
        selfservice=SelfService(unit, policy.zone, everything.KINDS, rules),
        articles=articles,
        documents=Documents(unit, letterhead),
        credits=Credits(unit, policy),
        outbox=Outbox(unit, mail_gateway(settings.mail, settings.mail_from)),
        retention=Retention(unit, load_periods(settings.retention)),
        erasures=Erasures(unit, FileJournal(settings.erasures)),
        presence=live,
        following=Following(unit),
        duty=Duty(unit, process),
        knowledge=status,
        readiness=Readiness(settings, engine, status),
    )


def rules_of_log_in(settings: Settings) -> LogInRules:
    everybody = settings.password_log_in == "everybody"  # noqa: S105 -- no password
    return LogInRules(
        password_for=frozenset(Role) if everybody else frozenset({Role.ADMIN}),
        second_step_for=frozenset(map(Role, settings.second_step_for)),
    )


def company_log_in(settings: Settings, unit: Units, agents: Agents) -> CompanyLogIn | None:
    if not settings.oidc_issuer:
        return None
    provider = OidcProvider(
        settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        redirect_uri=settings.url + log_in.COMPANY_CALLBACK,
        role_claim=settings.oidc_role_claim,
    )
    roles = {group: Role(name) for group, name in settings.oidc_roles.items()}
    return CompanyLogIn(unit, agents, provider, CompanyRules(roles, settings.oidc_create))


def signatures(settings: Settings) -> Signatures:
    return Signatures(settings.url, secret=demo_log_in.identity_secret(settings), public_key=settings.identity_key)


def create_app(
    settings: Settings | None = None,
    *,
    bot: ClosableBot | None = None,
    limits: Limits | None = None,
    passages: ClosablePassages | None = None,
) -> FastAPI:
    """The desk. What stands behind `*` is for tests: without it are Rasa, the action server, the limits of a running house."""
    settings = settings or Settings()
    app = FastAPI(
        title="Kulanz",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        max_body_size=BODY_LIMIT,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # nobody is told, and looking costs each request
        lifespan=live,
    )
    app.state.settings = settings
    app.state.limits = limits or Limits()
    app.state.door = Door(Rooms().times(settings.limit_factor))
    app.state.throttle = Throttle(Rates(), factor=settings.limit_factor)
    app.state.hub = Hub()
    app.state.engine = make_engine(settings.database)
    app.state.passages = passages or action_server(settings)
    app.state.desk = build_desk(settings, app.state.engine, app.state.hub, app.state.passages)
    app.state.scribe = Scribe(app.state.desk.units)
    app.state.bot = bot or rasa(settings)
    add_error_handlers(app)
    _add_middleware(app, settings)
    _add_routes(app, settings)
    return app


def rasa(settings: Settings) -> RasaGateway:
    workers = Workers(settings.workers_file, settings.rasa_url)
    return RasaGateway(workers, settings.channel_secret.get_secret_value(), timeout=settings.bot_timeout)


def action_server(settings: Settings) -> ActionServerPassages:
    return ActionServerPassages(settings.actions_url, settings.channel_secret.get_secret_value())


@asynccontextmanager
async def live(app: FastAPI) -> AsyncIterator[None]:
    """Everything that runs beside the requests starts and ends here."""
    state = app.state
    hub: Hub = state.hub
    hub.start()
    runner = _turn_runner(state.desk, hub, state.bot, state.settings)
    listener = Listener(state.desk.listening, state.bot, state.passages)
    hub.person_written_to = listener.wake
    tasks = [asyncio.create_task(work) for work in _background(state.desk, hub, runner, state.settings)]
    joined = asyncio.create_task(_join(state.desk, hub, runner, state.settings))
    try:
        yield
    finally:
        await _cancel(*tasks)
        await runner.stop()
        await listener.stop()
        await _cancel(joined)  # after the others have heard the last of this process
        hub.stop()
        await state.bot.close()
        state.passages.close()
        state.engine.dispose()


def _turn_runner(desk: Desk, hub: Hub, bot: BotGateway, settings: Settings) -> TurnRunner:
    def show_typing(conversation_id: str, *, on: bool) -> None:
        hub.show_typing(conversation_id, "bot", on=on)

    runner = TurnRunner(desk.turns, desk.conversations, bot, show_typing, timeout=settings.bot_timeout)
    hub.bot_asked = runner.wake
    return runner


async def _join(desk: Desk, hub: Hub, runner: TurnRunner, settings: Settings) -> None:
    """One house with the other processes on this database, until cancelled."""
    if not settings.redis_url:
        return
    bridge = RedisBridge(settings.redis_url, hub)
    follower = Follower(desk.following, hub, lambda: bridge.carries)
    hub.tell_others, hub.missed = bridge.tell, follower.want
    bridge.changed, bridge.lost = follower.look_now, runner.look_now
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(bridge.run())
        tasks.create_task(follower.run())


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _background(desk: Desk, hub: Hub, runner: TurnRunner, settings: Settings) -> list[Coroutine[None, None, object]]:
    several = bool(settings.redis_url)
    by_one: Callable[[Callable[[], object]], Callable[[], object]] = desk.duty.only if several else _always
    return [
        in_thread(detect, "The first sentence loads the model, so it had better not be a visitor's."),
        runner.run(),
        *([repeat(RENEW_SECONDS, desk.duty.renew)] if several else []),
        QueueBoard(hub, partial(_places, desk), desk.queue.visitors_seen).run(),
        repeat(OFFERS_SECONDS, by_one(desk.offers.look)),
        repeat(MAIL_SECONDS, by_one(desk.contacts.send_letters)),
        repeat(GONE_SECONDS, by_one(desk.queue.leave_gone)),
        repeat(min(5.0, settings.lease_seconds / 4), by_one(desk.handovers.expire_leases)),
        repeat(SESSIONS_SECONDS, desk.agents.hang_up_on_ended),
        repeat(RULES_SECONDS, desk.rules.look),
        repeat(SWEEP_SECONDS, by_one(desk.agents.forget_expired)),
        repeat(SWEEP_SECONDS, by_one(desk.retention.run)),
        repeat(SWEEP_SECONDS, by_one(desk.files.forget_unsent)),
        repeat(SWEEP_SECONDS, desk.erasures.catch_up),  # first of all at once: an older database may have been put here
        repeat(MAIL_SECONDS, by_one(desk.outbox.send_due)),
        repeat(LOOK_SECONDS, desk.readiness.look),
    ]


def _places(desk: Desk) -> dict[str, QueuePlace]:
    """Whatever moves the queue may make an offer possible, and agents had better hear of it now than at the next look."""
    desk.offers.look()
    return desk.queue.places()


def _always(work: Callable[[], object]) -> Callable[[], object]:
    """The duty of a process that is alone."""
    return work


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """The last one added is the outermost."""
    app.add_middleware(Sockets, by_path={"/ws/visitor": visitor_socket, "/ws/desk": agent_socket})
    app.add_middleware(OriginGuard, origins=settings.origins)
    app.add_middleware(RateGuard, throttle=app.state.throttle)
    app.add_middleware(VisitorCors, origins=settings.origins)
    app.add_middleware(RequestGuard, hosts=settings.hosts)
    app.add_middleware(SecurityHeaders, https=settings.secure_cookies)


def _add_routes(app: FastAPI, settings: Settings) -> None:
    nouns: tuple[ModuleType, ...] = (
        visitor,
        log_in,
        sessions,
        account,
        queue,
        shifts,
        transfers,
        conversation_routes,
        credit_routes,
        customer_routes,
    )
    nouns += (
        acting,
        canned,
        endings,
        mentions,
        writing,
        rules,
        people,
        live_routes,
        search,
        audit,
        knowledge,
        internal,
        health,
    )
    for noun in nouns:
        app.include_router(noun.router)
    if settings.demo:
        app.include_router(mailbox.router)
        app.include_router(demo_log_in.router)
    add_pages(app, demo=settings.demo)
