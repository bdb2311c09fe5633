"""`kulanz backup`, `restore`, `retention` and `erase`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import httpx
import typer
from sqlalchemy import make_url

from handover.installation import Fail, settings_here, the_database, the_desk
from handover.launcher import holding
from handover.settings import Settings
from handover.store.backup import Manifest, verify, write_backup
from handover.store.erasure_journal import FileJournal
from handover.store.restore import Restored
from handover.store.restore import restore as restore_into
from handover.store.scrubbing import scrub

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def backup(file: Annotated[Path, typer.Argument(help="A new file, for example kulanz-2026-03-10.zip.")]) -> None:
    """Write the database to one file, while the house runs. It holds people's data: keep it as safe as the database.

    Log-ins and tickets are not in it: restored, they would open doors that were closed since.
    """
    with the_database(settings_here()) as engine:
        manifest = write_backup(engine, file)
    print(f"{file}: {told(manifest)}.")


def restore(
    file: Path,
    *,
    only_verify: Annotated[bool, typer.Option("--verify", help="Check the file and change nothing.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Give up what the database holds now.")] = False,
    yes: Yes = False,
) -> None:
    """Make the database from a backup, of SQLite or PostgreSQL alike. All or nothing; the house must not run.

    Whoever was erased since the backup was written is erased again. Everybody has to log in anew. Mails that were waiting to
    be sent when it was written are not sent.
    """
    manifest = verify(file)
    if only_verify:
        print(f"{file} is whole: {told(manifest)}.")
        return
    settings = settings_here()
    require_idle(settings)
    if replace and not yes:
        typer.confirm(f"Give up what {make_url(settings.database)} holds, for {told(manifest)}?", abort=True)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    restored = _restore(settings, file, replace=replace)
    print(f"Restored: {told(restored.manifest)}.")
    _make_good(settings, restored)


def require_idle(settings: Settings) -> None:
    """By what the launcher holds, and by asking: a desk may run without a launcher."""
    if holding.read_state(settings.data_dir) or _answers(f"{settings.desk_url}/health"):
        raise Fail("Kulanz is running; end it first (`make stop`).")


def _answers(url: str) -> bool:
    try:
        httpx.get(url, timeout=2, trust_env=False)
    except httpx.ConnectError:
        return False
    except httpx.HTTPError:
        return True  # too slow, or in the middle of ending: somebody is there
    return True


def _restore(settings: Settings, file: Path, *, replace: bool) -> Restored:
    with the_database(settings) as engine:
        restored = restore_into(engine, file, FileJournal(settings.erasures), replace=replace)
        scrub(engine)
    return restored


def _make_good(settings: Settings, restored: Restored) -> None:
    """What the restored state does not know: erasures since. And whether its books are in order."""
    with the_desk(settings) as here:
        again = here.erasures.catch_up()
        problems = here.credits.reconcile()
    print(f"Erased again: {again}. Mails not sent a second time: {restored.held_back}.")
    if problems:
        raise Fail("The ledger is not in order:\n" + "\n".join(problems))
    print("The ledger is in order.")


def told(manifest: Manifest) -> str:
    return f"{manifest.rows} rows in {len(manifest.parts)} tables, as of {manifest.made_at:%Y-%m-%d %H:%M} UTC"


def retention(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and delete nothing.")] = False,
) -> None:
    """Delete what was kept long enough. The desk does so by itself every ten minutes."""
    with the_desk(settings_here()) as here:
        counted = here.retention.due() if dry_run else here.retention.run()
        periods = here.retention.periods
    print(f"{'kept':<12} {'days':>5} {'to delete' if dry_run else 'deleted':>10}")
    for kept, count in counted.items():
        print(f"{kept:<12} {periods[kept].days:>5} {count:>10}")


def erase(
    customer: Annotated[str, typer.Argument(help="Customer number, id or mail address.")],
    *,
    yes: Yes = False,
) -> None:
    """Erase a person for good: record, conversations, mails, requests. The books keep amounts without the name.

    Backups still hold the person; `kulanz restore` erases them again.
    """
    settings = settings_here()
    with the_desk(settings) as here:
        person = here.erasures.find(customer)
        if not yes:
            typer.confirm(
                f"Erase {person.name} ({person.number}) with {person.conversations} conversations for good?", abort=True
            )
        touched = here.erasures.erase(person.customer_id)
    print(f"Erased: {', '.join(f'{count} {name}' for name, count in touched.items() if count)}.")
    with the_database(settings) as engine:
        clean = scrub(engine)
    if not clean:
        raise Fail("Deleted, but the database was too busy to clean its log of changes; run the command again later.")
