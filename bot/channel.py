"""The one way into Rasa: the desk asks for one turn and gets it whole, or learns that it failed.

`POST /webhooks/desk/turn` with header `X-Kulanz-Secret`; request and answer are the JSON of
`handover/contract/turns.py`. A turn that raises, takes too long or says nothing is a 500 without details, never an
empty list. Message texts are never logged.

`POST /webhooks/desk/read` only reads: `{"text": ...}` is answered with what the parser found in it. No action runs and no
conversation is touched; so the desk goes on understanding while a person talks.

The request brings along the slots as the desk's log holds them; they win over what this process remembers. So a fresh
worker goes on where another stopped, and a reply that the desk discarded is forgotten here too.
"""

import asyncio
import hmac
import json
import logging
import re
from typing import Any, Awaitable, Callable, Dict, List, NamedTuple, Optional

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.constants import DEFAULT_INTENTS, REQUESTED_SLOT, SESSION_START_METADATA_SLOT
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Kulanz-Secret"  # noqa: S105  its name
SECRET_LENGTH = 32
BODY_LIMIT = 256 * 1024
TURN_SECONDS = 2.65
"""Less than the desk waits, so that a turn is cut here, with its lock and its changes undone."""
CONVERSATION_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
READ_SECONDS = 1.5
"""For a text that is only read; reading takes milliseconds, unless the worker is busy."""
HIDDEN_SLOTS = {SESSION_START_METADATA_SLOT, REQUESTED_SLOT}


class BadTurn(Exception):
    """The request is not what the desk sends; the text says why and repeats nothing of it."""


class Signal(NamedTuple):
    name: str
    data: Dict[str, str]


class Turn(NamedTuple):
    """Exactly one of `text` and `signal`."""

    context: Dict[str, Any]
    text: Optional[str]
    signal: Optional[Signal]
    slots: Optional[Dict[str, Any]] = None
    """What is to be in mind before this turn; None: what this process remembers."""

    @property
    def conversation_id(self) -> str:
        return self.context["conversation_id"]


