"""A conversation begins once, however often its beginning is asked for."""

from __future__ import annotations

from functools import partial

import httpx
import pytest
from sqlalchemy import Engine, func, select

from handover.services.tokens import new_secret
from handover.store.tables import conversations, events
from tests.edges import House
from tests.unit.handover.front_desk import FrontDesk, at_once


def test_f24_the_same_beginning_many_times_at_once_is_one_conversation(desk: FrontDesk, engine: Engine) -> None:
    token = new_secret()
    begin = partial(desk.conversations.start, "de", "https://shop.example/", token)
    started = at_once([begin] * 12)
    assert len({str(each) for each in started}) == 1
    assert started[0] == begin()
    with engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(conversations)).scalar_one() == 1
        assert connection.execute(select(func.count()).select_from(events)).scalar_one() == 1


def test_another_secret_is_another_conversation(desk: FrontDesk) -> None:
    one, other = (desk.conversations.start("de", None, new_secret()) for _ in range(2))
    assert one.conversation_id != other.conversation_id
    assert desk.conversations.visitor_of(one.visitor_token) == one.conversation_id


def test_f24_a_beginning_whose_answer_was_lost_is_asked_for_again(house: House) -> None:
    body = {"language": "en", "page": f"{house.url}/", "visitor_token": new_secret()}
    with httpx.Client(base_url=house.url, headers={"Origin": house.url}) as http:
        first, second = (http.post("/api/visitor/conversations", json=body) for _ in range(2))
        assert (first.status_code, first.json()) == (second.status_code, second.json())
        assert first.json()["visitor_token"] == body["visitor_token"]


@pytest.mark.parametrize("token", ["", "short", "x" * 42, "x" * 129, "ä" * 43, "x" * 42 + " "])
def test_a_secret_that_could_be_guessed_is_refused(house: House, token: str) -> None:
    with httpx.Client(base_url=house.url, headers={"Origin": house.url}) as http:
        answer = http.post("/api/visitor/conversations", json={"language": "en", "visitor_token": token})
    assert answer.status_code == 422
    assert token not in answer.text or not token
