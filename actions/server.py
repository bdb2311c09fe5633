"""The action server: one Sanic app on loopback that runs actions for Rasa, and for nobody else.

The SDK's own server is not used: it has no log-in, lists the actions, unpacks bodies without a bound and sends
exception texts. Its executor is. An action that fails or takes too long is a 500; Rasa then has nothing to say, and
the channel reports the turn as failed, which is the one way in which visitors learn of any failure.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import ValidationError
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionNotFoundException
from sanic import Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from actions import answers, continuing, dialogue, escalation, files, outages, smalltalk, topics, undoing
from actions.desk_client import DeskClient
from actions.dialogue import Action
from actions.flows import flows
from actions.replies import Replies
from actions.turn import Parts, Turn
from handover.contract.passages import PassagesAsked
from handover.masking import log_masked
from handover.settings import Settings
from knowledge.publish import Publisher

logger = logging.getLogger(__name__)

ACTIONS: dict[str, Action] = {
    "action_small_talk": smalltalk.small_talk,
    "action_accept": continuing.accept,
    "action_decline": continuing.decline,
    "action_topic": topics.take_up,
    "action_continue": continuing.continue_wish,
    "action_correct": dialogue.correct,
    "action_repeat": dialogue.repeat,
    "action_undo": undoing.undo,
    "action_show_article": answers.show_article,
    "action_outage_known": outages.tell_known,
    "action_call_human": escalation.call_human,
    "action_welcome_back": escalation.welcome_back,
    "action_files_received": files.received,
}
"""Rasa's names (bot/domain/actions.yml) and what they do."""
TURN_SECONDS = 2.5
BODY_LIMIT = 1024 * 1024


def rasa_action(action: Action, parts: Parts) -> Callable[..., Awaitable[list[dict[str, Any]]]]:
    """`action` as Rasa calls it: everything it proposes and keeps, or, if it fails, nothing at all."""

    async def run(dispatcher: CollectingDispatcher, tracker: Tracker, _domain: object) -> list[dict[str, Any]]:
        turn = Turn(parts, message=tracker.latest_message, slots=tracker.slots)
        async with asyncio.timeout(TURN_SECONDS):
            await dialogue.lead(turn, action)
        for message in turn.messages:
            dispatcher.utter_message(json_message=message.model_dump(mode="json"))
        return [SlotSet(name, value) for name, value in turn.slot_changes().items()]

    return run


class ActionServer:
    """The routes. `is_ready` tells whether there is an index to answer from."""

    def __init__(self, parts: Parts, secret: str, is_ready: Callable[[], bool]) -> None:
        self._secret = secret.encode()
        self._is_ready = is_ready
        self._knowledge = parts.knowledge
        self._executor = ActionExecutor()
        flows()  # a flow that cannot be imported must fail here, not in front of a visitor
        for name, action in ACTIONS.items():
            self._executor.register_function(name, rasa_action(action, parts))

    def app(self) -> Sanic:
        app = Sanic("kulanz_actions", configure_logging=False)
        app.config.REQUEST_MAX_SIZE = BODY_LIMIT
        app.register_middleware(self.know_the_caller, "request")
        app.error_handler.add(Exception, self.tell_nothing)
        app.add_route(self.health, "/health", methods=["GET"])
        app.add_route(self.webhook, "/webhook", methods=["POST"])
        app.add_route(self.passages, "/passages", methods=["POST"])
        return app

    async def know_the_caller(self, request: Request) -> HTTPResponse | None:
        given = request.headers.get("X-Kulanz-Secret", "").encode()
        if request.path == "/health" or hmac.compare_digest(given, self._secret):
            return None
        return _refusal(403)

    async def health(self, _: Request) -> HTTPResponse:
        ready = self._is_ready()
        return json_response({"ready": ready}, status=200 if ready else 503)

    async def webhook(self, request: Request) -> HTTPResponse:
        if not isinstance(request.json, dict) or not {"next_action", "tracker"} <= request.json.keys():
            return _refusal(422)  # not 400, which Rasa takes for an action's own refusal
        result = await self._executor.run({"domain": {}, **request.json})  # Rasa sends none; the executor wants one
        return json_response(result.model_dump())

    async def passages(self, request: Request) -> HTTPResponse:
        """For the desk, while a person talks: what could be said to a text. No action runs."""
        if not self._is_ready():
            return _refusal(503)
        try:
            asked = PassagesAsked.model_validate_json(request.body)
        except ValidationError:
            return _refusal(422)
        async with asyncio.timeout(TURN_SECONDS):
            found = await answers.passages_for(self._knowledge, asked)
        return json_response(found.model_dump(mode="json"))

    async def tell_nothing(self, _: Request, error: Exception) -> HTTPResponse:
        """Callers learn that it failed; why is for the log, without the message."""
        if isinstance(error, SanicException):
            return _refusal(error.status_code)
        if isinstance(error, ActionNotFoundException):
            return _refusal(404)
        where = traceback.extract_tb(error.__traceback__)[-1]
        logger.error("An action failed: %s in %s:%s", type(error).__name__, where.filename, where.lineno)
        return _refusal(500)


def _refusal(status: int) -> HTTPResponse:
    return json_response({"error": "refused" if status < 500 else "failed"}, status=status)


def serve(settings: Settings) -> None:
    """Load the index, then serve until told to stop."""
    publisher = Publisher(
        settings.articles_dir, settings.data_dir, settings.embedding_model, settings.knowledge_questions
    )
    secret = settings.channel_secret.get_secret_value()
    if not secret:
        raise SystemExit("KULANZ_CHANNEL_SECRET is missing; `make run` makes one.")
    desk = DeskClient(settings.desk_url, secret)
    parts = Parts(desk=desk, knowledge=publisher.search, replies=Replies())
    app = ActionServer(parts, secret, is_ready=lambda: publisher.search.version is not None).app()

    async def unload(_: Sanic) -> None:
        await asyncio.to_thread(publisher.stop)
        await desk.close()

    app.register_listener(unload, "before_server_stop")
    publisher.start()
    app.run(host="127.0.0.1", port=settings.actions_port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    _settings = Settings()
    log_masked(_settings.log_level)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # not a line for every call of the desk
    serve(_settings)
