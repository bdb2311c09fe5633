"""What both pages must make of every kind of event, as the real desk tells it: `python -m tests.unit.widget.stories`.

Each story of the chaos tests is played once. Moment by moment (one commit each) it is written down what the sockets say
and what a page would be shown that comes just then. Ids are numbered through, so that playing it again is the same file.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from sqlalchemy import Engine

from handover.contract.events import AnyPayload
from handover.services.ports import Publication
from handover.store.engine import make_engine
from handover.store.migrate import upgrade
from tests.chaos.test_snapshots import STORIES, Scene
from tests.unit.handover.front_desk import ANNA

FILE = Path(__file__).parents[3] / "widget" / "src" / "connection" / "stories.json"
AUDIENCE = {payload.model_fields["type"].default: payload.audience for payload in get_args(get_args(AnyPayload)[0])}
RANDOM = re.compile(r"\b[0-9a-f]{32}\b|\b[GV]-[0-9A-Z-]+\b|client-\d{6}")
Moment = dict[str, Any]


class Written(Scene):
    """A scene that writes down what both sides are told and would be shown."""

    def __init__(self, engine: Engine) -> None:
        self.moments: dict[str, list[Moment]] = {}
        super().__init__(engine)

    def publish(self, publication: Publication) -> None:
        super().publish(publication)
        told = publication.conversation_id
        _, page = self.desk.conversations.snapshot(told, 0)
        summary, log = self.desk.handovers.opened(ANNA, told)
        assert summary == publication.summary, "what comes with an event is not the state after it"
        moment = {
            "visitor": [json_of(event) for stored in publication.events if (event := stored.public)],
            "staff": [json_of(stored.event) for stored in publication.events],
            "snapshot": json_of(page) | {"events": [event.number for event in page.events]},
            "log": [event.number for event in log.events],
        }
        self.moments.setdefault(told, []).append(moment)


def json_of(model: Any) -> dict[str, Any]:
    found: dict[str, Any] = model.model_dump(mode="json")
    return found


def played(engine: Engine, story: Callable[[Scene], str]) -> list[Moment]:
    scene = Written(engine)
    return scene.moments[story(scene)]


def migrated(path: Path) -> Path:
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


def stories() -> str:
    """The file's text: one line for each moment."""
    with tempfile.TemporaryDirectory() as folder:
        empty = migrated(Path(folder) / "empty.db")
        told = [(", ".join(sorted(types)), story) for story, types in STORIES.items()]
        lines = ['{"audience": ' + json.dumps(AUDIENCE, sort_keys=True) + ",", '"stories": [']
        for place, (name, story) in enumerate(told):
            engine = make_engine(f"sqlite:///{shutil.copy(empty, f'{folder}/{place}.db')}")
            moments = ",\n".join(json.dumps(moment, ensure_ascii=False) for moment in played(engine, story))
            engine.dispose()
            lines.append(f'{{"tells": {json.dumps(name)}, "moments": [\n{moments}\n]}}' + "," * (place < len(told) - 1))
    return numbered("\n".join([*lines, "]}", ""]))


def numbered(text: str) -> str:
    """Whatever is random gets the number of its first appearance instead."""
    known: dict[str, str] = {}
    return RANDOM.sub(lambda found: known.setdefault(found[0], f"id-{len(known) + 1}"), text)


if __name__ == "__main__":
    FILE.write_text(stories(), encoding="utf-8")