class DeskInput(InputChannel):
    """Mounted by `serve.py`, which hands over the secret."""

    def __init__(self, secret: str) -> None:
        if len(secret) < SECRET_LENGTH:
            raise RasaException(f"KULANZ_CHANNEL_SECRET must have at least {SECRET_LENGTH} characters.")
        self._secret = secret.encode()

    @classmethod
    def name(cls) -> str:
        return "desk"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        desk = Blueprint("desk")

        @desk.listener("before_server_start")
        async def bound_bodies(app: Sanic, _loop: Any) -> None:
            app.config.REQUEST_MAX_SIZE = BODY_LIMIT

        @desk.get("/health")
        async def health(request: Request) -> HTTPResponse:
            ready = is_ready(request.app)
            return json_response({"ready": ready}, status=200 if ready else 503)

        @desk.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if not self._is_desk(request):
                return refusal(403, "forbidden")
            if not is_ready(request.app):
                return refusal(503, "no model")
            try:
                asked = read_turn(request.body, request.app.ctx.agent.domain.intents)
            except BadTurn as error:
                return refusal(400, str(error))
            try:
                return json_response(await self._take(asked, request.app, on_new_message))
            except Exception as error:  # noqa: BLE001  whatever went wrong, the desk must learn that it did
                logger.error("Turn %s failed: %s", asked.context["turn_id"], type(error).__name__)  # noqa: TRY400
                return refusal(500, "turn failed")

        self._add_reading(desk)
        return desk

    def _add_reading(self, desk: Blueprint) -> None:
        @desk.post("/read")
        async def read(request: Request) -> HTTPResponse:
            if not self._is_desk(request):
                return refusal(403, "forbidden")
            if not is_ready(request.app):
                return refusal(503, "no model")
            try:
                text = read_text(request.body)
            except BadTurn as error:
                return refusal(400, str(error))
            try:
                parsing = request.app.ctx.agent.parse_message(defused(text))
                return json_response(found_in(await asyncio.wait_for(parsing, READ_SECONDS)))
            except Exception as error:  # noqa: BLE001  the desk must learn that it failed, and nothing of the text
                logger.error("A text could not be read: %s", type(error).__name__)  # noqa: TRY400
                return refusal(500, "reading failed")

    def _is_desk(self, request: Request) -> bool:
        given = request.headers.get(SECRET_HEADER, "")
        return hmac.compare_digest(given.encode(), self._secret)

    async def _take(self, turn: Turn, app: Sanic, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Any:
        collector = CollectingOutputChannel()
        store = app.ctx.agent.tracker_store
        store.bring_in(turn.conversation_id, turn.slots)
        await asyncio.wait_for(on_new_message(self._message(turn, collector)), TURN_SECONDS)
        if not collector.messages:
            raise RuntimeError("the bot said nothing")  # Rasa drops an action's failure; silence is how it shows
        tracker = await store.retrieve(turn.conversation_id)
        return {
            "messages": [message.get("custom") or {"text": message["text"]} for message in collector.messages],
            "understanding": understanding(tracker),
        }

    def _message(self, turn: Turn, collector: CollectingOutputChannel) -> UserMessage:
        return UserMessage(
            text=None if turn.text is None else defused(turn.text),
            output_channel=collector,
            sender_id=turn.conversation_id,
            parse_data=None if turn.signal is None else understood_signal(turn.signal),
            input_channel=self.name(),
            metadata=turn.context,
        )


def is_ready(app: Sanic) -> bool:
    return app.ctx.agent is not None and app.ctx.agent.is_ready()


def read_turn(body: bytes, intents: List[str]) -> Turn:
    """Checks what Rasa itself relies on; actions check the context again. Raises `BadTurn`."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        raise BadTurn("not JSON") from None
    if not isinstance(request, dict):
        raise BadTurn("not an object")
    context, text, signal = (request.get(key) for key in ("context", "text", "signal"))
    if not isinstance(context, dict) or not isinstance(context.get("turn_id"), str):
        raise BadTurn("no context")
    conversation_id = context.get("conversation_id")
    if not isinstance(conversation_id, str) or not CONVERSATION_ID.fullmatch(conversation_id):
        raise BadTurn("no conversation id")
    if (text is None) == (signal is None):
        raise BadTurn("exactly one of text and signal")
    if text is not None and not isinstance(text, str):
        raise BadTurn("text is no text")
    slots = request.get("slots")
    if slots is not None and not isinstance(slots, dict):
        raise BadTurn("slots are no object")
    return Turn(context, text, None if signal is None else read_signal(signal, intents), slots)


def read_text(body: bytes) -> str:
    """What is only to be read. Raises `BadTurn`."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        raise BadTurn("not JSON") from None
    text = request.get("text") if isinstance(request, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise BadTurn("text is no text")
    return text


def read_signal(signal: Any, intents: List[str]) -> Signal:
    name, data = (signal.get("name"), signal.get("data", {})) if isinstance(signal, dict) else (None, None)
    if not isinstance(name, str) or name not in intents or name in DEFAULT_INTENTS:
        raise BadTurn("unknown signal")
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise BadTurn("signal data is not texts")
    return Signal(name, data)


def defused(text: str) -> str:
    """Rasa reads `/name{...}` as a command; behind a quotation mark it is plain text."""
    return f"“{text}”" if text.strip().startswith("/") else text


def understood_signal(signal: Signal) -> Dict[str, Any]:
    """What Rasa would have read: an intent with entities. No text is parsed on this way."""
    intent = {"name": signal.name, "confidence": 1.0}
    entities = [
        {"entity": key, "value": value, "start": 0, "end": 0, "confidence_entity": 1.0}
        for key, value in signal.data.items()
    ]
    return {"text": "", "intent": intent, "intent_ranking": [intent], "entities": entities}


def understanding(tracker: DialogueStateTracker) -> Dict[str, Any]:
    """What the agent will see of the bot's reading of this message."""
    slots = tracker.current_slot_values()
    return {
        **found_in(tracker.latest_message.parse_data),
        "slots": {name: value for name, value in slots.items() if value is not None and name not in HIDDEN_SLOTS},
    }


def found_in(parsed: Dict[str, Any]) -> Dict[str, Any]:
    """Intents and entities of a parsed text."""
    return {
        "intents": [
            {"name": intent["name"], "confidence": intent["confidence"]}
            for intent in parsed.get("intent_ranking", [])[:5]
        ],
        "entities": [
            {
                "entity": found["entity"],
                "value": str(found["value"]),
                "confidence": found.get("confidence_entity"),
            }
            for found in parsed.get("entities", [])
        ],
    }


def refusal(status: int, why: str) -> HTTPResponse:
    return json_response({"error": why}, status=status)
