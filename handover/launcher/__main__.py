"""`python3 -m handover.launcher <command>`: what the Makefile calls."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from handover.launcher import checks, holding, plan
from handover.launcher.config import ROOT, VAR, Config, load
from handover.launcher.errors import LauncherError
from handover.launcher.services import VENV, environment, open_door, services, with_ports
from handover.launcher.shell import Shell
from handover.launcher.steps import Setup, Step
from handover.launcher.supervisor import Supervisor
from handover.launcher.tools import python_in
from handover.launcher.workers import Caretaker, tell_addresses

TAKE_NEW_MODEL = signal.SIGUSR1
"""Tells what runs that a model was trained."""
RESTART_DESKS = signal.SIGUSR2
"""Tells what runs that the desk is to start anew."""

DEMO_LOGINS = {
    "agents": "anna@nordlicht.example, ben@nordlicht.example",
    "supervisor": "sophie@nordlicht.example",
    "editor": "emil@nordlicht.example",
    "admin": "ada@nordlicht.example",
    "password of all": "nordlicht-demo",
}


def say(text: str) -> None:
    """A whole line at once: steps run side by side, and print writes its newline apart."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def set_up(config: Config, steps: Sequence[Step]) -> None:
    with holding.setup_turn(VAR, say):
        Setup(Shell(config.logs), plan.STAMPS, say).bring_about(steps)


def run(words: Sequence[str]) -> int:
    """Set up what is missing, start everything, keep it alive until told to end."""
    _ = words
    config = with_ports_of_nobody(load())
    with holding.held(config.data_dir) as lock:
        state = {"pid": os.getpid(), "url": config.url, "ready": False}
        holding.write_state(config.data_dir, state)
        say(f"Kulanz: setting up. The first time takes some minutes; the logs are in {config.logs}")
        set_up(config, plan.steps(config))
        config = with_ports(load())
        ports = {name: config.port(name) for name in ("PORT", "RASA_PORT", "ACTIONS_PORT")}
        with open_door(config) as door:
            serve(config, ports, door, lock, state)
        say("Stopped.")
    return 0


def serve(config: Config, ports: dict[str, int], door: int | None, lock: TextIO, state: dict[str, Any]) -> None:
    """Start everything and keep it alive until told to end."""
    caretaker = Caretaker(config, plan.model_file, door)
    signal.signal(TAKE_NEW_MODEL, lambda *_: caretaker.new_model.set())
    signal.signal(RESTART_DESKS, lambda *_: caretaker.new_desks.set())
    supervisor = Supervisor(services(config, plan.model_file(), door), config.logs, lock, say)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: supervisor.stopping.set())
    say("Starting desk, action server and Rasa ...")

    def changed(supervisor: Supervisor) -> None:
        became_ready = supervisor.ready and not state["ready"]
        state.update(ports=ports, processes=supervisor.pids, ready=supervisor.ready, alarms=dict(supervisor.alarms))
        tell_addresses(config.data_dir, supervisor)
        holding.write_state(config.data_dir, state)
        if became_ready:
            say(greeting(config))

    supervisor.run(changed, caretaker.look)


def with_ports_of_nobody(config: Config) -> Config:
    """Say at once, before minutes of set-up, if we run already or the public port is taken."""
    if state := holding.read_state(config.data_dir):
        raise LauncherError(f"Kulanz is already running at {state['url']}. `make stop` ends it.")
    with_ports(config)
    return config


def greeting(config: Config) -> str:
    lines = ["", "Kulanz is ready. Ctrl-C or `make stop` ends it.", ""]
    if config.demo:
        lines += [
            f"  Demo shop   {config.url}/   (English: {config.url}/en)",
            f"  Mailbox     {config.url}/demo/mailbox",
        ]
    lines += [f"  Desk        {config.url}/desk/"]
    if config.demo:
        lines += ["", *(f"  {role:<15}  {who}" for role, who in DEMO_LOGINS.items())]
    else:
        lines += ["", "  The first log-in: .venv/bin/kulanz agents add"]
    return "\n".join([*lines, ""])


def stop(words: Sequence[str]) -> int:
    """End what `run` started."""
    _ = words
    say("Stopped." if holding.stop(load().data_dir) else "Nothing is running.")
    return 0


def setup(words: Sequence[str]) -> int:
    """Set up what is missing, start nothing."""
    _ = words
    config = load()
    set_up(config, plan.steps(config))
    return 0


def restart(words: Sequence[str]) -> int:
    """Start the desk anew, with new code; several processes one after the other. Whoever chats resumes by themselves."""
    _ = words
    data_dir = load().data_dir
    if not holding.read_state(data_dir):
        raise LauncherError("Nothing is running.")
    holding.send(data_dir, RESTART_DESKS)
    say("The desk starts anew; visitors come back by themselves.")
    return 0


def train(words: Sequence[str]) -> int:
    """Train the bot if its files have changed; what runs takes the new model over, worker by worker, in mid-chat."""
    _ = words
    config = load()
    set_up(config, plan.training_steps())
    if holding.read_state(config.data_dir):
        holding.send(config.data_dir, TAKE_NEW_MODEL)
        say("What runs takes it over; `make doctor` tells of the model in a moment.")
    return 0


def lint(words: Sequence[str]) -> int:
    """Style, types and import rules of both languages."""
    _ = words
    set_up(load(), plan.checkout_steps()[:-1])
    return 0 if checks.run_checks(checks.lint_checks()) else 1


def test(words: Sequence[str]) -> int:
    """Set up everything, lint, run every test; words go on to pytest."""
    set_up(load(), [*plan.checkout_steps(), *plan.test_steps()])
    return 0 if checks.run_checks([*checks.lint_checks(), *checks.test_checks(words)]) else 1


def bench(words: Sequence[str]) -> int:
    """Measure answers and memory of what runs, or of a stack of its own."""
    return with_settings(["-m", "pytest", "tests/bench", "-s", "-p", "no:cacheprovider", *words])


def doctor(words: Sequence[str]) -> int:
    """Say what is up, down or stale."""
    return with_settings(["-m", "handover.cli", "doctor", *words])


def with_settings(words: Sequence[str]) -> int:
    """Our Python with the settings of this installation, and the ports on which it runs now."""
    config = load()
    ports = (holding.read_state(config.data_dir) or {}).get("ports", {})
    config = config.replace(**{name: str(port) for name, port in ports.items()})
    if not python_in(VENV).exists():
        raise LauncherError("Nothing is set up yet: `make run` or `make setup` does it.")
    return subprocess.run([str(python_in(VENV)), *words], cwd=ROOT, env=environment(config), check=False).returncode


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    command.__name__: command for command in (run, stop, restart, setup, train, test, lint, bench, doctor)
}


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python3 -m handover.launcher {{{'|'.join(COMMANDS)}}}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except LauncherError as error:
        print(f"kulanz: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
