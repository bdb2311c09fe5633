from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handover.domain.shop import household
from tests.unit.handover.shop_floor import NOW, ShopFloor, item, order


def test_the_proven_customer_sees_the_newest_ten_orders_first(floor: ShopFloor) -> None:
    floor.add(*(order(str(10_000 + place), arrived=place) for place in range(12)))
    found = floor.orders(floor.conversation())
    assert found.outcome == "found"
    assert [one.number for one in found.orders] == [str(10_000 + place) for place in range(10)]


def test_an_order_is_told_in_days_of_the_shop_with_its_delay(floor: ShopFloor) -> None:
    floor.add(replace(order("10023", late=5, arrived=3), delivered_at=NOW.replace(day=6, hour=23, minute=30)))
    [told] = floor.orders(floor.conversation(), "10023").orders
    assert (told.promised_on, told.delivered_on, told.days_late) == ("2026-03-02", "2026-03-07", 5)
    assert (told.state, told.carrier, told.tracking_code, told.total_cents) == ("delivered", "Nordpost", "NP1", 990)


@pytest.mark.parametrize(("language", "name"), [("de", "Ding SKU-1"), ("en", "Thing SKU-1")])
def test_items_are_named_in_the_language_of_the_conversation(floor: ShopFloor, language: str, name: str) -> None:
    floor.add(order())
    found = floor.orders(floor.conversation(language=language))
    assert found.orders[0].items[0].name == name


@pytest.mark.parametrize(("customer", "trust"), [(None, "none"), ("erika", "claimed"), ("erika", "none")])
@pytest.mark.parametrize("number", [None, "10001"])
def test_f67_without_a_proven_identity_no_order_is_told(floor: ShopFloor, customer, trust, number) -> None:
    floor.add(order())
    found = floor.orders(floor.conversation(customer, trust=trust), number)
    assert (found.outcome, found.orders) == ("identity_required", ())


def test_f67_somebody_elses_order_is_not_found_like_one_that_does_not_exist(floor: ShopFloor) -> None:
    floor.customer("jonas")
    floor.add(order("10001", customer="erika"))
    conversation = floor.conversation("jonas")
    assert floor.orders(conversation, "10001") == floor.orders(conversation, "99999")
    assert floor.orders(conversation, "10001").outcome == "not_found"


def test_a_customer_without_orders_is_told_so(floor: ShopFloor) -> None:
    assert floor.orders(floor.conversation()).outcome == "not_found"


def test_a_log_in_opens_the_orders_like_a_code(floor: ShopFloor) -> None:
    floor.add(order())
    assert floor.orders(floor.conversation(trust="login")).outcome == "found"


def test_an_order_comes_back_from_the_store_as_it_went_in(floor: ShopFloor) -> None:
    kept = order(items=[item("A", 1), item("B", 2, "returned", quantity=3)])
    floor.add(kept)
    with floor.unit(write=False) as unit:
        assert unit.shop.order_of("erika", "10001") == kept


@pytest.mark.parametrize(
    ("state", "arrived", "late", "days"),
    [
        ("delivered", 3, 5, 5),
        ("delivered", 3, 0, 0),
        ("processing", None, 4, 4),
        ("shipped", None, 0, 0),
        ("lost", None, 9, 9),
        ("partly_delivered", 3, 2, 5),
        ("cancelled", None, 9, 0),
        ("returned", 3, 2, 2),
    ],
)
def test_the_delay_grows_while_something_is_under_way_and_stands_still_after(state, arrived, late, days) -> None:
    assert order(state=state, arrived=arrived, late=late).days_late(NOW, NOW.tzinfo) == days


def test_an_early_parcel_is_not_late() -> None:
    early = replace(order(), promised_on=NOW.date() + timedelta(days=9))
    assert early.days_late(NOW, NOW.tzinfo) == 0


@pytest.mark.parametrize(
    "street", ["Hauptstraße 5", "HAUPTSTRASSE 5", "Hauptstr. 5", " Haupt-Straße  5 ", "hauptstr 5"]
)
def test_one_home_however_its_address_is_spelled(street: str) -> None:
    assert household(street, "69117") == household("Hauptstraße 5", "69117")


@pytest.mark.parametrize(("street", "postcode"), [("Hauptstraße 6", "69117"), ("Hauptstraße 5", "69118")])
def test_neighbours_are_another_household(street: str, postcode: str) -> None:
    assert household(street, postcode) != household("Hauptstraße 5", "69117")


def test_without_an_address_there_is_no_household() -> None:
    assert household(None, "69117") is household("", "69117") is household("Hauptstraße 5", None) is None
