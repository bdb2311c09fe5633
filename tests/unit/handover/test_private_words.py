"""What the staff say among themselves never reaches a visitor, whatever happens in whichever order.

Every word among the staff carries a mark of its own. Then all bytes that a visitor gets are searched for all marks: their
sockets, pages, transcripts, mails, the copy of their data; and what the bot is asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args, get_origin
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from handover.contract.base import Actor
from handover.contract.events import AnyPayload, BotUnderstood, Payload
from handover.contract.selfservice import ServiceRequested
from handover.domain.agent import Role
from handover.gateways.rasa import MemoryBot
from handover.settings import Settings
from tests.edges import AgentAtWork, House
from tests.unit.handover.front_desk import SIGNING
from tests.unit.handover.shop_floor import context
from tests.unit.handover.test_signed_identity import signed
from tests.unit.handover.test_web_security import add_erika
from tests.visitor import Visitor

MARK = "quasar"
STAFF_ONLY: dict[str, type[Payload]] = {
    payload.model_fields["type"].default: payload
    for payload in get_args(get_args(AnyPayload)[0])
    if payload.audience == "staff"
}


class Marks:
    """Words that only the staff may know."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self) -> str:
        self.made.append(f"{MARK}{uuid4().hex}")
        return self.made[-1]


def marked(kind: Any, mark: Callable[[], str]) -> Any:
    """A value of this type, with a mark wherever text may stand."""
    origin, args = get_origin(kind), get_args(kind)
    if kind in (str, Any):
        return mark()
    if kind is datetime:
        return datetime(2026, 3, 10, tzinfo=UTC)
    if kind in (int, float, bool):
        return kind(1)
    if origin is Literal:
        return args[0]
    if origin is tuple:
        return (marked(args[0], mark),)
    if origin is dict:
        return {"x": mark()}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return payload_with(kind, mark)
    return marked(args[0], mark)  # of a union the first, of Annotated what it is about


def payload_with(model: type[BaseModel], mark: Callable[[], str]) -> Any:
    fields = model.model_fields.items()
    return model.model_validate({name: marked(field.annotation, mark) for name, field in fields if name != "type"})


def staff_event(type_: str, mark: Callable[[], str]) -> Payload:
    event: Payload = payload_with(STAFF_ONLY[type_], mark)
    if isinstance(event, BotUnderstood):
        return event.model_copy(update={"slots": {}})  # the bot's own memory, which it gets back with its next turn
    return event


class Eavesdropper(Visitor):
    """A visitor who keeps every byte they ever got."""

    def __init__(self, url: str) -> None:
        self.got: list[str] = []
        super().__init__(url, "en")

    def connect(self) -> None:
        super().connect()
        self.got.append(json.dumps(self.events))

    def receive(self, seconds: float = 15) -> dict[str, Any]:
        frame = super().receive(seconds)
        self.got.append(json.dumps(frame))
        return frame

    def fetch(self, path: str, **params: Any) -> None:
        answer = self._http.get(path, params=params, headers={"Authorization": f"Bearer {self._token}"})
        answer.raise_for_status()
        self.got.append(answer.text)

    def sync(self) -> None:
        """Reads all that the desk has told so far."""
        client_id = uuid4().hex
        self.send(type="message", client_id=client_id, text=f"{uuid4().hex[:6]}?")
        self.receive_until(lambda frame: frame["type"] == "ack" and frame["client_id"] == client_id)

    def come_back(self, *, blank: bool) -> None:
        self.sync()
        self._socket.close()
        if blank:
            self.events = []
        self.connect()


class Scene:
    """One conversation with all who may be at it."""

    def __init__(self, house: House, staff: dict[str, AgentAtWork]) -> None:
        self.house, self.staff, self.mark = house, staff, Marks()
        self.visitor = Eavesdropper(house.url)
        self.one = self.visitor.conversation_id
        token = signed(datetime.now(UTC), aud=house.url)
        self.visitor.send(type="identify_token", client_id=uuid4().hex, token=token)
        self.visitor.receive_until(lambda frame: "identity.proven" in json.dumps(frame))
        self.call()

    def call(self) -> None:
        self.visitor.send(type="request_human", client_id=uuid4().hex)

    def state(self) -> tuple[str, str | None, int]:
        with self.house.desk.units(write=False) as unit:
            found = unit.conversations.get(self.one)
        return str(found.state), found.owner_id, found.ownership_version

    def owner(self) -> AgentAtWork | None:
        _, owner_id, _ = self.state()
        return next((one for one in self.staff.values() if one.id == owner_id), None)

    def do(self, agent: AgentAtWork, what: str, **body: object) -> None:
        """Whether it is allowed now or not: a refusal tells a visitor nothing either."""
        assert agent.do(self.one, what, **body).status_code < 500, what

    def as_owner(self, what: str, **body: object) -> None:
        if owner := self.owner():
            self.do(owner, what, ownership_version=self.state()[2], **body)

    def append(self, payload: Any) -> None:
        with self.house.desk.units() as unit:
            anna = self.staff["anna"].id
            unit.append(self.one, Actor(kind="agent", id=anna, name="Anna"), payload)


def written(scene: Scene, name: str, *, to: str | None = None, whisper: bool = False) -> None:
    body: dict[str, Any] = {"client_id": uuid4().hex, "text": scene.mark()}
    if to is not None:
        body["mentions"] = [scene.staff[to].id]
    if whisper:
        body["whisper_to"] = scene.state()[1]
    scene.do(scene.staff[name], "notes", **body)


