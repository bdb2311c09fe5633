"""Cards: orders and invoices of the proven customer, as they stand when the bot's words are written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from handover.contract.events import Card, CardLine, InvoiceCard, MessagePosted, OrderCard
from handover.contract.frames import PostMessage
from handover.contract.turns import BotMessage, CardWish, TurnReply, Understanding
from handover.domain.shop import Invoice, InvoiceLine
from handover.services.cards import MOST, Cards
from handover.services.conversations import Conversations
from handover.services.documents.fetching import Documents
from handover.services.documents.letterhead import load_letterhead
from handover.services.turns import Turns
from tests.unit.handover.front_desk import fresh_id
from tests.unit.handover.shop_floor import DEMO, POLICY, RULES, ShopFloor, item, order

LINES = (
    InvoiceLine("plan", "Nordlicht Plus, März 2026", "Nordlicht Plus, March 2026", 999),
    InvoiceLine("proration", "Wechsel zu Plus, 11 Tage", "Change to Plus, 11 days", 183),
)


def invoice(number: str = "RE-1", *, state: str = "open", due: int = 15, customer: str = "erika") -> Invoice:
    """Due on a day of March; it is the 10th."""
    return Invoice(number, number, customer, None, date(2026, 3, 1), date(2026, 3, due), state, "EUR", LINES)


def stock(floor: ShopFloor, *invoices: Invoice) -> None:
    with floor.unit() as unit:
        for one in invoices:
            unit.shop.add_invoice(one)


def say(floor: ShopFloor, conversation_id: str, message: BotMessage) -> list[MessagePosted]:
    """What the bot's messages became."""
    Conversations(floor.unit).post_visitor_message(conversation_id, PostMessage(client_id=fresh_id(), text="wo?"))
    turns = Turns(floor.unit, cards=Cards(POLICY.zone, RULES))
    turn = turns.next(conversation_id)
    assert turn is not None
    turns.accept(turn, TurnReply(messages=(message,), understanding=Understanding()), 10)
    with floor.unit(write=False) as unit:
        events = [stored.event for stored in unit.log.after(conversation_id, turn.answers)]
    return [event.data for event in events if isinstance(event.data, MessagePosted)]


def cards(floor: ShopFloor, conversation_id: str, *wishes: tuple[str, str]) -> tuple[Card, ...]:
    wanted = tuple(CardWish(kind=kind, number=number) for kind, number in wishes)
    [said] = say(floor, conversation_id, BotMessage(text="Bitte sehr.", cards=wanted))
    assert said.text == "Bitte sehr."
    return said.cards


def test_an_order_is_shown_with_its_days_lines_and_the_parcels_page(floor: ShopFloor) -> None:
    late = order("10023", state="shipped", arrived=None, late=4, items=[item("A", 500, quantity=2), item("B", 90)])
    floor.add(replace(late, tracking_code="NP 1/2"))
    [card] = cards(floor, floor.conversation(), ("order", "10023"))
    assert isinstance(card, OrderCard)
    assert (card.number, card.state, card.days_late, card.promised_on) == ("10023", "shipped", 4, "2026-03-06")
    assert (card.total_cents, card.currency, card.carrier) == (1090, "EUR", "Nordpost")
    assert card.lines == (
        CardLine(text="Ding A", quantity=2, amount_cents=1000),
        CardLine(text="Ding B", quantity=1, amount_cents=90),
    )
    assert (card.tracking_code, card.tracking_url) == ("NP 1/2", "https://nordpost.example.org/sendung/NP%201%2F2")


@pytest.mark.parametrize(
    ("state", "due", "shown", "still_open"),
    [("paid", 9, "paid", 0), ("open", 10, "open", 1182), ("open", 9, "overdue", 1182), ("failed", 9, "failed", 1182)],
)
def test_an_invoice_says_whether_something_is_still_to_be_paid(floor, state, due, shown, still_open) -> None:
    stock(floor, invoice(state=state, due=due))
    [card] = cards(floor, floor.conversation(), ("invoice", "RE-1"))
    assert isinstance(card, InvoiceCard)
    assert (card.state, card.open_cents, card.total_cents) == (shown, still_open, 1182)
    assert (card.issued_on, card.due_on) == ("2026-03-01", f"2026-03-{due:02}")


@pytest.mark.parametrize(
    ("language", "lines", "name"),
    [
        ("de", ("Nordlicht Plus, März 2026", "Wechsel zu Plus, 11 Tage (anteilig)"), "Rechnung-RE-1.pdf"),
        ("en", ("Nordlicht Plus, March 2026", "Change to Plus, 11 days (pro rata)"), "Invoice-RE-1.pdf"),
    ],
)
def test_an_invoice_speaks_plainly_in_the_language_of_the_conversation_and_comes_as_a_file(
    floor: ShopFloor, language: str, lines: tuple[str, ...], name: str
) -> None:
    stock(floor, invoice())
    conversation_id = floor.conversation(language=language)
    [card] = cards(floor, conversation_id, ("invoice", "RE-1"))
    assert isinstance(card, InvoiceCard)
    assert tuple(line.text for line in card.lines) == lines
    assert card.document is not None
    documents = Documents(floor.unit, load_letterhead(DEMO / "sender.yaml", POLICY.zone))
    file = documents.for_visitor(conversation_id, card.document.id)
    assert (file.name, file.content[:5]) == (name, b"%PDF-")


@pytest.mark.parametrize(("customer", "trust"), [(None, "none"), ("erika", "claimed"), ("erika", "none")])
def test_f67_without_a_proven_identity_the_words_come_without_a_card(floor: ShopFloor, customer, trust) -> None:
    floor.add(order())
    stock(floor, invoice())
    assert cards(floor, floor.conversation(customer, trust=trust), ("order", "10001"), ("invoice", "RE-1")) == ()


def test_f67_somebody_elses_number_shows_nothing_like_one_that_does_not_exist(floor: ShopFloor) -> None:
    floor.customer("jonas")
    floor.add(order("10001"))
    stock(floor, invoice())
    conversation_id = floor.conversation("jonas")
    foreign = cards(floor, conversation_id, ("order", "10001"), ("invoice", "RE-1"))
    assert foreign == cards(floor, conversation_id, ("order", "99999"), ("invoice", "RE-9")) == ()
    assert say(floor, conversation_id, BotMessage(cards=(CardWish(kind="order", number="10001"),))) == []


def test_a_card_alone_is_a_message_and_each_thing_is_shown_once(floor: ShopFloor) -> None:
    floor.add(*(order(str(10_000 + place)) for place in range(MOST + 3)))
    twice = tuple(CardWish(kind="order", number=str(10_000 + place // 2)) for place in range(2 * MOST + 4))
    [said] = say(floor, floor.conversation(), BotMessage(cards=twice))
    assert [card.number for card in said.cards] == [str(10_000 + place) for place in range(MOST)]


def test_a_card_stays_as_it_was_told_when_the_order_moves_on(floor: ShopFloor) -> None:
    known = order("10023", state="processing", arrived=None)
    floor.add(known)
    conversation_id = floor.conversation()
    cards(floor, conversation_id, ("order", "10023"))
    with floor.unit() as unit:
        unit.shop.save_order(known, replace(known, state="cancelled"))
    later = cards(floor, conversation_id, ("order", "10023"))
    told = [event.data for event in Conversations(floor.unit).public_events(conversation_id, 0)]
    shown = [card for data in told if isinstance(data, MessagePosted) for card in data.cards]
    assert [card.state for card in shown] == ["processing", "cancelled"]
    assert shown[1:] == list(later)
