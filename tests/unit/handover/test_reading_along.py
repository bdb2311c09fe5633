"""Reading along and drafts over the wire: the whole desk, with a bot and a search that are twins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from handover.app import create_app
from handover.contract.events import IntentGuess
from handover.contract.passages import ArticleFound
from handover.contract.turns import Understanding
from handover.domain.agent import Role
from handover.gateways.passages import MemoryPassages
from handover.gateways.rasa import MemoryBot
from handover.settings import Settings
from tests.edges import AgentAtWork, House
from tests.visitor import Visitor

ARTICLE = ArticleFound(
    article_id="paypal", language="en", title="PayPal", text="Yes, by PayPal.", version="v", passage=0, score=0.9
)


@pytest.fixture
def app(settings: Settings, bot: MemoryBot) -> FastAPI:
    bot.reading = lambda _text: Understanding(intents=(IntentGuess(name="paypal", confidence=0.9),))
    return create_app(settings, bot=bot, passages=MemoryPassages(ARTICLE))


@pytest.fixture
def visitor(house: House) -> Iterator[Visitor]:
    with Visitor(house.url, "en") as visitor:
        yield visitor


def claimed(house: House, visitor: Visitor) -> tuple[AgentAtWork, int]:
    """The agent who has this visitor's case, and its ownership version."""
    anna = house.agent()
    visitor.send(type="request_human", client_id=uuid4().hex)
    anna.receive("event", lambda frame: frame["event"]["data"]["type"] == "handover.requested")
    answer = anna.do(visitor.conversation_id, "claim", force=True)
    answer.raise_for_status()
    return anna, answer.json()["summary"]["ownership_version"]


def understood(frame: dict[str, Any]) -> bool:
    return bool(frame["event"]["data"]["type"] == "bot.understood")


def test_a_text_to_a_person_is_read_along_drafted_for_and_answered(house: House, visitor: Visitor) -> None:
    anna, version = claimed(house, visitor)
    base = f"/api/conversations/{visitor.conversation_id}"
    visitor.say("Can I pay with PayPal?")
    read = anna.receive("event", understood)["event"]
    assert (read["data"]["aside"], read["data"]["intents"][0]["name"]) == (True, "paypal")

    found = anna.http.get(f"{base}/suggestions").json()
    assert found["message_number"] == read["data"]["message_number"]
    assert [(draft["source"], draft["text"]) for draft in found["drafts"]] == [
        ({"kind": "article", "id": "paypal"}, "Yes, by PayPal.")
    ]
    assert anna.http.get(f"{base}/wish").json() == {"wish": "Can I pay with PayPal?"}

    drafted = {"source": found["drafts"][0]["source"], "changed": False, "for_number": found["message_number"]}
    words = {"client_id": uuid4().hex, "ownership_version": version, "text": "Yes, by PayPal."}
    for _ in range(2):  # asked again, it is the same message and noted once
        anna.do(visitor.conversation_id, "messages", **words, drafted=drafted).raise_for_status()
    log = anna.http.get(base).json()["events"]
    assert [event["data"]["type"] for event in log][-2:] == ["message.posted", "suggestion.used"]
    assert anna.http.get(f"{base}/suggestions").json() == {"message_number": None, "drafts": []}
    visitor.receive_until(
        lambda frame: frame["type"] == "event" and frame["event"]["data"].get("text") == words["text"]
    )
    assert {event["data"]["type"] for event in visitor.events} & {"bot.understood", "suggestion.used"} == set()


@pytest.mark.parametrize(
    "drafted",
    [
        {"source": {"kind": "rumour", "id": "x"}, "changed": False, "for_number": 1},
        {"source": {"kind": "article", "id": ""}, "changed": False, "for_number": 1},
        {"source": {"kind": "article", "id": "x" * 200}, "changed": False, "for_number": 1},
        {"source": {"kind": "article", "id": "x"}, "changed": False, "for_number": 1, "cents": 5},
    ],
    ids=["kind", "empty", "long", "more"],
)
def test_a_draft_that_is_none_is_refused_with_the_message(house: House, visitor: Visitor, drafted: object) -> None:
    anna, version = claimed(house, visitor)
    words = {"client_id": uuid4().hex, "ownership_version": version, "text": "Hello", "drafted": drafted}
    assert anna.do(visitor.conversation_id, "messages", **words).status_code == 422
    assert "suggestion.used" not in str(anna.http.get(f"/api/conversations/{visitor.conversation_id}").json())


def test_who_serves_nobody_gets_no_drafts_and_unknown_cases_have_none(house: House, visitor: Visitor) -> None:
    claimed(house, visitor)
    emil = house.agent("emil", Role.EDITOR)
    for what in ("suggestions", "wish"):
        assert emil.http.get(f"/api/conversations/{visitor.conversation_id}/{what}").status_code == 403
    assert emil.http.get("/api/articles/en/paypal").status_code == 403
    anna = house.agent("ben")
    for what in ("suggestions", "wish"):
        assert anna.http.get(f"/api/conversations/{'0' * 32}/{what}").status_code == 404
    assert anna.http.get("/api/articles/en/no-such-article").status_code == 404
