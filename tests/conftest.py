"""Fixtures for all rooms: the whole stack, a database ready for use, a real browser."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from handover.launcher.services import VENV
from handover.launcher.tools import find_chromium
from tests.stack import Stack

QUIET_BROWSER = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
"""Flags without which Chromium calls home."""


SHARED = pytest.StashKey[Stack]()

AGAINST_THE_CLOCK = frozenset({"browser", "chaos", "dialogue", "integration"})
"""Folders whose tests drive processes of the whole house, next to whatever else the machine does."""

MOST_LINES = 20
"""Of what a first try found."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A starved process may miss a deadline once: such a test gets a second try, and the summary names it (`-rR`).

    A fault of ours fails both times. Nothing else is tried again: what runs in one process has no such excuse.
    """
    for item in items:
        if AGAINST_THE_CLOCK.intersection(item.path.parts):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Why a first try failed: the second one may fail of what the first left behind, or hide a fault by passing."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.write_sep("_", f"first try of {report.nodeid}")
        terminalreporter.write_line("\n".join(told(report.longreprtext)))


def told(failure: str) -> list[str]:
    """The lines that failed, where, and the beginning of what was found instead."""
    lines = failure.splitlines()
    found = [line for line in lines if line.startswith("E")][:MOST_LINES]
    return [line for line in lines if line.startswith(">") or re.match(r"[\w./-]+:\d+: ", line)] + found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With a failure in the shared house goes what happened there last: often the only trace of what went wrong."""
    report = yield
    house = item.config.stash.get(SHARED, None)
    if report.failed and house and "stack" in getattr(item, "fixturenames", ()):
        report.sections.append(("last events of the house", house.last_events()))
    return report


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Demo shop and index, set up once; to be copied (`Stack(..., like=installation)`), not to be used."""
    folder = tmp_path_factory.mktemp("installation")
    Stack(folder).set_up()
    return folder


@pytest.fixture(scope="session")
def stack(installation: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Stack]:
    """The whole of Kulanz with the demo shop, shared by all tests of a run; each opens conversations of its own."""
    stack = Stack(tmp_path_factory.mktemp("stack"), like=installation)
    try:
        pytestconfig.stash[SHARED] = stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def fresh_database(installation: Path, tmp_path: Path) -> Path:
    """A migrated database with the demo shop for one test alone."""
    return Path(shutil.copy(installation / "data" / "kulanz.db", tmp_path / "kulanz.db"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Real Chromium. Of a module, not of the run: playwright keeps an event loop that async tests would stumble over."""
    chromium = find_chromium(VENV)
    if chromium is None:
        pytest.skip("no Chromium; `make test` installs one")
    flags = [*QUIET_BROWSER, "--no-sandbox"] if os.geteuid() == 0 else QUIET_BROWSER
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=flags)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """An empty browser profile."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
