"""Customers who ask for things of their account, over the shop of the tests."""

from __future__ import annotations

from handover.contract.selfservice import ServiceAnswered
from handover.domain.customer import Customer
from handover.services.documents.letterhead import load_letterhead
from handover.services.documents.render import File, render
from handover.services.ports import Mail
from tests.unit.handover.shop_floor import DEMO, POLICY, ShopFloor


class Counter:
    def __init__(self, floor: ShopFloor) -> None:
        self.floor = floor
        self.ask, self.read = floor.ask, floor.read

    def record(self, customer: str = "erika") -> Customer:
        with self.floor.unit(write=False) as unit:
            return unit.customers.record(customer)

    def mails(self) -> list[Mail]:
        with self.floor.unit(write=False) as unit:
            return [stored.mail for stored in unit.mails.latest(20)]

    def file(self, conversation: str, answered: ServiceAnswered) -> File:
        letterhead = load_letterhead(DEMO / "sender.yaml", POLICY.zone)
        with self.floor.unit(write=False) as unit:
            return render(unit, unit.selfservice.document(conversation, answered.documents[0].id), letterhead)
