"""Log-in through the company's own provider, against a real one that can be made to lie."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import ValidationError
from sqlalchemy import select

from handover.app import create_app
from handover.domain.agent import Role
from handover.gateways.rasa import MemoryBot
from handover.launcher.services import free_port
from handover.settings import Settings
from handover.store.tables import audit, tickets
from tests.edges import PASSWORD, SECRET, House
from tests.provider import CLIENT, CLIENT_SECRET, Claims, Provider

ANNA = "anna@shop.example"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


@pytest.fixture
def desk_with(tmp_path: Path, migrated: Path, provider: Provider) -> Iterator[Any]:
    """Starts a desk that knows the provider, with Anna's account."""
    houses = []

    def start(**more: Any) -> House:
        shutil.copy(migrated, tmp_path / "kulanz.db")
        settings = Settings(data_dir=tmp_path, channel_secret=SECRET, port=free_port(), **provider.settings(**more))
        house = House(create_app(settings, bot=MemoryBot()), settings)
        house.__enter__()
        houses.append(house)
        house.desk.agents.add(email=ANNA, name="Anna", password=PASSWORD, role=Role.AGENT, language="de")
        return house

    yield start
    for house in houses:
        house.__exit__(None, None, None)


def browser(house: House) -> httpx.Client:
    return httpx.Client(base_url=house.url, headers={"Origin": house.url}, timeout=10)


def come_in(client: httpx.Client) -> str:
    """Where the browser ends after the whole round trip."""
    leaving = client.get("/api/login/company")
    if leaving.headers["location"].startswith("/desk/"):
        return leaving.headers["location"]
    back = httpx.get(leaving.headers["location"]).headers["location"]
    return client.get(back).headers["location"]


def who(client: httpx.Client) -> str | None:
    answer = client.get("/api/me")
    return answer.json()["agent"]["email"] if answer.status_code == 200 else None


def noted(house: House) -> list[str]:
    with house.app.state.engine.connect() as connection:
        return list(connection.execute(select(audit.c.action).where(~audit.c.allowed)).scalars())


def test_a_known_agent_comes_in_by_a_verified_mail_address(desk_with: Any, provider: Provider) -> None:
    house = desk_with()
    with browser(house) as client:
        assert client.get("/api/login").json() == {"password": "everybody", "company": True}
        assert come_in(client) == "/desk/"
        assert who(client) == ANNA
        cookie = next(cookie for cookie in client.cookies.jar if cookie.name == "kulanz_session")
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert client.cookies.get("kulanz_company") is None
    provider.person["email"] = "renamed@shop.example"
    with browser(house) as again:
        assert come_in(again) == "/desk/"
        assert who(again) == ANNA  # the subject counts once it is known


def test_a_mail_address_that_went_to_somebody_else_does_not_bring_the_account(
    desk_with: Any, provider: Provider
) -> None:
    house = desk_with()
    with browser(house) as client:
        come_in(client)
    provider.person["sub"] = "somebody-new"
    with browser(house) as client:
        assert come_in(client) == "/desk/?company=unknown"
        assert who(client) is None
    [anna] = house.desk.agents.accounts()
    house.desk.account_care.unlink_company(anna.agent.id)
    with browser(house) as client:
        assert come_in(client) == "/desk/"


@pytest.mark.parametrize(
    "person", [{"email": "nobody@shop.example"}, {"email_verified": False}, {"email_verified": "true"}]
)
def test_nobody_unknown_or_unverified_comes_in(desk_with: Any, provider: Provider, person: Claims) -> None:
    house = desk_with()
    provider.person |= person
    with browser(house) as client:
        assert come_in(client) == "/desk/?company=unknown"
        assert who(client) is None
    assert noted(house) == ["log_in.company unknown"]


def test_a_disabled_account_stays_outside(desk_with: Any) -> None:
    house = desk_with()
    [anna] = house.desk.agents.accounts()
    house.desk.agents.set_active(anna.agent.id, active=False)
    with browser(house) as client:
        assert come_in(client) == "/desk/?company=unknown"


LIES = {
    "wrong nonce": lambda claims: claims | {"nonce": "of another log-in"},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "other audience": lambda claims: claims | {"aud": "another-client"},
    "one of several audiences, for another": lambda claims: claims | {"aud": [CLIENT, "other"], "azp": "other"},
    "other issuer": lambda claims: claims | {"iss": "https://elsewhere.example"},
    "expired": lambda claims: claims | {"exp": int(time.time()) - 60},
    "from the future": lambda claims: claims | {"iat": int(time.time()) + 600},
    "no subject": lambda claims: {name: value for name, value in claims.items() if name != "sub"},
    "no end": lambda claims: {name: value for name, value in claims.items() if name != "exp"},
}


