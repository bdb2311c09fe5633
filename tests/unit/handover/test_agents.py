"""Accounts, log-in, sessions and tickets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select

from handover.domain.agent import Agent, Role
from handover.domain.errors import InvalidInput, KulanzError, NotFound, NotLoggedIn, TooMany
from handover.services.agents import Agents
from handover.services.entering import Caller, Entered, LogInRules, LogIns
from handover.services.log_ins import PER_ACCOUNT, PER_BROWSER, PER_NETWORK
from handover.services.passwords import Passwords
from handover.services.ports import Publication
from handover.services.second_step import SecondStep
from handover.services.tokens import fingerprint
from handover.store.engine import make_engine
from handover.store.migrate import upgrade
from handover.store.tables import agent_sessions, agents, audit, login_failures, tickets
from handover.store.unit_of_work import SqlUnits

PASSWORD = "correct horse battery"


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def pass_by(self, **time: float) -> None:
        self.time += timedelta(**time)


class Service(Agents):
    """Accounts and the way into them."""

    def __init__(self, units: SqlUnits, live: Live, *, demo: bool) -> None:
        passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=64))
        super().__init__(units, live, demo=demo, passwords=passwords)
        self.log_ins = LogIns(units, self, passwords, SecondStep("", "Kulanz"), LogInRules())


class Live:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.seated: frozenset[str] = frozenset()

    def publish(self, publication: Publication) -> None: ...

    def open_sessions(self) -> frozenset[str]:
        return self.seated

    def session_ended(self, session_hash: str) -> None:
        self.ended.append(session_hash)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = make_engine(f"sqlite:///{tmp_path / 'kulanz.db'}")
    upgrade(engine)
    return engine


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def live() -> Live:
    return Live()


@pytest.fixture
def service(engine: Engine, clock: Clock, live: Live) -> Service:
    return make_service(engine, clock, live, demo=True)


def make_service(engine: Engine, clock: Clock, live: Live, *, demo: bool) -> Service:
    return Service(SqlUnits(engine, live, clock), live, demo=demo)


@pytest.fixture
def anna(service: Service) -> Agent:
    return service.add(email=" Anna@Shop.Example ", name="Anna", password=PASSWORD, role=Role.AGENT, language="de")


HOME = "192.0.2.1"


def enter(
    service: Service,
    *,
    email: str = "anna@shop.example",
    password: str = PASSWORD,
    host: str = HOME,
    device: str | None = None,
) -> Entered:
    entered = service.log_ins.log_in(email=email, password=password, caller=Caller(host, device))
    assert isinstance(entered, Entered)
    return entered


def log_in(service: Service, *, email: str = "anna@shop.example", password: str = PASSWORD) -> tuple[str, Agent]:
    entered = enter(service, email=email, password=password)
    return entered.session, entered.agent


def guess(service: Service, times: int, **how: str) -> list[type[KulanzError]]:
    """What so many wrong passwords are answered with."""
    answers = []
    for _ in range(times):
        with pytest.raises(KulanzError) as refused:
            enter(service, password="wrong", **how)
        answers.append(refused.type)
    return answers


def test_an_account_logs_in_and_is_recognised_by_its_session(service: Service, anna: Agent) -> None:
    token, agent = log_in(service, email="ANNA@shop.example")
    assert agent == anna == service.authenticate(token)


def test_passwords_and_session_secrets_are_not_in_the_database(service: Service, anna: Agent, engine: Engine) -> None:
    token, _ = log_in(service)
    with engine.connect() as connection:
        assert connection.execute(select(agents.c.password_hash)).scalar_one().startswith("$argon2id$")
        assert connection.execute(select(agent_sessions.c.token_hash)).scalar_one() == fingerprint(token) != token


@pytest.mark.parametrize(
    ("email", "password"), [("anna@shop.example", "wrong"), ("nobody@shop.example", PASSWORD), ("", "")]
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    service: Service, anna: Agent, email: str, password: str
) -> None:
    with pytest.raises(NotLoggedIn, match="Mail address or password is wrong"):
        log_in(service, email=email, password=password)


def test_an_unknown_address_costs_as_much_hashing_as_a_wrong_password(
    service: Service, anna: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    monkeypatch.setattr(PasswordHasher, "verify", lambda _self, known, _password: verified.append(known) or False)
    for email in ("anna@shop.example", "nobody@shop.example"):
        with pytest.raises(NotLoggedIn):
            log_in(service, email=email)
    assert len(verified) == 2
    assert all(known.startswith("$argon2id$") for known in verified)


@pytest.mark.parametrize("email", ["anna@shop.example", "nobody@shop.example"])
def test_f91_repeated_failures_stop_one_network_for_a_quarter_of_an_hour_whether_or_not_the_account_exists(
    service: Service, anna: Agent, clock: Clock, email: str
) -> None:
    assert set(guess(service, PER_BROWSER, email=email)) == {NotLoggedIn}
    with pytest.raises(TooMany) as refused:
        log_in(service, email=email)
    assert refused.value.data == {"retry_seconds": 900}
    clock.pass_by(minutes=16)
    if email == anna.email:
        log_in(service)


def test_parallel_guesses_count_before_they_are_checked(service: Service, anna: Agent) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = [answer for (answer,) in pool.map(lambda _: guess(service, 1), range(20))]
    assert answers.count(NotLoggedIn) == PER_BROWSER


def test_f91_a_list_of_accounts_tried_from_one_network_stops_at_thirty(service: Service, anna: Agent) -> None:
    for number in range(PER_NETWORK):
        assert guess(service, 1, email=f"guess{number}@shop.example") == [NotLoggedIn]
    with pytest.raises(TooMany):
        log_in(service)
    enter(service, host="198.51.100.1")


def test_f91_five_strangers_guesses_lock_nobody_else_out(service: Service, anna: Agent) -> None:
    guess(service, PER_BROWSER + 2, host="203.0.113.66")
    log_in(service)


def test_f91_guesses_from_many_networks_are_stopped_while_the_owners_own_browser_gets_in(
    service: Service, anna: Agent
) -> None:
    device = enter(service).device
    answers = [guess(service, 1, host=f"203.0.113.{number}")[0] for number in range(PER_ACCOUNT + 5)]
    assert answers == [NotLoggedIn] * PER_ACCOUNT + [TooMany] * 5
    with pytest.raises(TooMany):
        enter(service)
    again = enter(service, device=device)
    assert again.device == device


def test_a_known_browser_opens_nothing_by_itself_and_is_counted_too(service: Service, anna: Agent) -> None:
    device = enter(service).device
    assert guess(service, PER_BROWSER + 1, device=device) == [NotLoggedIn] * PER_BROWSER + [TooMany]
    assert guess(service, 1, email="nobody@shop.example", device=device) == [NotLoggedIn]
    log_in(service)


def test_a_browser_becomes_a_stranger_after_half_a_year_or_when_its_account_is_disabled(
    service: Service, anna: Agent, clock: Clock
) -> None:
    first = enter(service).device
    clock.pass_by(days=181)
    service.forget_expired()
    second = enter(service, device=first).device
    assert second != first
    service.set_active(anna.id, active=False)
    service.set_active(anna.id, active=True)
    assert enter(service, device=second).device != second


def test_f104_failed_log_ins_hold_no_address_that_could_be_found_by_trying_all(
    service: Service, anna: Agent, engine: Engine
) -> None:
    guess(service, 1)
    with engine.connect() as connection:
        subjects = set(connection.execute(select(login_failures.c.subject)).scalars())
    assert len(subjects) == 3
    plain = [(HOME,), ("address", HOME), ("network", HOME), ("account here", anna.email, HOME)]
    assert not subjects & {fingerprint(*parts) for parts in plain}


def test_a_log_in_forgets_earlier_failures(service: Service, anna: Agent) -> None:
    for _ in range(3):
        assert set(guess(service, PER_BROWSER - 1)) == {NotLoggedIn}
        log_in(service)


def test_a_session_ends_after_twelve_hours(service: Service, anna: Agent, clock: Clock) -> None:
    token, _ = log_in(service)
    clock.pass_by(hours=11, minutes=59)
    service.authenticate(token)
    clock.pass_by(minutes=2)
    with pytest.raises(NotLoggedIn):
        service.authenticate(token)


def test_logging_out_ends_the_session_and_tells_its_sockets(service: Service, anna: Agent, live: Live) -> None:
    token, _ = log_in(service)
    service.log_out(token)
    assert live.ended == [fingerprint(token)]
    with pytest.raises(NotLoggedIn):
        service.authenticate(token)


def test_disabling_ends_sessions_and_refuses_log_ins(service: Service, anna: Agent) -> None:
    token, _ = log_in(service)
    service.set_active(anna.id, active=False)
    with pytest.raises(NotLoggedIn):
        service.authenticate(token)
    with pytest.raises(NotLoggedIn, match="Mail address or password is wrong"):
        log_in(service)
    with pytest.raises(NotFound):
        service.set_active("nobody", active=False)


def test_f80_a_new_role_ends_sessions_and_counts_from_the_next_log_in(service: Service, anna: Agent) -> None:
    token, _ = log_in(service)
    service.set_role(anna.id, Role.EDITOR)
    with pytest.raises(NotLoggedIn):
        service.authenticate(token)
    assert log_in(service)[1].role is Role.EDITOR
    with pytest.raises(NotFound):
        service.set_role("nobody", Role.ADMIN)


def test_sockets_of_sessions_that_ran_out_or_were_ended_elsewhere_are_hung_up(
    service: Service, anna: Agent, live: Live, clock: Clock
) -> None:
    first, _ = log_in(service)
    clock.pass_by(hours=6)
    second, _ = log_in(service)
    live.seated = frozenset({fingerprint(first), fingerprint(second)})
    service.hang_up_on_ended()
    assert live.ended == []
    clock.pass_by(hours=7)
    service.hang_up_on_ended()
    assert live.ended == [fingerprint(first)]
    service.set_active(anna.id, active=False)
    service.hang_up_on_ended()
    assert fingerprint(second) in live.ended


def test_what_has_expired_is_deleted_and_nothing_else(
    service: Service, anna: Agent, engine: Engine, clock: Clock
) -> None:
    def left() -> list[int]:
        with engine.connect() as connection:
            return [len(connection.execute(select(table)).all()) for table in (agent_sessions, tickets, login_failures)]

    token, _ = log_in(service)
    service.issue_agent_ticket(anna, token)
    with pytest.raises(NotLoggedIn):
        log_in(service, password="wrong")
    service.forget_expired()
    assert left() == [1, 1, 3]
    clock.pass_by(minutes=1)
    service.forget_expired()
    assert left() == [1, 0, 3]
    clock.pass_by(minutes=15)
    service.forget_expired()
    assert left() == [1, 0, 0]
    clock.pass_by(hours=12)
    service.forget_expired()
    assert left() == [0, 0, 0]


def test_demo_accounts_do_not_work_once_the_demo_is_off(
    service: Service, engine: Engine, clock: Clock, live: Live
) -> None:
    service.add(email="demo@shop.example", name="D", password=PASSWORD, role=Role.ADMIN, language="en", demo=True)
    token, _ = log_in(service, email="demo@shop.example")
    real = make_service(engine, clock, live, demo=False)
    with pytest.raises(NotLoggedIn):
        real.authenticate(token)
    with pytest.raises(NotLoggedIn, match="Mail address or password is wrong"):
        log_in(real, email="demo@shop.example")


@pytest.mark.parametrize(
    "wrong",
    [{"email": "no address"}, {"email": "a@b"}, {"name": "  "}, {"password": "short"}, {"email": "a\n@b.example"}],
)
def test_an_account_with_bad_values_is_refused(service: Service, wrong: dict[str, str]) -> None:
    good = {"email": "new@shop.example", "name": "New", "password": PASSWORD}
    with pytest.raises(InvalidInput):
        service.add(**(good | wrong), role=Role.AGENT, language="en")
    assert service.accounts() == []


def test_a_taken_address_is_refused(service: Service, anna: Agent) -> None:
    with pytest.raises(InvalidInput):
        service.add(email=anna.email, name="Other", password=PASSWORD, role=Role.ADMIN, language="en")


def test_a_ticket_opens_once_within_thirty_seconds(service: Service, anna: Agent, clock: Clock) -> None:
    ticket = service.issue_visitor_ticket("conversation", "token")
    assert service.redeem_ticket(ticket, "visitor").subject == "conversation"
    with pytest.raises(NotLoggedIn):
        service.redeem_ticket(ticket, "visitor")
    late = service.issue_visitor_ticket("conversation", "token")
    clock.pass_by(seconds=31)
    with pytest.raises(NotLoggedIn):
        service.redeem_ticket(late, "visitor")


def test_of_many_parallel_redemptions_one_wins(service: Service) -> None:
    ticket = service.issue_visitor_ticket("conversation", "token")

    def redeem(_: int) -> bool:
        try:
            service.redeem_ticket(ticket, "visitor")
        except NotLoggedIn:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(redeem, range(16))) == 1


def test_a_ticket_of_one_kind_does_not_open_the_other(service: Service, anna: Agent, engine: Engine) -> None:
    token, _ = log_in(service)
    ticket = service.issue_agent_ticket(anna, token)
    with pytest.raises(NotLoggedIn):
        service.redeem_ticket(ticket, "visitor")
    redeemed = service.redeem_ticket(ticket, "agent")
    assert service.of_session(redeemed.session_hash or "") == anna
    with engine.connect() as connection:
        assert ticket not in connection.execute(select(tickets.c.token_hash)).scalars().all()


def test_log_ins_and_refusals_are_audited(service: Service, anna: Agent, engine: Engine) -> None:
    log_in(service)
    with pytest.raises(NotLoggedIn):
        log_in(service, password="wrong")
    service.note_refusal(anna, "GET /api/knowledge")
    with engine.connect() as connection:
        rows = connection.execute(select(audit.c.action, audit.c.agent_id, audit.c.allowed)).all()
    assert [tuple(row) for row in rows[1:]] == [
        ("log_in", anna.id, True),
        ("log_in", anna.id, False),
        ("GET /api/knowledge", anna.id, False),
    ]
