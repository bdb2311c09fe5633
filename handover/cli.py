"""`kulanz`: accounts, the demo shop, migrations, credit, articles, the state of the house, and the desk itself."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from json import dumps
from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from pydantic import ValidationError
from rich.console import Console

from handover import checks, housekeeping
from handover.app import create_app, rasa
from handover.contract.base import Language
from handover.domain.agent import Agent, Role
from handover.domain.errors import KulanzError
from handover.installation import Fail, settings_here, the_database, the_desk
from handover.rehearsal import NotRehearsed, Rehearsal, rehearse
from handover.serve import collect_seldom, doors, server
from handover.services.demo import demo_agents, seed
from handover.services.desk import Desk, Part
from handover.services.ports import SystemClock
from handover.services.staff import LOAD
from handover.settings import ROOT, Settings, listed
from handover.simulation.tally import Diary
from handover.simulation.town import Plan, is_demo_here
from handover.simulation.town import simulate as send_visitors
from handover.simulation.visitor import Pace
from handover.store.migrate import upgrade
from handover.talk import Talk
from handover.understand import Understanding, in_words
from knowledge.cli import app as knowledge

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
agents = typer.Typer(no_args_is_help=True, help="Accounts of the desk.")
demo = typer.Typer(no_args_is_help=True, help="The demo shop (only with KULANZ_DEMO=1).")
rules = typer.Typer(no_args_is_help=True, help="The rules of the desk: what counts, as a file.")
credit = typer.Typer(no_args_is_help=True, help="Pause, resume and check the goodwill credits.")
app.add_typer(agents, name="agents")
app.add_typer(demo, name="demo")
app.add_typer(credit, name="credit")
app.add_typer(rules, name="rules")
app.add_typer(knowledge, name="knowledge")  # the editors' commands; importing them loads no model and no index

DEMO = ROOT / "data" / "demo"
DEMO_PASSWORD = "nordlicht-demo"  # noqa: S105 -- printed by `make run`; these accounts work only in the demo
LANGUAGES = get_args(Language)
MARKS = {"up": "ok", "stale": "stale", "down": "DOWN"}


@app.command()
def desk(
    door: Annotated[int | None, typer.Option(hidden=True)] = None,
    own_port: Annotated[int, typer.Option(hidden=True)] = 0,
) -> None:
    """Run the desk in the foreground. One of several is given an open socket as `door`, see the launcher."""
    settings = settings_here()
    require_database(settings)
    desk_server = server(create_app(settings), settings)
    collect_seldom()
    desk_server.run(doors(door, own_port))


def require_database(settings: Settings) -> None:
    """A desk without its tables would only look alive."""
    with the_database(settings) as engine:
        part = checks.database(engine)
    if part.state != "up":
        raise Fail(f"The database cannot be used: {part.detail}.")


@app.command()
def migrate() -> None:
    """Bring the database to the newest tables."""
    settings = settings_here()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with the_database(settings) as engine:
        upgrade(engine)
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


@app.command()
def chat(
    language: Annotated[str, typer.Option(help="de or en; the bot follows what you write.")] = "de",
) -> None:
    """Talk to the bot in the terminal and see what it understands. Uses a demo shop of its own, thrown away afterwards."""
    spoken = _language(language)
    with rehearsal(settings_here()) as house:
        Talk(house.desk, Console(), spoken).run(_next_line)


def _language(name: str) -> Language:
    if name not in LANGUAGES:
        raise Fail("The language is de or en.")
    return cast(Language, name)


def _next_line() -> str | None:
    try:
        return input("> " if sys.stdin.isatty() else "")
    except EOFError:
        return None


@app.command()
def understand(
    *,
    language: Annotated[str, typer.Option(help="de or en; without it each message tells.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Read messages from standard input, one a line, and say what the bot understands and would do.

    A tab between two texts: the second is the next message of the same conversation.
    """
    spoken = _language(language) if language else None
    with rehearsal(settings_here()) as house:
        asyncio.run(_understand(house, spoken, as_json=json))


async def _understand(house: Rehearsal, language: Language | None, *, as_json: bool) -> None:
    bot = rasa(house.settings)
    reading = Understanding(house.desk.conversations, bot)
    try:
        for line in sys.stdin:
            if text := line.rstrip("\r\n"):
                read = await reading.line(text, language)
                print(dumps(read, ensure_ascii=False) if as_json else in_words(read), flush=True)
    finally:
        await bot.close()


@app.command()
def simulate(
    *,
    visitors: Annotated[int, typer.Option(min=1, max=500, help="How many come.")] = 30,
    minutes: Annotated[
        float, typer.Option(min=0.1, help="Within which they come; they stay as long as it takes.")
    ] = 60,
    seed: Annotated[int, typer.Option(help="The same people once more.")] = 1,
    speed: Annotated[
        float, typer.Option(min=0.1, help="2: everybody comes, types and loses patience twice as fast.")
    ] = 1,
    url: Annotated[str, typer.Option(help="Another house than this machine's.")] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="Also where it is no demo on this machine: they fill the real queue.")
    ] = False,
) -> None:
    """Send simulated visitors to the running house, for a person who wants to work at the desk. Ctrl-C sends them home."""
    address = (url or settings_here().url).rstrip("/")
    if not yes and not is_demo_here(address):
        raise Fail(
            f"{address} is no running demo on this machine; these visitors would fill its queue. Say --yes if they shall."
        )
    diary = Diary(Console())
    asyncio.run(send_visitors(address, DEMO, Plan(visitors, minutes, seed, Pace(speed)), diary))
    diary.sum_up()


@contextmanager
def rehearsal(settings: Settings) -> Iterator[Rehearsal]:
    try:
        with rehearse(settings) as house:
            yield house
    except NotRehearsed as error:
        raise Fail(str(error)) from None


