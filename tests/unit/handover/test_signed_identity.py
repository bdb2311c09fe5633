"""F90: what the website signs opens the chat; what anybody else makes opens nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import SecretStr, ValidationError

from handover.contract.frames import IdentifyToken
from handover.domain.errors import OtherCustomer, TokenRefused
from handover.services.identity import Identities
from handover.services.signed_identity import Signatures
from handover.settings import Settings
from tests.edges import SECRET, House
from tests.unit.handover.front_desk import SIGNING, FrontDesk, fresh_id
from tests.unit.handover.test_sockets import next_of
from tests.visitor import Visitor

AUDIENCE = "https://help.shop.example"
ERIKA = "erika.lindner@example.org"


def claims(now: datetime, **more: Any) -> dict[str, Any]:
    usual = {"aud": AUDIENCE, "iat": now, "exp": now + timedelta(minutes=5), "email": ERIKA}
    return {name: value for name, value in (usual | more).items() if value is not None}


def signed(now: datetime, key: Any = SIGNING, algorithm: str = "HS256", **more: Any) -> str:
    return jwt.encode(claims(now, **more), key, algorithm=algorithm)


def sign_in(desk: FrontDesk, conversation_id: str, token: str, identities: Identities | None = None) -> int:
    frame = IdentifyToken(client_id=fresh_id(), token=token)
    return (identities or desk.identities).sign_in(conversation_id, frame)


@pytest.fixture
def desk(desk: FrontDesk) -> FrontDesk:
    desk.add_customer()
    desk.add_customer("jonas", "Jonas Weber", "jonas.weber@example.org")
    return desk


def test_a_customer_who_is_logged_in_at_the_shop_is_known_in_the_chat(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    number = sign_in(desk, conversation_id, signed(desk.clock.now()))
    proven = desk.events(conversation_id)[number - 1].data.model_dump()
    assert (proven["trust"], proven["customer_id"]) == ("login", "erika")
    assert desk.view(conversation_id).trust == "login"
    assert desk.turns.next(conversation_id) is None, "nobody asked the bot anything yet"


def test_a_token_may_name_the_customers_number_or_both(desk: FrontDesk) -> None:
    now = desk.clock.now()
    for more in ({"email": None, "sub": "K-erika"}, {"sub": "K-erika"}):
        conversation_id = desk.visit()
        sign_in(desk, conversation_id, signed(now, **more))
        assert desk.view(conversation_id).trust == "login"


def test_who_signs_in_after_the_bot_asked_goes_on_where_they_were(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.identify(conversation_id, ERIKA)
    sign_in(desk, conversation_id, signed(desk.clock.now()))
    turn = desk.turns.next(conversation_id)
    assert turn is not None
    assert turn.request.signal is not None
    assert turn.request.signal.name == "identity_proven"


def refused(desk: FrontDesk, token: str, identities: Identities | None = None) -> bool:
    conversation_id = desk.visit()
    with pytest.raises(TokenRefused):
        sign_in(desk, conversation_id, token, identities)
    return desk.view(conversation_id).trust == "none" and desk.types(conversation_id) == ["conversation.started"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"exp": timedelta(minutes=-1)},
        {"exp": timedelta(minutes=11)},
        {"exp": timedelta(days=365)},
        {"exp": None},
        {"iat": None},
        {"iat": timedelta(minutes=2)},
        {"aud": None},
        {"aud": "https://help.other.example"},
        {"aud": AUDIENCE + "/"},
        {"aud": AUDIENCE.upper()},
        {"email": "Erika.Lindner@example.org"},
        {"email": " erika.lindner@example.org"},
        {"email": "erika.lindner@example.org\n"},
        {"email": "nobody@example.org"},
        {"email": "%"},
        {"email": ["erika.lindner@example.org"]},
        {"email": 1},
        {"email": None},
        {"email": None, "sub": "k-erika"},
        {"email": None, "sub": "erika"},
        {"sub": "K-jonas"},
        {"sub": "K-nobody"},
    ],
    ids=str,
)
def test_f90_a_signed_token_that_says_something_wrong_is_refused(desk: FrontDesk, wrong: dict[str, Any]) -> None:
    now = desk.clock.now()
    said = {name: now + value if isinstance(value, timedelta) else value for name, value in wrong.items()}
    assert refused(desk, signed(now, **said))


def test_f90_a_token_with_no_or_another_signature_is_refused(desk: FrontDesk) -> None:
    now = desk.clock.now()
    good = signed(now)
    head, body, signature = good.split(".")
    none = jwt.encode(claims(now), None, algorithm="none")
    forged = [
        "",
        "x",
        "..",
        none,
        f"{none.rpartition('.')[0]}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{signed(now, sub='K-jonas').split('.')[1]}.{signature}",
        signed(now, "another secret of thirty-two letters"),
        signed(now, SIGNING, "HS512"),
        signed(now, SIGNING.upper()),
        good + "\n{}",
    ]
    for token in forged:
        assert refused(desk, token), token
    sign_in(desk, desk.visit(), good)


def pem(key: Any, folder: Path) -> tuple[bytes, Path]:
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    file = folder / f"{uuid4().hex}.pem"
    file.write_bytes(public)
    return public, file


def test_f90_keys_of_one_kind_sign_nothing_of_another(desk: FrontDesk, tmp_path: Path) -> None:
    import hmac
    from base64 import urlsafe_b64encode

    now = desk.clock.now()
    keys = {
        "RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "ES256": ec.generate_private_key(ec.SECP256R1()),
    }
    for algorithm, key in keys.items():
        public, file = pem(key, tmp_path)
        identities = Identities(desk.units, Signatures(AUDIENCE, public_key=file))
        sign_in(desk, desk.visit(), signed(now, key, algorithm), identities)
        stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        assert refused(desk, signed(now, stranger, "RS256"), identities)
        other = next(name for name in keys if name != algorithm)
        assert refused(desk, signed(now, keys[other], other), identities)
        assert refused(desk, signed(now), identities)
        said = signed(now, "x" * 32).rpartition(".")[0]  # signed with the public key as if it were a secret
        swapped = urlsafe_b64encode(hmac.digest(public, said.encode(), "sha256")).rstrip(b"=").decode()
        assert refused(desk, f"{said}.{swapped}", identities)
    assert refused(desk, signed(now), Identities(desk.units, Signatures(AUDIENCE)))
    assert refused(desk, jwt.encode(claims(now), None, algorithm="none"), Identities(desk.units, Signatures(AUDIENCE)))


def test_f90_the_first_customer_of_a_conversation_stays_its_customer(desk: FrontDesk) -> None:
    now = desk.clock.now()
    for prove_first in (lambda c: sign_in(desk, c, signed(now)), lambda c: desk.prove_as(c, ERIKA)):
        conversation_id = desk.visit()
        prove_first(conversation_id)
        with pytest.raises(OtherCustomer):
            sign_in(desk, conversation_id, signed(now, email="jonas.weber@example.org"))
        sign_in(desk, conversation_id, signed(now))
        before = desk.types(conversation_id)
        sign_in(desk, conversation_id, signed(now))
        assert desk.types(conversation_id) == before
        assert desk.view(conversation_id).trust == "login"


def test_a_secret_that_is_too_short_a_key_that_is_none_and_a_must_without_either_are_wrong(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("no key")
    wrong: list[dict[str, Any]] = [
        {"identity_secret": "short"},
        {"identity_required": True},
        {"identity_secret": SIGNING, "identity_key": tmp_path / "key.pem"},
    ]
    for settings in wrong:
        with pytest.raises(ValidationError):
            Settings(channel_secret=SECRET, **settings)
    for file in (tmp_path / "key.pem", tmp_path / "missing.pem"):
        with pytest.raises(ValueError, match="KULANZ_IDENTITY_KEY"):
            Signatures(AUDIENCE, public_key=file)
    _, curve = pem(ec.generate_private_key(ec.SECP384R1()), tmp_path)
    with pytest.raises(ValueError, match="P-256"):
        Signatures(AUDIENCE, public_key=curve)


class TestHouse:
    @pytest.fixture
    def settings(self, settings: Settings, request: pytest.FixtureRequest) -> Settings:
        required = bool(getattr(request, "param", False))
        secret = SecretStr(SIGNING)
        return settings.model_copy(update={"identity_secret": secret, "identity_required": required})

    @pytest.fixture
    def token(self, house: House) -> str:
        from tests.unit.handover.test_web_security import add_erika

        add_erika(house)
        return signed(datetime.now(UTC), aud=house.url)

    @pytest.fixture
    def client(self, house: House) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=f"{house.url}/api/visitor", headers={"Origin": house.url}) as client:
            yield client

    @pytest.mark.parametrize("settings", [True], indirect=True)
    def test_f90_where_it_is_required_nobody_chats_without_a_good_token(
        self, house: House, client: httpx.Client, token: str
    ) -> None:
        begin = {"language": "de"}
        for more, code in (({}, "identity_required"), ({"identity_token": f"{token}x"}, "token_refused")):
            answer = client.post("/conversations", json=begin | more)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, code)
        earlier = house.desk.conversations.start("de", None)  # from before it was required
        headers = {"Authorization": f"Bearer {earlier.visitor_token}"}
        for answer in (client.post("/tickets", headers=headers), client.get("/events?before=5", headers=headers)):
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "identity_required")
        begun = client.post("/conversations", json=begin | {"identity_token": token})
        assert begun.status_code == 201
        headers = {"Authorization": f"Bearer {begun.json()['visitor_token']}"}
        assert client.post("/tickets", headers=headers).status_code == 200

    def test_f90_a_refused_token_leaves_no_conversation_behind(
        self, house: House, client: httpx.Client, token: str
    ) -> None:
        secret = uuid4().hex * 2
        client.post("/conversations", json={"language": "de", "identity_token": "x", "visitor_token": secret})
        assert client.post("/tickets", headers={"Authorization": f"Bearer {secret}"}).status_code == 401

    def test_f79_f90_a_token_on_the_socket_changes_the_visitors_secret(self, house: House, token: str) -> None:
        with Visitor(house.url, "de") as visitor:
            old = visitor._token
            visitor.send(type="identify_token", client_id=uuid4().hex, token=token[:-2])
            refusal = next_of(visitor, "error")
            assert refusal["code"] == "token_refused"
            assert "Shop" in refusal["text"]
            visitor.send(type="identify_token", client_id=uuid4().hex, token=token)
            next_of(visitor, "ack")
            assert token not in json.dumps(visitor.events)
            visitor.connect()
            assert visitor._token == visitor._next_token
            headers = {"Authorization": f"Bearer {old}"}
            assert visitor._http.post("/api/visitor/tickets", headers=headers).status_code == 401