def typed(scene: Scene, name: str, about: str) -> None:
    """Only the owner's message is the visitor's to see; and of that not a word."""
    agent = scene.staff[name]
    agent.send(type="looking", conversation_id=scene.one)
    agent.send(type="typing", conversation_id=scene.one, on=True, about=about)
    agent.send(type="looking", conversation_id=None)
    draft = {"kind": "message", "text": scene.mark()}
    agent.http.put(f"/api/conversations/{scene.one}/draft", json=draft).raise_for_status()


def planned(scene: Scene) -> None:
    due = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    scene.do(scene.staff["anna"], "tasks", client_id=uuid4().hex, kind="follow_up", due_at=due, note=scene.mark())


def closed(scene: Scene) -> None:
    scene.as_owner("close", outcome="solved")
    judged = {"outcome": "solved", "remark": scene.mark(), "topic": None, "root_cause": None, "bot_could": None}
    for agent in scene.staff.values():
        agent.http.put(f"/api/conversations/{scene.one}/wrap-up", json=judged)
    scene.visitor.sync()
    scene.call()


DEEDS: dict[str, Callable[[Scene], None]] = {
    "claim": lambda scene: scene.do(scene.staff["anna"], "claim", force=True),
    "note": lambda scene: written(scene, "ben"),
    "mention": lambda scene: written(scene, "anna", to="ben"),
    "whisper": lambda scene: written(scene, "sophie", whisper=True),
    "colleague types": lambda scene: typed(scene, "ben", "message"),
    "owner types a note": lambda scene: typed(scene, "anna", "note"),
    "transfer": lambda scene: scene.as_owner(
        "transfer", to_kind="person", to_id=scene.staff["ben"].id, reason=scene.mark()
    ),
    "take over": lambda scene: scene.do(
        scene.staff["sophie"], "take-over", ownership_version=scene.state()[2], reason=scene.mark()
    ),
    "assign": lambda scene: scene.do(
        scene.staff["sophie"], "assign", agent_id=scene.staff["anna"].id, reason=scene.mark()
    ),
    "release": lambda scene: scene.as_owner("release"),
    "return": lambda scene: scene.as_owner("return", outcome="solved", summary="A public summary."),
    "close and judge": closed,
    "task": planned,
    "say": lambda scene: scene.as_owner("messages", client_id=uuid4().hex, text="A public word."),
    "call": lambda scene: scene.call(),
    "ask": lambda scene: scene.visitor.sync(),
    "resume": lambda scene: scene.visitor.come_back(blank=False),
    "begin anew": lambda scene: scene.visitor.come_back(blank=True),
    "page": lambda scene: scene.visitor.fetch("/api/visitor/events", before=2**31 - 1),
}


class TestWire:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"identity_secret": SecretStr(SIGNING), "limit_factor": 1000.0})

    @pytest.fixture
    def staff(self, house: House) -> dict[str, AgentAtWork]:
        add_erika(house)
        roles = {"anna": Role.AGENT, "ben": Role.AGENT, "sophie": Role.SUPERVISOR}
        at_work = {name: house.agent(name, role) for name, role in roles.items()}
        for agent in at_work.values():
            agent.socket.close_timeout = 0.1  # nobody reads what they are told, so nobody waits for their farewell
        return at_work

    def test_no_field_of_any_event_for_the_staff_reaches_the_visitor(
        self, house: House, staff: dict[str, AgentAtWork], bot: MemoryBot
    ) -> None:
        scene = Scene(house, staff)
        assert len(STAFF_ONLY) > 15
        for type_ in STAFF_ONLY:
            scene.append(staff_event(type_, scene.mark))
        assert_private(scene, bot)

    @given(st.lists(st.sampled_from([*DEEDS, *STAFF_ONLY]), min_size=4, max_size=18))
    @examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_no_word_among_the_staff_reaches_the_visitor_whatever_happens(
        self, house: House, staff: dict[str, AgentAtWork], bot: MemoryBot, done: list[str]
    ) -> None:
        scene = Scene(house, staff)
        for each in ["claim", *done]:
            if each in DEEDS:
                DEEDS[each](scene)
            else:
                scene.append(staff_event(each, scene.mark))
        assert_private(scene, bot)


def assert_private(scene: Scene, bot: MemoryBot) -> None:
    desk, visitor, one = scene.house.desk, scene.visitor, scene.one
    written(scene, "ben")  # so that there is one at least
    if scene.owner() is None:
        visitor.sync()
        scene.call()
        visitor.sync()
        DEEDS["claim"](scene)
    public = f"public{uuid4().hex}"
    scene.as_owner("messages", client_id=uuid4().hex, text=public)
    scene.as_owner("transcript")
    scene.as_owner("return", outcome="solved", summary="A public summary.")
    visitor.sync()
    visitor.send(type="mail_transcript", client_id=uuid4().hex)
    visitor.come_back(blank=False)
    visitor.come_back(blank=True)
    visitor.fetch("/api/visitor/events", before=2**31 - 1, limit=200)
    for language in ("de", "en"):
        visitor.fetch("/api/visitor/transcript", language=language)
    export = ServiceRequested(context=context(one, scene.state()[2]), kind="data.export", subject="")
    for document in desk.selfservice.ask(export).documents:
        visitor.fetch(f"/api/visitor/documents/{document.id}")
    with desk.units(write=False) as unit:
        mails = [str(stored.mail) for stored in unit.mails.latest(200)]
        log = "".join(stored.event.model_dump_json() for stored in unit.log.after(one, 0))
    asked = [request.model_dump_json() for request in bot.asked]
    visitor.close()

    heard = "\n".join([*visitor.got, *mails, *asked])
    assert [mark for mark in scene.mark.made if mark in heard] == []
    assert MARK not in heard, "nor anything of another conversation"
    assert public in heard, "a test that hears nothing would prove nothing"
    assert any(public in mail for mail in mails)
    assert asked
    assert "Copy of all data" in heard or "A copy of all data" in heard
    assert MARK in log
