from pathlib import Path
from threading import Event

import pytest

from handover.launcher.errors import LauncherError
from handover.launcher.shell import Shell
from handover.launcher.steps import Setup, Step, fingerprint


class Bench:
    """A set-up in a temporary folder that remembers which steps ran and what was said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ran: list[str] = []
        self.said: list[str] = []

    def step(self, key: str, **more: object) -> Step:
        return Step(key, f"The {key}", lambda _: self.ran.append(key), **more)

    def bring_about(self, *steps: Step) -> None:
        Setup(Shell(self.folder / "logs"), self.folder / "stamps", self.said.append).bring_about(steps)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_step_is_skipped_while_its_inputs_are_unchanged(bench: Bench) -> None:
    lock = bench.folder / "lock"
    lock.write_text("a==1")
    bench.bring_about(bench.step("venv", inputs=(lock,)))
    bench.bring_about(bench.step("venv", inputs=(lock,)))
    assert bench.ran == ["venv"]
    assert bench.said[-1] == "  =     The venv: unchanged"


def test_a_step_runs_again_when_an_input_changed(bench: Bench) -> None:
    lock = bench.folder / "lock"
    for text in ("a==1", "a==2"):
        lock.write_text(text)
        bench.bring_about(bench.step("venv", inputs=(lock,)))
    assert bench.ran == ["venv", "venv"]


def test_a_step_runs_again_when_an_output_is_gone(bench: Bench) -> None:
    output = bench.folder / "bundle.js"
    output.write_text("")
    step = bench.step("bundle", inputs=("x",), outputs=(output,))
    bench.bring_about(step)
    output.unlink()
    with pytest.raises(LauncherError, match=r"left no .*bundle\.js"):
        bench.bring_about(step)
    assert bench.ran == ["bundle", "bundle"]


def test_a_step_whose_lost_output_another_step_makes_first_runs_again_all_the_same(bench: Bench) -> None:
    database = bench.folder / "kulanz.db"
    migrate = Step("database", "Database", lambda _: database.touch())
    seed = bench.step("demo", inputs=("shop",), outputs=(database,), after=("database",))
    for _ in range(2):
        bench.bring_about(migrate, seed)
    assert bench.ran == ["demo"]
    database.unlink()
    bench.bring_about(migrate, seed)
    assert bench.ran == ["demo", "demo"]


def test_a_step_without_inputs_always_runs(bench: Bench) -> None:
    bench.bring_about(bench.step("database"))
    bench.bring_about(bench.step("database"))
    assert bench.ran == ["database", "database"]


def test_a_step_waits_for_what_it_needs(bench: Bench) -> None:
    bench.bring_about(
        bench.step("demo", after=("database",)), bench.step("database", after=("venv",)), bench.step("venv")
    )
    assert bench.ran == ["venv", "database", "demo"]


def test_independent_steps_run_side_by_side(bench: Bench) -> None:
    first, second = Event(), Event()

    def meet(mine: Event, other: Event) -> None:
        mine.set()
        assert other.wait(5)

    bench.bring_about(
        Step("one", "One", lambda _: meet(first, second)), Step("two", "Two", lambda _: meet(second, first))
    )


def test_a_step_that_fails_leaves_no_stamp_names_its_log_and_stops_what_needs_it(bench: Bench) -> None:
    def fail(shell: Shell) -> None:
        shell.run("venv", ["sh", "-c", "echo no such package; exit 3"], cwd=bench.folder)

    failing = Step("venv", "Python environment", fail, inputs=("x",))
    with pytest.raises(
        LauncherError, match=r"(?s)Python environment failed.*ended with 3.*no such package.*setup-venv\.log"
    ):
        bench.bring_about(failing, bench.step("database", after=("venv",)))
    assert bench.ran == []
    assert not (bench.folder / "stamps" / "venv").exists()


def test_the_fingerprint_sees_names_and_contents_but_nothing_that_was_built(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.ts").write_text("1")
    before = fingerprint([tmp_path])
    for built in ("node_modules", "dist", "__pycache__"):
        (tmp_path / built).mkdir()
        (tmp_path / built / "x").write_text("x")
    assert fingerprint([tmp_path]) == before
    (tmp_path / "src" / "a.ts").rename(tmp_path / "src" / "b.ts")
    assert fingerprint([tmp_path]) != before
