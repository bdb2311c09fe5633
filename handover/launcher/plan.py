"""What must be there before Kulanz can run: the list of set-up steps."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from handover.launcher.config import ROOT, VAR, Config, make_secrets
from handover.launcher.services import BOT, QUIET, VENV, VENV_RASA, environment
from handover.launcher.shell import Shell
from handover.launcher.steps import Step, fingerprint
from handover.launcher.tools import (
    find_node,
    find_python_for_rasa,
    make_environment,
    provide_chromium,
    python_in,
    this_python,
)

STAMPS = VAR / "stamps"
MODELS = VAR / "models"
MODELS_KEPT = 3
PACKAGES = {"widget": ROOT / "widget", "desk": ROOT / "handover" / "desk"}
"""The two browser packages."""
COMMAND = VENV / "bin" / "kulanz"
READS_SENTENCES = ("model", "bert.py", "bert_graph.py")
"""The parts of the knowledge room that the bot uses."""
LOCK, LOCK_RASA = ROOT / "requirements.lock", BOT / "requirements.lock"
BOT_INPUTS = (
    *(BOT / name for name in ("config.yml", "domain", "dialogue", "components", "requirements.lock")),
    ROOT / "data" / "training" / "utterances",
    *(ROOT / "knowledge" / name for name in READS_SENTENCES),
)
"""What a model is made from; what serves it (`bot/*.py`) may change without a new one."""


def steps(config: Config) -> list[Step]:
    """Everything, in the order in which it is told when nothing runs side by side."""
    return [*checkout_steps(), *installation_steps(config)]


def checkout_steps() -> list[Step]:
    """What belongs to the checkout, whatever the data folder."""
    return [
        Step("venv", "Python environment", make_venv, inputs=(LOCK,), outputs=(python_in(VENV), COMMAND)),
        Step(
            "venv-rasa",
            "Python 3.10 environment for Rasa",
            make_venv_rasa,
            inputs=(LOCK_RASA,),
            outputs=(python_in(VENV_RASA),),
        ),
        *(step for name, folder in PACKAGES.items() for step in package_steps(name, folder)),
        training_step(),
    ]


def training_steps() -> list[Step]:
    """What `make train` needs."""
    return [step for step in checkout_steps() if step.key in ("venv-rasa", "model")]


def training_step() -> Step:
    model = model_file()
    return Step(
        "model", "Bot training", train, inputs=BOT_INPUTS, outputs=(model, hash_file(model)), after=("venv-rasa",)
    )


def package_steps(name: str, folder: Path) -> list[Step]:
    manifest = (folder / "package.json", folder / "package-lock.json")
    return [
        Step(
            f"{name}-packages",
            f"npm packages of the {name}",
            lambda shell: npm(shell, f"{name}-packages", folder, "ci", "--no-audit", "--no-fund"),
            inputs=manifest,
            outputs=(folder / "node_modules",),
        ),
        Step(
            f"{name}-bundle",
            f"Browser bundle of the {name}",
            lambda shell: npm(shell, f"{name}-bundle", folder, "run", "build"),
            inputs=(folder,),
            outputs=(folder / "dist",),
            after=(f"{name}-packages",),
        ),
    ]


def installation_steps(config: Config) -> list[Step]:
    """What belongs to one data folder."""
    stamps = config.data_dir / "stamps"
    demo = Step(
        "demo",
        "Demo shop",
        lambda shell: kulanz(shell, config, "demo", "demo", "seed"),
        inputs=(ROOT / "data" / "demo", config["DATABASE_URL"]),
        outputs=database_files(config),
        after=("database",),
        stamps=stamps,
    )
    return [
        Step("secrets", "Secrets", lambda _: make_secrets(config.data_dir)),
        Step(
            "database",
            "Database",
            lambda shell: kulanz(shell, config, "database", "migrate"),
            after=("venv", "secrets"),
        ),
        *([demo] if config.demo else []),
        Step(
            "knowledge",
            "Knowledge index",
            lambda shell: run_python(shell, config, "knowledge", "knowledge.cli", "publish"),
            inputs=(
                Path(config["ARTICLES_DIR"]),
                Path(config["KNOWLEDGE_QUESTIONS"]),
                ROOT / "knowledge",
                LOCK,
                config["EMBEDDING_MODEL"],
            ),
            outputs=(config.data_dir / "knowledge" / "status.json",),
            after=("venv", "secrets"),
            stamps=stamps,
        ),
    ]


def test_steps() -> list[Step]:
    return [
        Step(
            "chromium",
            "Chromium for the browser tests",
            lambda shell: use(provide_chromium(shell, "chromium", VENV)),
            after=("venv",),
        )
    ]


def use(_: object) -> None:
    """A step gives nothing back."""


def make_venv(shell: Shell) -> None:
    make_environment(shell, "venv", VENV, LOCK, this_python)
    COMMAND.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}${{PYTHONPATH:+:$PYTHONPATH}}" exec "{python_in(VENV)}" -m handover.command "$@"\n',
        encoding="utf-8",
    )
    COMMAND.chmod(COMMAND.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def make_venv_rasa(shell: Shell) -> None:
    make_environment(shell, "venv-rasa", VENV_RASA, LOCK_RASA, lambda: find_python_for_rasa(shell, "venv-rasa"))


def npm(shell: Shell, key: str, folder: Path, *words: str) -> None:
    home = find_node(shell, key)
    shell.run(key, [home / "npm", *words], cwd=folder, env={"PATH": f"{home}{os.pathsep}{os.environ.get('PATH', '')}"})


def kulanz(shell: Shell, config: Config, key: str, *words: str) -> None:
    run_python(shell, config, key, "handover.cli", *words)


def run_python(shell: Shell, config: Config, key: str, module: str, *words: str) -> None:
    fresh = config.with_secrets()
    shell.run(key, [python_in(VENV), "-m", module, *words], cwd=ROOT, env=environment(fresh))


def database_files(config: Config) -> tuple[Path, ...]:
    return () if config["DATABASE_URL"] else (config.data_dir / "kulanz.db",)


def model_file() -> Path:
    """Where the model trained from the present files lies."""
    return MODELS / f"{fingerprint(BOT_INPUTS)[:16]}.tar.gz"


def hash_file(model: Path) -> Path:
    """Holds the SHA-256 of a model as it was trained. A worker loads no model without it, or with another one."""
    return model.with_name(model.name.replace(".tar.gz", ".sha256"))


def train(shell: Shell) -> None:
    """Train unless a model of exactly these files is there; keep a few earlier ones."""
    model = model_file()
    if not (model.exists() and hash_file(model).exists()):
        MODELS.mkdir(parents=True, exist_ok=True)
        files = ["--config", "config.yml", "--domain", "domain", "--data", "dialogue"]
        target = ["--out", str(MODELS), "--fixed-model-name", f"new-{os.getpid()}"]
        command = [str(python_in(VENV_RASA)), "-m", "rasa", "train", *files, *target]
        shell.run("model", command, cwd=BOT, env={**QUIET, "PYTHONPATH": f"{BOT}{os.pathsep}{ROOT}"})
        trained = MODELS / f"new-{os.getpid()}.tar.gz"
        hash_file(model).write_text(hashlib.sha256(trained.read_bytes()).hexdigest(), encoding="ascii")
        trained.replace(model)
    for old in sorted(MODELS.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime, reverse=True)[MODELS_KEPT:]:
        if old != model:
            old.unlink()
            hash_file(old).unlink(missing_ok=True)
