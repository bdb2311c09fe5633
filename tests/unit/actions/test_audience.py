"""What is for agents alone stays with them, whatever a visitor asks or presses: the real search behind real actions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import server
from actions.turn import Parts
from knowledge import builds
from knowledge.articles import read_folder
from knowledge.search import KnowledgeSearch
from tests.unit.actions.conftest import FakeDesk
from tests.unit.knowledge.small_shop import SHOP, LetterEncoder, article, write

SECRET = "Kulanz bis 50 Euro ohne Rückfrage"
QUESTIONS = ["Wie hoch ist die Kulanz?", "Kulanz im Einzelfall", "Wann gebe ich Kulanz?", "Kulanzgrenze"]
CONTEXT = {"conversation_id": "c" * 26, "turn_id": "t", "ownership_version": 1, "language": "de", "trust": "none"}
Run = Callable[..., Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def run(tmp_path: Path, parts: Parts, desk: FakeDesk) -> Run:
    """An action as Rasa calls it: `await run("action_topic", text="…")`; what it proposes."""
    for article_id, (title, questions) in SHOP.items():
        write(tmp_path, "de", article_id, article(article_id, title=title, questions=questions))
    secret = article("limits", title="Kulanz", questions=QUESTIONS, body=SECRET, extra="audience: agents\n")
    write(tmp_path, "de", "limits", secret)
    encoder = LetterEncoder()
    search = KnowledgeSearch(encoder)
    search.use(builds.make(read_folder(tmp_path)[0], encoder))

    async def run_one(name: str, *, text: str = "", **entities: str) -> list[dict[str, Any]]:
        found = [{"entity": entity, "value": value} for entity, value in entities.items()]
        latest = {"text": text, "intent": {"name": ""}, "entities": found, "metadata": CONTEXT}
        tracker = Tracker("c", {}, latest, [], False, None, {}, None)
        dispatcher = CollectingDispatcher()
        parts_here = Parts(desk=desk, knowledge=search, replies=parts.replies)
        await server.rasa_action(server.ACTIONS[name], parts_here)(dispatcher, tracker, {})
        return [message["custom"] for message in dispatcher.messages]

    return run_one


@pytest.mark.parametrize("question", [*QUESTIONS, SECRET])
async def test_no_question_of_a_visitor_finds_what_is_for_agents(run: Run, question: str) -> None:
    for message in await run("action_topic", text=question):
        assert SECRET not in message["text"]
        assert "limits" not in {tried["article_id"] for tried in message["passages"]}
        assert "limits" not in {choice["signal"]["data"].get("article_id") for choice in message["choices"]}


async def test_a_forged_choice_does_not_show_what_is_for_agents(run: Run) -> None:
    (refused,) = await run("action_show_article", article_id="limits")
    (unknown,) = await run("action_show_article", article_id="no-such-article")
    assert refused == unknown
    assert refused["receipt"] is None
    (shown,) = await run("action_show_article", article_id="payment")
    assert shown["receipt"]["article_id"] == "payment"
