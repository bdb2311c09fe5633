"""The plug is pulled at every single statement of the paths that move money."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from handover.store.tables import audit, conversations, credit_decisions, events, ledger_entries
from tests.unit.handover.shop_floor import ANNA, SOPHIE, ShopFloor, item, order

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def floor(floor: ShopFloor) -> ShopFloor:
    floor.add(order(late=5), order("10002", items=[item(cents=9_000)]))
    return floor


class PulledPlug(Exception):
    """Everything ends here."""


class Plug:
    """Pulled at one statement."""

    def __init__(self, pulled_at: int) -> None:
        self.pulled_at = pulled_at
        self.seen = 0

    def __call__(self, *_: object) -> None:
        self.seen += 1
        if self.seen == self.pulled_at:
            raise PulledPlug


def written(floor: ShopFloor) -> list[int]:
    tables = credit_decisions, ledger_entries, events, audit
    with floor.engine.connect() as connection:
        rows = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]
        return [*rows, connection.execute(select(func.sum(conversations.c.last_number))).scalar_one()]


def break_at_every_statement(floor: ShopFloor, act: Callable[[], object]) -> int:
    """Act until it goes through, one statement further each time; answers at how many it broke."""
    before, published = written(floor), len(floor.published.all)
    for place in range(1, 100):
        plug = Plug(place)
        event.listen(floor.engine, "before_cursor_execute", plug)
        try:
            act()
        except PulledPlug:
            pass
        else:
            return place - 1
        finally:
            event.remove(floor.engine, "before_cursor_execute", plug)
        assert written(floor) == before
        assert len(floor.published.all) == published
    raise AssertionError("it never went through")


def test_f60_a_claim_that_breaks_at_any_statement_leaves_nothing(floor: ShopFloor) -> None:
    conversation = floor.conversation()
    assert break_at_every_statement(floor, lambda: floor.claim(conversation)) > 15
    assert written(floor) == [1, 2, 1, 0, 1]
    assert floor.credits.reconcile() == []


def test_f60_an_approval_that_breaks_at_any_statement_leaves_the_proposal_open(floor: ShopFloor) -> None:
    floor.claim(floor.conversation(), "10002", "damaged_item")
    [proposal] = floor.decisions()
    assert break_at_every_statement(floor, lambda: floor.credits.approve(ANNA, proposal.id)) > 15
    assert written(floor) == [1, 2, 3, 1, 3]
    assert floor.credits.reconcile() == []


def test_f60_a_reversal_that_breaks_at_any_statement_leaves_the_credit(floor: ShopFloor) -> None:
    floor.claim(floor.conversation())
    [credit] = floor.decisions()
    assert break_at_every_statement(floor, lambda: floor.credits.reverse(SOPHIE, credit.id, "Irrtum")) > 5
    assert written(floor) == [1, 4, 1, 1, 1]
    assert floor.credits.reconcile() == []


def test_f60_a_commit_that_fails_tells_nobody(floor: ShopFloor) -> None:
    conversation = floor.conversation()
    before, published = written(floor), len(floor.published.all)
    plug = Plug(1)
    event.listen(floor.engine, "commit", plug)
    with pytest.raises(PulledPlug):
        floor.claim(conversation)
    event.remove(floor.engine, "commit", plug)
    assert (written(floor), len(floor.published.all)) == (before, published)
    assert floor.claim(conversation).outcome == "granted"


KILLED = """
import os, signal, sys
from sqlalchemy import event
from tests.unit.handover.shop_floor import POLICY, Clock, Published, context
from handover.contract.turns import CreditClaimed
from handover.services.credit import Credits
from handover.store.engine import make_engine
from handover.store.unit_of_work import SqlUnits

url, conversation, place = sys.argv[1], sys.argv[2], int(sys.argv[3])
engine, seen = make_engine(url), []

def kill(*_):
    seen.append(1)
    if len(seen) == place:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(engine, "after_cursor_execute", kill)
claim = CreditClaimed(context=context(conversation), reason="late_delivery", subject="10001")
Credits(SqlUnits(engine, Published(), Clock()), POLICY).claim(claim)
"""


@pytest.mark.parametrize("place", [12, 16, 18, 20])
def test_f60_kill_9_in_the_middle_of_a_booking_leaves_nothing_and_the_next_claim_succeeds(
    floor: ShopFloor, place: int
) -> None:
    conversation = floor.conversation()
    before = written(floor)
    url = str(floor.engine.url)
    words = [sys.executable, "-c", KILLED, url, conversation, str(place)]
    ended = subprocess.run(words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert written(floor) == before
    assert floor.claim(conversation).outcome == "granted"
    assert floor.credits.reconcile() == []
