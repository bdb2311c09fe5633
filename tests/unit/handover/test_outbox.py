"""Mails leave after the transaction that wrote them, and are tried again when they could not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from handover.services.outbox import TRIES, Outbox
from handover.services.ports import Mail, MailNotSent
from handover.store.unit_of_work import SqlUnits
from tests.unit.handover.front_desk import Notebook

MAIL = Mail("erika@example.org", "Ihr Code", "123456")


class Clock:
    time = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class Server:
    """A mail server that may be down."""

    def __init__(self) -> None:
        self.up = True
        self.asked = 0
        self.received: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.asked += 1
        if not self.up:
            raise MailNotSent("refused")
        self.received.append(mail)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def outbox(sqlite_engine: Engine, clock: Clock, server: Server) -> Outbox:
    unit = SqlUnits(sqlite_engine, Notebook(), clock)
    with unit() as work:
        work.mails.add(MAIL, work.now)
    return Outbox(unit, server)


def test_a_mail_is_sent_once(outbox: Outbox, server: Server) -> None:
    assert [outbox.send_due(), outbox.send_due()] == [1, 0]
    assert server.received == [MAIL]
    assert outbox.latest(10)[0].sent_at is not None
    assert outbox.stuck() == 0


def test_a_mail_that_could_not_be_sent_is_tried_again_with_growing_pauses(
    outbox: Outbox, server: Server, clock: Clock
) -> None:
    server.up = False
    assert [outbox.send_due(), outbox.send_due()] == [0, 0]
    assert (server.asked, outbox.stuck()) == (1, 1)
    server.up = True
    clock.time += timedelta(seconds=4)
    assert outbox.send_due() == 1
    assert server.received == [MAIL]


def test_a_mail_that_never_goes_out_is_given_up_and_stays_visible(outbox: Outbox, server: Server, clock: Clock) -> None:
    server.up = False
    for _ in range(TRIES + 5):
        outbox.send_due()
        clock.time += timedelta(hours=1)
    assert (server.asked, outbox.stuck()) == (TRIES, 1)
    assert outbox.latest(1)[0].error == "refused"
