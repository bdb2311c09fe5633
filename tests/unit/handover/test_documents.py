"""Documents: what stands in them, who may fetch them, and how they come."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select, update

from handover.contract.events import DocumentRef
from handover.contract.frames import Identify, Prove
from handover.domain.agent import Role
from handover.domain.errors import InvalidInput
from handover.domain.selfservice import Document
from handover.domain.shop import Invoice, InvoiceLine, ShopCustomer
from handover.services.desk import Desk
from handover.services.documents.invoice import shares
from handover.services.documents.letterhead import load_letterhead
from handover.services.documents.render import RENDERERS, render
from handover.services.tokens import new_secret
from handover.settings import Settings
from handover.store.tables import audit, conversations
from tests.edges import PASSWORD
from tests.unit.handover.shop_floor import DEMO, NOW, POLICY, Clock, ShopFloor

LETTERHEAD = load_letterhead(DEMO / "sender.yaml", POLICY.zone)
NAME = "Agnieszka Świderska-Yıldız"
LINES = (
    InvoiceLine("plan", "Nordlicht Plus, März 2026", "Nordlicht Plus, March 2026", 999),
    InvoiceLine("fee", "Rücklastschrift", "Returned direct debit", 300),
    InvoiceLine("discount", "Willkommensrabatt", "Welcome discount", -100),
)


def bill(
    number: str = "RE-1", *, state: str = "open", lines: tuple[InvoiceLine, ...] = LINES, customer: str = "agnieszka"
) -> Invoice:
    day = date(2026, 3, 1)
    return Invoice(number, number, customer, None, day, day.replace(day=15), state, "EUR", lines)


def someone(name: str = "agnieszka", full: str = NAME) -> ShopCustomer:
    address = {"street": "Straße des 17. Juni 135", "postcode": "10623", "city": "Berlin"}
    return ShopCustomer(
        id=name,
        number=f"K-{name}",
        name=full,
        email=f"{name}@example.org",
        language="de",
        phone=None,
        blocked=False,
        created_at=NOW,
        **address,
    )


def stocked(floor: ShopFloor, *invoices: Invoice) -> ShopFloor:
    with floor.unit() as unit:
        unit.shop.add_customer(someone())
        for one in invoices or (bill(),):
            unit.shop.add_invoice(one)
    return floor


def pdf(floor: ShopFloor, number: str = "RE-1", language: str = "de") -> PdfReader:
    document = Document(
        id="d",
        conversation_id="c",
        customer_id="agnieszka",
        kind="invoice",
        subject=number,
        language=language,
        name="r.pdf",
        created_at=NOW,
    )
    with floor.unit(write=False) as unit:
        file = render(unit, document, LETTERHEAD)
    assert (file.name, file.media_type, file.content[:5]) == ("r.pdf", "application/pdf", b"%PDF-")
    return PdfReader(io.BytesIO(file.content))


def words(reader: PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


# --- the invoice ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "de",
            (
                "Rechnung RE-1",
                "1. März 2026",
                "Nordlicht Plus, März 2026 9,99 €",
                "Willkommensrabatt -1,00 €",
                "Nettobetrag 7,55 €",
                "Umsatzsteuer 19 % 1,44 €",
                "ohne Umsatzsteuer (Schadensersatz) 3,00 €",
                "Gesamtbetrag 11,99 €",
                "Verwendungszweck: RE-1",
            ),
        ),
        (
            "en",
            (
                "Invoice RE-1",
                "1 March 2026",
                "Nordlicht Plus, March 2026 €9.99",
                "Net amount €7.55",
                "VAT included, 19% €1.44",
                "Total €11.99",
            ),
        ),
    ],
)
def test_an_invoice_shows_lines_tax_and_total_in_its_language(
    floor: ShopFloor, language: str, parts: tuple[str, ...]
) -> None:
    reader = pdf(stocked(floor), language=language)
    shown = words(reader)
    assert [part for part in parts if part not in shown] == []
    assert NAME in shown
    assert "Straße des 17. Juni 135" in shown
    assert "Nordlicht GmbH, Speicherweg 4, 20457 Hamburg" in shown
    assert reader.trailer["/Root"]["/Lang"].startswith(language)


@pytest.mark.parametrize(
    ("state", "sentence"), [("paid", "ist bezahlt"), ("open", "bis zum 15. März 2026"), ("failed", "fehlgeschlagen")]
)
def test_an_invoice_says_whether_it_is_paid(floor: ShopFloor, state: str, sentence: str) -> None:
    assert sentence in words(pdf(stocked(floor, bill(state=state))))


def test_a_long_invoice_goes_on_on_the_next_page_with_its_head(floor: ShopFloor) -> None:
    lines = tuple(InvoiceLine("usage", f"Posten {place}", f"Item {place}", 199) for place in range(60))
    reader = pdf(stocked(floor, bill(lines=lines)))
    assert len(reader.pages) > 1
    for place, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert "Nordlicht GmbH" in text
        assert f"Seite {place}/{len(reader.pages)}" in text
    assert "Posten 59" in words(reader)


@given(
    st.lists(
        st.tuples(st.sampled_from(["plan", "fee", "discount", "usage"]), st.integers(-100_000, 100_000)), max_size=8
    ),
    st.sampled_from([0, 7, 19, 20, 25]),
)
def test_net_tax_and_untaxed_are_the_total_and_the_tax_is_right_to_the_cent(
    lines: list[tuple[str, int]], percent: int
) -> None:
    whole = bill(lines=tuple(InvoiceLine(kind, "x", "x", cents) for kind, cents in lines))
    net, tax, untaxed = shares(whole, percent)
    assert net + tax + untaxed == whole.total_cents
    assert abs(tax * (100 + percent) - (net + tax) * percent) * 2 <= 100 + percent


def test_every_kind_of_document_can_be_made() -> None:
    assert set(RENDERERS) == set(get_args(DocumentRef.model_fields["kind"].annotation))


def test_a_sender_without_a_tax_number_is_refused(tmp_path: Path) -> None:
    lacking = tmp_path / "sender.yaml"
    lacking.write_text((DEMO / "sender.yaml").read_text().replace("vat_id", "tax"))
    with pytest.raises(InvalidInput, match=r"sender\.yaml"):
        load_letterhead(lacking, POLICY.zone)


# --- who may fetch it -------------------------------------------------------------------------------------------------


@dataclass
class Visitor:
    """A proven visitor with a document of their own."""

    conversation: str
    token: str
    document: str


@pytest.fixture
def desk(app: FastAPI) -> Desk:
    desk: Desk = app.state.desk
    return desk


@pytest.fixture
def shop(app: FastAPI, desk: Desk) -> ShopFloor:
    floor = ShopFloor(app.state.engine, Clock(datetime.now(UTC)))  # the desk runs, and deletes what is old
    with floor.unit() as unit:
        for name in ("agnieszka", "jonas"):
            unit.shop.add_customer(someone(name))
            unit.shop.add_invoice(bill(f"RE-{name}", customer=name))
    return floor


@pytest.fixture
def client(app: FastAPI, settings: Settings) -> Iterator[TestClient]:
    with TestClient(app, base_url=settings.url, raise_server_exceptions=False) as client:
        client.headers["Origin"] = settings.url
        yield client


def visitor(desk: Desk, shop: ShopFloor, name: str) -> Visitor:
    started = desk.conversations.start("de", None)
    token = prove(desk, started.conversation_id, name)
    answered = shop.ask(started.conversation_id, "invoice.copy", f"RE-{name}")
    return Visitor(started.conversation_id, token, answered.documents[0].id)


def prove(desk: Desk, conversation_id: str, name: str) -> str:
    """The secret that opens the conversation from now on."""
    email = f"{name}@example.org"
    desk.identities.request_code(conversation_id, Identify(client_id=uuid4().hex, email=email))
    mail = next(stored.mail for stored in desk.outbox.latest(20) if stored.mail.to == email)
    code = re.search(r"\d{6}", mail.subject)
    assert code
    token = new_secret()
    desk.identities.prove(conversation_id, Prove(client_id=uuid4().hex, code=code[0]), token)
    return token


def fetch(client: TestClient, who: Visitor, document: str) -> Response:
    headers = {"Authorization": f"Bearer {who.token}"}
    return client.get(f"/api/visitor/documents/{document}", headers=headers)


def test_a_visitor_fetches_their_own_invoice_as_a_download(client: TestClient, desk: Desk, shop: ShopFloor) -> None:
    agnieszka = visitor(desk, shop, "agnieszka")
    answer = fetch(client, agnieszka, agnieszka.document)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Rechnung-RE-agnieszka.pdf"
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == (
        "private, no-store",
        "nosniff",
    )
    assert "RE-agnieszka" in words(PdfReader(io.BytesIO(answer.content)))


def test_f81_a_foreign_document_looks_like_one_that_does_not_exist(
    client: TestClient, desk: Desk, shop: ShopFloor
) -> None:
    agnieszka, jonas = visitor(desk, shop, "agnieszka"), visitor(desk, shop, "jonas")
    foreign, unknown = (fetch(client, jonas, document) for document in (agnieszka.document, "nothing"))
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json() == unknown.json()


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "Basic eDp5"])
def test_without_the_conversations_secret_nothing_is_fetched(
    client: TestClient, desk: Desk, shop: ShopFloor, header: str
) -> None:
    document = visitor(desk, shop, "agnieszka").document
    answer = client.get(f"/api/visitor/documents/{document}", headers={"Authorization": header})
    assert answer.status_code == 401


@pytest.mark.parametrize("now", [{"customer_id": "jonas"}, {"trust": "claimed"}])
def test_a_conversation_that_no_longer_is_its_customers_gets_it_no_more(
    client: TestClient, desk: Desk, shop: ShopFloor, now: dict[str, str]
) -> None:
    agnieszka = visitor(desk, shop, "agnieszka")
    with shop.engine.begin() as connection:
        connection.execute(update(conversations).where(conversations.c.id == agnieszka.conversation).values(**now))
    assert fetch(client, agnieszka, agnieszka.document).status_code == 404


def test_the_website_that_embeds_the_widget_may_read_the_answer(
    client: TestClient, desk: Desk, shop: ShopFloor, settings: Settings
) -> None:
    agnieszka = visitor(desk, shop, "agnieszka")
    answer = fetch(client, agnieszka, agnieszka.document)
    assert answer.headers["access-control-allow-origin"] == settings.url


def log_in(client: TestClient, desk: Desk, role: Role) -> str:
    email = f"{role}@shop.example"
    agent = desk.agents.add(email=email, name="Anna", password=PASSWORD, role=role, language="de")
    assert client.post("/api/login", json={"email": email, "password": PASSWORD}).status_code == 200
    return agent.id


def test_an_agent_fetches_a_document_of_a_conversation_and_that_is_noted(
    client: TestClient, desk: Desk, shop: ShopFloor
) -> None:
    agnieszka, jonas = visitor(desk, shop, "agnieszka"), visitor(desk, shop, "jonas")
    anna = log_in(client, desk, Role.AGENT)
    base = f"/api/conversations/{agnieszka.conversation}/documents"
    answer = client.get(f"{base}/{agnieszka.document}")
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert answer.headers["content-disposition"].startswith("attachment")
    elsewhere, unknown = client.get(f"{base}/{jonas.document}"), client.get(f"{base}/nothing")
    assert elsewhere.status_code == unknown.status_code == 404
    assert elsewhere.json() == unknown.json()
    with shop.engine.connect() as connection:
        noted = connection.execute(select(audit.c.agent_id, audit.c.subject).where(audit.c.action == "document.fetch"))
        assert noted.all() == [(anna, agnieszka.document)]


def test_an_editor_gets_no_customers_document(client: TestClient, desk: Desk, shop: ShopFloor) -> None:
    agnieszka = visitor(desk, shop, "agnieszka")
    log_in(client, desk, Role.EDITOR)
    answer = client.get(f"/api/conversations/{agnieszka.conversation}/documents/{agnieszka.document}")
    assert answer.status_code == 403


def test_a_document_whose_invoice_is_gone_is_not_found(client: TestClient, desk: Desk, shop: ShopFloor) -> None:
    agnieszka = visitor(desk, shop, "agnieszka")
    gone = Document(
        id="gone",
        conversation_id=agnieszka.conversation,
        customer_id="agnieszka",
        kind="invoice",
        subject="RE-0",
        language="de",
        name="x.pdf",
        created_at=NOW,
    )
    with shop.unit() as unit:
        unit.selfservice.add_document(gone)
    assert fetch(client, agnieszka, "gone").status_code == 404