@pytest.mark.parametrize("lie", LIES)
def test_an_id_token_that_does_not_fit_opens_nothing(desk_with: Any, provider: Provider, lie: str) -> None:
    house = desk_with()
    provider.twist = LIES[lie]
    with browser(house) as client:
        assert come_in(client) == "/desk/?company=refused"
        assert who(client) is None
    assert noted(house) == ["log_in.company refused"]


STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FORGERIES = {
    "alg none": lambda provider, claims: jwt.encode(claims, None, "none", headers={"kid": provider.kid}),
    "a stranger's key": lambda provider, claims: jwt.encode(claims, STRANGER, "RS256", headers={"kid": provider.kid}),
    "our own secret": lambda provider, claims: jwt.encode(
        claims, CLIENT_SECRET, "HS256", headers={"kid": provider.kid}
    ),
    "no token": lambda _provider, _claims: None,
    "no JSON": lambda _provider, _claims: "a.b.c",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_id_token_opens_nothing(desk_with: Any, provider: Provider, forgery: str) -> None:
    house = desk_with()
    provider.sign = lambda claims: FORGERIES[forgery](provider, claims)
    with browser(house) as client:
        assert come_in(client) == "/desk/?company=refused"
        assert who(client) is None


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(desk_with: Any) -> None:
    house = desk_with()
    with browser(house) as client, browser(house) as victim:
        leaving = client.get("/api/login/company")
        secret = client.cookies["kulanz_company"]
        back = httpx.get(leaving.headers["location"]).headers["location"]
        assert victim.get(back).headers["location"] == "/desk/?company=refused"  # no cookie: somebody else's log-in
        victim.get("/api/login/company")
        assert victim.get(back).headers["location"] == "/desk/?company=refused"  # a log-in of their own, other state
        assert who(victim) is None
        assert client.get(back).headers["location"] == "/desk/"
        client.post("/api/logout")
        client.cookies.set("kulanz_company", secret)
        assert client.get(back).headers["location"] == "/desk/?company=late"
        assert who(client) is None


def test_an_answer_in_another_providers_name_and_a_cancelled_log_in_are_refused(desk_with: Any) -> None:
    house = desk_with()
    with browser(house) as client:
        back = httpx.get(client.get("/api/login/company").headers["location"]).headers["location"]
        mixed_up = client.get(f"{back}&iss=https://elsewhere.example")
        assert mixed_up.headers["location"] == "/desk/?company=refused"
        state = httpx.URL(client.get("/api/login/company").headers["location"]).params["state"]
        cancelled = client.get(f"/api/login/company/callback?error=access_denied&state={state}")
        assert cancelled.headers["location"] == "/desk/?company=refused"


def test_the_round_trip_leaves_no_secret_in_database_or_address(desk_with: Any) -> None:
    house = desk_with()
    with browser(house) as client:
        address = client.get("/api/login/company").headers["location"]
        secret = client.cookies["kulanz_company"]
        with house.app.state.engine.connect() as connection:
            kept = str(connection.execute(select(tickets)).all())
    assert secret not in address + kept
    assert httpx.URL(address).params["code_challenge_method"] == "S256"


def test_keys_are_kept_and_a_provider_that_changed_its_key_is_asked_again(desk_with: Any, provider: Provider) -> None:
    house = desk_with()
    for _ in range(3):
        with browser(house) as client:
            assert come_in(client) == "/desk/"
    assert sorted(provider.asked) == ["about", "keys"]
    gateway = house.desk.company_log_in._provider
    provider.new_key("second")
    gateway._now = lambda: time.time() + 61
    provider.twist = lambda claims: claims | {"iat": int(time.time()) + 61, "exp": int(time.time()) + 361}
    with browser(house) as client:
        assert come_in(client) == "/desk/"
    assert provider.asked.count("keys") == 2


def test_a_provider_that_is_down_is_told_and_the_password_still_works(desk_with: Any, provider: Provider) -> None:
    house = desk_with()
    provider.is_down = True
    with browser(house) as client:
        assert come_in(client) == "/desk/?company=unavailable"
        assert client.post("/api/login", json={"email": ANNA, "password": PASSWORD}).status_code == 200
    provider.is_down = False
    with browser(house) as client:
        assert come_in(client) == "/desk/"


def test_a_mail_address_that_only_the_user_info_tells_is_asked_for(desk_with: Any, provider: Provider) -> None:
    house = desk_with()
    told = {"email": ANNA, "email_verified": True}
    provider.person = {"sub": "person-1"}
    provider.user_info = {"sub": "somebody-else", **told}
    with browser(house) as client:
        assert come_in(client) == "/desk/?company=refused"
    provider.user_info = {"sub": "person-1", **told}
    with browser(house) as client:
        assert come_in(client) == "/desk/"


def test_accounts_are_made_with_the_role_of_their_group_and_follow_it(desk_with: Any, provider: Provider) -> None:
    house = desk_with(oidc_roles="service=agent,leads=supervisor", oidc_create=True, oidc_role_claim="access.roles")
    provider.person = {
        "sub": "new",
        "email": "new@shop.example",
        "email_verified": True,
        "name": "N\new\x07" + "x" * 200,
    }
    with browser(house) as client:
        assert come_in(client) == "/desk/?company=unknown"  # in no group that has a role
    provider.person["access"] = {"roles": ["service", "something else"]}
    with browser(house) as client:
        assert come_in(client) == "/desk/"
        agent = client.get("/api/me").json()["agent"]
        assert (agent["role"], agent["name"]) == ("agent", ("New" + "x" * 200)[:100])
        agents_cookies = client.cookies
        assert client.get("/api/account").json()["has_password"] is False
        assert client.post("/api/account/second-step", json={"password": ""}).status_code == 422
    with browser(house) as guesser:
        wrong = guesser.post("/api/login", json={"email": "new@shop.example", "password": ""})
        assert wrong.status_code == 401
    provider.person["access"] = {"roles": ["service", "leads"]}
    with browser(house) as promoted:
        assert come_in(promoted) == "/desk/"
        assert promoted.get("/api/me").json()["agent"]["role"] == "supervisor"
    with browser(house) as old:
        old.cookies = agents_cookies
        assert who(old) is None  # what the old role opened is closed
    provider.person["access"] = {"roles": []}
    with browser(house) as client:
        assert come_in(client) == "/desk/?company=role"


def test_who_has_a_password_here_keeps_the_role_given_here(desk_with: Any, provider: Provider) -> None:
    house = desk_with(oidc_roles="bosses=admin", oidc_create=True)
    provider.person["groups"] = ["bosses"]
    with browser(house) as client:
        come_in(client)
        assert client.get("/api/me").json()["agent"]["role"] == "agent"


def test_passwords_may_be_for_admins_alone_who_get_in_when_the_provider_is_lost(
    desk_with: Any, provider: Provider
) -> None:
    house = desk_with(password_log_in="admins")
    house.desk.agents.add(email="ada@shop.example", name="Ada", password=PASSWORD, role=Role.ADMIN, language="de")
    provider.is_down = True
    with browser(house) as client:
        assert client.get("/api/login").json() == {"password": "admins", "company": True}
        assert client.post("/api/login", json={"email": ANNA, "password": PASSWORD}).status_code == 401
        assert client.post("/api/login", json={"email": "ada@shop.example", "password": PASSWORD}).status_code == 200


def test_without_a_provider_there_is_no_such_log_in(house: House) -> None:
    with browser(house) as client:
        assert client.get("/api/login").json() == {"password": "everybody", "company": False}
        assert client.get("/api/login/company").status_code == 404
        assert client.get("/api/login/company/callback").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "https://id.example"},
        {"oidc_client_id": "kulanz"},
        {"oidc_issuer": "http://id.example", "oidc_client_id": "kulanz"},
        {"oidc_issuer": "https://id.example", "oidc_client_id": "kulanz", "oidc_create": True},
        {"oidc_issuer": "https://id.example", "oidc_client_id": "kulanz", "oidc_roles": "service=chief"},
        {"oidc_issuer": "https://id.example", "oidc_client_id": "kulanz", "oidc_roles": "service"},
        {"password_log_in": "admins"},
        {"second_step_for": "supervisor,chief"},
    ],
)
def test_settings_that_would_lock_out_or_let_in_too_many_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(channel_secret=SECRET, **wrong)


def test_settings_are_lists_as_people_write_them() -> None:
    provider = {"oidc_issuer": "https://id.example", "oidc_client_id": "kulanz"}
    settings = Settings(
        channel_secret=SECRET, second_step_for="supervisor, admin", oidc_roles="a=b=agent, c=admin", **provider
    )
    assert settings.second_step_for == (Role.SUPERVISOR, Role.ADMIN)
    assert settings.oidc_roles == {"a=b": Role.AGENT, "c": Role.ADMIN}
