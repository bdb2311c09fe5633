"""Accounts by HTTP: cookies of each step, sockets that close, and what is answered to whom."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pyotp
import pytest

from handover.domain.agent import Role
from tests.edges import PASSWORD, House
from tests.unit.handover.test_sockets import wait_closed

ANNA = {"email": "anna@shop.example", "password": PASSWORD}


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.url, headers={"Origin": house.url}, timeout=10) as client:
        yield client


def now(app: pyotp.TOTP, house: House) -> str:
    with house.desk.units(write=False) as unit:
        return app.at(unit.now)


def enrol(http: httpx.Client, house: House) -> tuple[pyotp.TOTP, list[str]]:
    begun = http.post("/api/account/second-step", json={"password": PASSWORD})
    begun.raise_for_status()
    app = pyotp.TOTP(begun.json()["secret"])
    confirmed = http.post("/api/account/second-step/confirm", json={"code": now(app, house)})
    confirmed.raise_for_status()
    return app, confirmed.json()["codes"]


def test_the_step_between_password_and_code_is_a_cookie_that_opens_nothing_else(
    house: House, client: httpx.Client
) -> None:
    _, codes = enrol(house.agent().http, house)
    answer = client.post("/api/login", json=ANNA)
    assert answer.json() == {"next": "code"}
    [cookie] = answer.headers.get_list("set-cookie")
    assert cookie.startswith("kulanz_step=")
    assert {"HttpOnly", "SameSite=strict", "Path=/api/login", "Max-Age=300"} <= set(cookie.split("; "))
    assert client.get("/api/me").status_code == 401
    wrong = client.post("/api/login/code", json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "wrong_code")
    assert client.post("/api/login/code", json={"code": codes[0]}).json()["agent"]["email"] == ANNA["email"]
    assert client.get("/api/me").status_code == 200
    assert client.cookies.get("kulanz_step") is None


def test_without_a_password_before_it_no_code_is_looked_at(client: httpx.Client) -> None:
    for path in ("code", "second-step", "second-step/confirm"):
        assert client.post(f"/api/login/{path}", json={"code": "000000"}).status_code == 401


def test_f80_sessions_that_are_ended_elsewhere_lose_their_sockets(house: House) -> None:
    here, elsewhere = house.agent(), house.agent()
    assert len(here.http.get("/api/account").json()["sessions"]) == 2
    assert here.http.post("/api/account/sessions/end-others").status_code == 204
    wait_closed(elsewhere.socket)
    assert elsewhere.http.get("/api/me").status_code == 401
    assert here.socket.ping().wait(5)
    assert here.http.get("/api/me").status_code == 200


def test_f80_an_admin_ends_sessions_and_resets_second_steps_and_others_may_not(house: House) -> None:
    anna, ben, ada = house.agent(), house.agent("ben"), house.agent("ada", Role.ADMIN)
    enrol(anna.http, house)
    for deed in ("sessions/end", "second-step/reset"):
        assert ben.http.post(f"/api/accounts/{anna.id}/{deed}").status_code == 403
    rows = {row["id"]: row for row in ada.http.get("/api/accounts").json()["accounts"]}
    assert rows[anna.id]["second_step_since"] is not None
    assert ada.http.post(f"/api/accounts/{anna.id}/second-step/reset").status_code == 204
    wait_closed(anna.socket)
    assert ada.http.post(f"/api/accounts/{ada.id}/second-step/reset").status_code == 403
    house.agent()  # with the password alone
    assert ada.http.post("/api/accounts/nobody/sessions/end").status_code == 404


def test_answers_never_repeat_passwords_or_codes(house: House) -> None:
    http = house.agent().http
    for path, body in (
        ("password", {"old": "my secret words", "new": "my secret words"}),
        ("password", {"old": "my secret words" * 50, "new": ""}),
        ("second-step", {"password": "my secret words"}),
        ("second-step/confirm", {"code": "my secret words"}),
        ("second-step/off", {"password": "my secret words", "code": "my secret words"}),
    ):
        answer = http.post(f"/api/account/{path}", json=body)
        assert answer.status_code == 422
        assert "secret words" not in answer.text