@agents.command("add")
def add_agent(
    email: str,
    name: Annotated[str, typer.Option(prompt=True, help="What visitors read.")],
    role: Annotated[Role, typer.Option()] = Role.AGENT,
    language: Annotated[str, typer.Option(help="de or en")] = "de",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Add an account. Asks for the password."""
    spoken = _language(language)
    with the_desk(settings_here()) as here:
        added = here.agents.add(email=email, name=name, password=password, role=role, language=spoken)
    print(f"{added.email} may log in as {added.role}.")


@agents.command("list")
def list_agents() -> None:
    """List all accounts."""
    with the_desk(settings_here()) as here:
        for account in here.agents.accounts():
            agent = account.agent
            notes = ["demo"] * account.demo + ["disabled"] * (not account.active)
            notes += ["company"] * (account.company_id is not None)
            print(f"{agent.email:<36} {agent.role:<11} {agent.language}  {agent.name}  {' '.join(notes)}".rstrip())


@agents.command("skills")
def set_skills(
    email: str,
    languages: Annotated[str, typer.Option(help="de, en or de,en")],
    topics: Annotated[str, typer.Option(help="Groups of the desk's rules, comma separated; without it all.")] = "",
    load: Annotated[int, typer.Option(help="Conversations at once.")] = LOAD,
) -> None:
    """Say which cases somebody may be asked to take."""
    spoken = listed(languages)
    if not spoken or not set(spoken) <= set(LANGUAGES):
        raise Fail("The languages are de and en.")
    with the_desk(settings_here()) as here:
        here.staff.set_skills(email, languages=cast("list[Language]", spoken), topics=listed(topics), load_limit=load)
    print(f"{email} speaks {', '.join(spoken)} and takes {topics or 'every topic'}, {load} at once.")


@agents.command("team")
def set_team(
    email: str, team: Annotated[str, typer.Argument(help="Of the desk's rules; without it none.")] = ""
) -> None:
    """Say whose cases somebody shares: they see their own, their team's and those of no team."""
    with the_desk(settings_here()) as here:
        here.staff.set_team(email, team or None)
    print(f"{email} shares the cases of {team}." if team else f"{email} is in no team.")


@agents.command("disable")
def disable_agent(email: str) -> None:
    """End an account's sessions, refuse its log-ins, and put its conversations back into the queue."""
    with the_desk(settings_here()) as here:
        agent = known_agent(here, email)
        here.agents.set_active(agent.id, active=False)
    print(f"{agent.email} may no longer log in.")


@agents.command("role")
def set_role(email: str, role: Role) -> None:
    """Change what an account may do. It has to log in again; its conversations go back into the queue."""
    with the_desk(settings_here()) as here:
        agent = known_agent(here, email)
        here.agents.set_role(agent.id, role)
    print(f"{agent.email} may log in as {role}.")


@agents.command("totp-reset")
def reset_second_step(email: str) -> None:
    """Turn off the second log-in step of who has lost phone and recovery codes, and end their sessions."""
    with the_desk(settings_here()) as here:
        agent = known_agent(here, email)
        here.account_care.reset_second_step(agent.id)
    print(f"{agent.email} logs in without a code, or sets up a new one where the role needs it.")


@agents.command("oidc-unlink")
def unlink_company(email: str) -> None:
    """Forget whom the company's log-in named for an account; its next log-in there counts anew by mail address."""
    with the_desk(settings_here()) as here:
        agent = known_agent(here, email)
        here.account_care.unlink_company(agent.id)
    print(f"{agent.email} is known to the company's log-in by mail address alone.")


def known_agent(here: Desk, email: str) -> Agent:
    for account in here.agents.accounts():
        if account.agent.email == email.strip().lower():
            return account.agent
    raise Fail("There is no account with this address.")


@demo.command("seed")
def seed_demo() -> None:
    """Fill in the demo shop and its accounts. May be run again."""
    settings = settings_here()
    if not settings.demo:
        raise Fail("The demo shop is off; set KULANZ_DEMO=1.")
    with the_desk(settings) as here:
        seeded = seed(here.units, DEMO, SystemClock())
        add_demo_agents(here)
    print("The demo shop is filled in." if seeded else "The demo shop was filled in before.")


def add_demo_agents(here: Desk) -> None:
    known = {account.agent.email for account in here.agents.accounts()}
    for new in demo_agents(DEMO):
        if new.email not in known:
            here.agents.add(
                email=new.email, name=new.name, password=DEMO_PASSWORD, role=new.role, language=new.language, demo=True
            )
            topics = [topic for topic in new.topics if topic in here.staff.topics]  # a test's rules may know none
            here.staff.set_skills(new.email, languages=new.languages, topics=topics)


@rules.command("export")
def export_rules() -> None:
    """Print what counts now as a file: the desk's own version, or KULANZ_DESK_RULES if nobody changed it at the desk."""
    with the_desk(settings_here()) as here:
        print(here.rules.exported(), end="")


@rules.command("import")
def import_rules(file: Path) -> None:
    """Let a file count from now on, as a new version of the desk's own. The running desk follows within a second."""
    with the_desk(settings_here()) as here:
        version = here.rules.take_in(file)
    print(f"Version {version} counts: {file.name}.")


@rules.command("reset")
def reset_rules() -> None:
    """Let KULANZ_DESK_RULES count again, as it was when each desk process started. Earlier versions are kept."""
    with the_desk(settings_here()) as here:
        version = here.rules.reset()
    print(f"Version {version} counts: the file KULANZ_DESK_RULES names.")


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


for command in (housekeeping.backup, housekeeping.restore, housekeeping.retention, housekeeping.erase):
    app.command()(command)


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
