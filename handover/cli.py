"""`kulanz`: accounts, the demo shop, migrations, credit, articles, the state of the house, and the desk itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, cast

import typer
from pydantic import ValidationError

from handover import checks
from handover.app import build_desk, create_app
from handover.contract.base import Language
from handover.domain.agent import Role
from handover.domain.errors import KulanzError
from handover.launcher.config import VAR, read_secrets
from handover.realtime.hub import Hub
from handover.serve import server
from handover.services.demo import demo_agents, seed
from handover.services.desk import Desk, Part
from handover.services.ports import SystemClock
from handover.settings import ROOT, Settings
from handover.store.engine import make_engine
from handover.store.migrate import upgrade
from handover.store.unit_of_work import SqlUnits
from knowledge.cli import app as knowledge

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
agents = typer.Typer(no_args_is_help=True, help="Accounts of the desk.")
demo = typer.Typer(no_args_is_help=True, help="The demo shop (only with KULANZ_DEMO=1).")
credit = typer.Typer(no_args_is_help=True, help="Pause, resume and check the goodwill credits.")
app.add_typer(agents, name="agents")
app.add_typer(demo, name="demo")
app.add_typer(credit, name="credit")
app.add_typer(knowledge, name="knowledge")  # the editors' commands; importing them loads no model and no index

DEMO = ROOT / "data" / "demo"
DEMO_PASSWORD = "nordlicht-demo"  # noqa: S105 -- printed by `make run`; these accounts work only in the demo
MARKS = {"up": "ok", "stale": "stale", "down": "DOWN"}


class Fail(Exception):
    """Ends the command with this sentence and exit code 1."""


def settings_here() -> Settings:
    """The environment; what it does not say may stand in `secrets.env` of the data folder."""
    for name, value in read_secrets(Path(os.environ.get("KULANZ_DATA_DIR") or VAR)).items():
        os.environ.setdefault(name, value)
    return Settings()


@contextmanager
def the_desk(settings: Settings) -> Iterator[Desk]:
    engine = make_engine(settings.database)
    try:
        yield build_desk(settings, engine, Hub())  # a hub that never starts: nobody listens here
    finally:
        engine.dispose()


@app.command()
def desk() -> None:
    """Run the desk in the foreground."""
    settings = settings_here()
    require_database(settings)
    server(create_app(settings), settings).run()


def require_database(settings: Settings) -> None:
    """A desk without its tables would only look alive."""
    engine = make_engine(settings.database)
    part = checks.database(engine)
    engine.dispose()
    if part.state != "up":
        raise Fail(f"The database cannot be used: {part.detail}.")


@app.command()
def migrate() -> None:
    """Bring the database to the newest tables."""
    settings = settings_here()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    upgrade(engine)
    engine.dispose()
    print("The database has the newest tables.")


@app.command()
def doctor() -> None:
    """Say what is up, stale or down. Exit code 1 if anything is down."""
    settings = settings_here()
    with the_desk(settings) as here:
        parts = checks.everything(settings, here)
    print(table(parts))
    if any(part.state == "down" for part in parts):
        raise typer.Exit(1)


def table(parts: list[Part]) -> str:
    return "\n".join(f"{MARKS[part.state]:<6} {part.name:<14} {part.detail}".rstrip() for part in parts)


@agents.command("add")
def add_agent(
    email: str,
    name: Annotated[str, typer.Option(prompt=True, help="What visitors read.")],
    role: Annotated[Role, typer.Option()] = Role.AGENT,
    language: Annotated[str, typer.Option(help="de or en")] = "de",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Add an account. Asks for the password."""
    if language not in ("de", "en"):
        raise Fail("The language is de or en.")
    with the_desk(settings_here()) as here:
        added = here.agents.add(email=email, name=name, password=password, role=role, language=cast(Language, language))
    print(f"{added.email} may log in as {added.role}.")


@agents.command("list")
def list_agents() -> None:
    """List all accounts."""
    with the_desk(settings_here()) as here:
        for account in here.agents.accounts():
            agent = account.agent
            notes = ["demo"] * account.demo + ["disabled"] * (not account.active)
            print(f"{agent.email:<36} {agent.role:<11} {agent.language}  {agent.name}  {' '.join(notes)}".rstrip())


@agents.command("disable")
def disable_agent(email: str) -> None:
    """End an account's sessions, refuse its log-ins, and put its conversations back into the queue."""
    with the_desk(settings_here()) as here:
        known = [account.agent for account in here.agents.accounts() if account.agent.email == email.strip().lower()]
        if not known:
            raise Fail("There is no account with this address.")
        here.agents.set_active(known[0].id, active=False)
    print(f"{known[0].email} may no longer log in.")


@demo.command("seed")
def seed_demo() -> None:
    """Fill in the demo shop and its accounts. May be run again."""
    settings = settings_here()
    if not settings.demo:
        raise Fail("The demo shop is off; set KULANZ_DEMO=1.")
    engine = make_engine(settings.database)
    seeded = seed(SqlUnits(engine, Hub(), SystemClock()), DEMO, SystemClock())
    engine.dispose()
    with the_desk(settings) as here:
        add_demo_agents(here)
    print("The demo shop is filled in." if seeded else "The demo shop was filled in before.")


def add_demo_agents(here: Desk) -> None:
    known = {account.agent.email for account in here.agents.accounts()}
    for new in demo_agents(DEMO):
        if new.email not in known:
            language = cast(Language, new.language)
            here.agents.add(
                email=new.email, name=new.name, password=DEMO_PASSWORD, role=new.role, language=language, demo=True
            )


@credit.command("pause")
def pause_credit() -> None:
    """From now on nothing is booked: claims of the bot become proposals, approvals are refused."""
    with the_desk(settings_here()) as here:
        here.credits.set_kill_switch(True)
    print("No credit is booked until `kulanz credit resume`.")


@credit.command("resume")
def resume_credit() -> None:
    """Let credits be booked again."""
    with the_desk(settings_here()) as here:
        here.credits.set_kill_switch(False)
    print("Credit may be booked again.")


@credit.command("reconcile")
def reconcile_credit() -> None:
    """Check the ledger: sums, chain of hashes, and that every booking has its decision."""
    with the_desk(settings_here()) as here:
        problems = here.credits.reconcile()
    if problems:
        raise Fail("\n".join(problems))
    print("The ledger is in order.")


def main() -> None:
    try:
        app()
    except (Fail, KulanzError) as error:
        raise SystemExit(f"kulanz: {error}") from None
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise SystemExit(f"kulanz: a setting is wrong: {problems}") from None


if __name__ == "__main__":
    main()
