# ruff: noqa: E402  everything is imported after what keeps TensorFlow out
"""One Rasa worker: loads one model and answers the desk's turns, one process, loopback only.

`python serve.py --model data/var/models/<name>.tar.gz --port 5005`, run from this folder by the launcher. It stands in
place of `rasa run`, which would import the command line, telemetry and TensorFlow and answer at `/` and `/version`.
Settings: `KULANZ_CHANNEL_SECRET`, `KULANZ_ACTIONS_URL`, `KULANZ_LOG_LEVEL`.

A model is loaded only if the hash that its training noted beside it is its own, and if it is an assistant of ours.
Whatever is wrong ends the process before it listens, with one sentence.
"""

import absent

absent.leave_out_training()

import argparse
import asyncio
import gc
import hashlib
import logging
import os
import sys
from pathlib import Path
from typing import List

import structlog
from action_server import ActionServer, leave_the_check_to_us
from channel import SECRET_HEADER, DeskInput
from components.recognise import masked
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.exceptions import RasaException
from runner import run_in_order
from sanic import Sanic
from tracker_store import BoundedTrackerStore

ASSISTANT = "kulanz"
"""`assistant_id` of config.yml."""
KEEP_ALIVE = 75
"""Seconds. Longer than the desk keeps an idle connection, so that it never writes into one that we are closing."""
FIRST_WORDS = ("Guten Tag, wo bleibt meine Bestellung 10023?", "Hello, where is my order 10023?")
"""Parsed before the first visitor comes: the first message of a process takes many times as long."""

logger = logging.getLogger("kulanz.worker")


class ModelRefused(Exception):
    """The text says which model and why."""


def check_hash(model: Path) -> None:
    """Raise `ModelRefused` unless the file is the one that its training noted."""
    noted = model.with_name(model.name.replace(".tar.gz", ".sha256"))
    if not (model.is_file() and noted.is_file()):
        raise ModelRefused(f"{model.name} is not loaded: it or the hash beside it is missing.")
    if hashlib.sha256(model.read_bytes()).hexdigest() != noted.read_text(errors="replace").strip():
        raise ModelRefused(f"{model.name} is not loaded: its hash is not the one noted at its training.")


def load(model: Path, actions_url: str, secret: str) -> Agent:
    """An agent that is ready to take turns, in memory and warm. Raises `ModelRefused`."""
    check_hash(model)
    leave_the_check_to_us()
    run_in_order()
    actions, store = ActionServer(f"{actions_url}/webhook", {SECRET_HEADER: secret}), BoundedTrackerStore(None)
    try:
        agent = Agent.load(str(model), tracker_store=store, action_endpoint=actions)
    except Exception as error:  # whatever is in a file that is no model of ours
        raise ModelRefused(f"{model.name} is not loaded: {type(error).__name__}: {error}") from error
    agent.tracker_store = agent.processor.tracker_store = store  # without Rasa's silent second store behind it
    if agent.processor.model_metadata.assistant_id != ASSISTANT:
        raise ModelRefused(f"{model.name} is not loaded: it is no model of this assistant.")
    for text in FIRST_WORDS:
        asyncio.run(agent.parse_message(text))
    gc.collect()
    gc.freeze()  # the model stays: no collection need look at it again
    return agent


def application(agent: Agent, secret: str) -> Sanic:
    """The desk's channel and nothing else."""
    app = Sanic("kulanz_worker", configure_logging=False)
    app.config.KEEP_ALIVE_TIMEOUT = KEEP_ALIVE
    app.ctx.agent = agent

    async def take(message: UserMessage) -> None:
        await agent.handle_message(message)

    @app.after_server_stop
    async def hang_up(_app: Sanic, _loop: object) -> None:
        await agent.action_endpoint.close()

    app.blueprint(DeskInput(secret).blueprint(take), url_prefix="/webhooks/desk")
    return app


class Masking(logging.Formatter):
    """Mail addresses, phone, account and card numbers are shown as what they are, in a traceback too."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def configure_logs() -> None:
    """Ours from the wished level on; Rasa's and Sanic's from errors on, and never with an event's fields: they may hold
    what a visitor wrote."""
    lines = logging.StreamHandler()
    lines.setFormatter(Masking("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.ERROR, handlers=[lines])
    logging.getLogger("kulanz").setLevel(os.environ.get("KULANZ_LOG_LEVEL", "INFO"))
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, lambda _logger, _method, event: str(event["event"])],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def main(words: List[str]) -> int:
    parser = argparse.ArgumentParser(description="One Rasa worker of Kulanz.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args(words)
    configure_logs()
    secret, actions_url = os.environ.get("KULANZ_CHANNEL_SECRET", ""), os.environ.get("KULANZ_ACTIONS_URL", "")
    try:
        agent = load(given.model, actions_url, secret)
        app = application(agent, secret)
    except (ModelRefused, RasaException) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    logger.info("serving %s on port %s", given.model.name, given.port)
    app.run(host="127.0.0.1", port=given.port, workers=1, access_log=False, debug=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
