"""Keeping the rules of the desk: changed at the desk, kept as versions, and in force at once in every process.

The file of the installation is the first version and the fallback. As soon as somebody has changed the rules at the desk the
desk's version counts, whatever the file says later, until the file is brought back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import yaml

from handover.contract.rules import NamesInUse, RulesChange, RulesPreview, RulesVersion, RulesView
from handover.domain.agent import Agent
from handover.domain.differences import differences
from handover.domain.errors import InvalidRules, StaleVersion
from handover.services.access import Action, require
from handover.services.desk_rules import DeskRules, RulesDocument, checked, load_rules_document
from handover.services.ports import KeptRules, UnitOfWork, Units
from handover.services.steps import printable

FILE = 0
"""The version that the file is."""
SHOWN = 50
"""Versions that the page is told of."""
NOTE_MOST = 500


class _Held(NamedTuple):
    """The rules that count, as this process last heard."""

    version: int
    document: RulesDocument
    rules: DeskRules


class RulesKeeping:
    """The `CurrentRules` of a running desk.

    Each change names the version it is based on: raises `StaleVersion` where somebody was faster, `InvalidRules` for rules
    that cannot be or that drop what is in use, and then nothing is changed.
    """

    def __init__(self, unit: Units, path: Path, changed: Callable[[int], None] = lambda _version: None) -> None:
        """`changed` is called with the version that counts from now on, on whatever thread.

        Raises `InvalidInput` for a wrong file.
        """
        self._unit, self._name, self._changed = unit, path.name, changed
        self._file = load_rules_document(path)
        self._held: _Held | None = None
        self._holding = Lock()

    # --- what counts ---

    @property
    def now(self) -> DeskRules:
        return (self._held or self._look()).rules

    def look(self) -> None:
        """Whether another process has changed them. To be called again and again."""
        self._look()

    def _look(self) -> _Held:
        with self._unit(write=False) as unit:
            version = unit.rules.newest_version()
            held = self._held
            if held is not None and held.version == version:
                return held
            newest = unit.rules.get(version) if version else None
        return self._hold(version, self._document_of(newest))

    def _hold(self, version: int, document: RulesDocument) -> _Held:
        """Tells of it, unless it is the first that this process hears of."""
        fresh = _Held(version, document, document.rules())
        with self._holding:
            before = self._held
            if before is not None and before.version >= version:
                return before
            self._held = fresh
        if before is not None:
            self._changed(version)
        return fresh

    def _document_of(self, kept: KeptRules | None) -> RulesDocument:
        return self._file if kept is None or kept.document is None else checked(kept.document)

    # --- at the desk ---

    def view(self, agent: Agent) -> RulesView:
        require(agent, Action.KEEP_DESK_RULES)
        with self._unit(write=False) as unit:
            return self._view(unit)

    def preview(self, agent: Agent, document: Mapping[str, Any]) -> RulesPreview:
        """What would change. Raises `InvalidRules`."""
        require(agent, Action.KEEP_DESK_RULES)
        wanted = checked(document)
        with self._unit(write=False) as unit:
            before = self._of_now(unit)
            _require_kept_names(unit, before, wanted)
            return RulesPreview(changes=_changes(before, wanted))

    def change(self, agent: Agent, document: Mapping[str, Any], *, base: int, note: str = "") -> RulesView:
        require(agent, Action.KEEP_DESK_RULES)
        wanted = checked(document)
        return self._write(agent, base, note, lambda _: (wanted, wanted.model_dump(mode="json"), None))

    def bring_back(self, agent: Agent, version: int, *, base: int, note: str = "") -> RulesView:
        """An earlier version counts again, as a new one; 0 is the file. Raises `NotFound`."""
        require(agent, Action.KEEP_DESK_RULES)
        return self._write(agent, base, note, lambda unit: self._earlier(unit, version))

    # --- at the command line ---

    def exported(self) -> str:
        """What counts now, as a file says it."""
        with self._unit(write=False) as unit:
            document = self._of_now(unit).model_dump(mode="json", exclude_none=True)
        return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)

    def take_in(self, path: Path) -> int:
        """What a file says counts from now on, as the desk's version; answers its number. Raises `InvalidInput`."""
        wanted = load_rules_document(path)
        kept = wanted.model_dump(mode="json")
        return self._write(None, None, f"import {path.name}"[:NOTE_MOST], lambda _: (wanted, kept, None)).version

    def reset(self) -> int:
        """The installation's file counts again; answers the version's number."""
        return self._write(None, None, "reset", lambda _: (self._file, None, FILE)).version

    # --- steps ---

    def _earlier(self, unit: UnitOfWork, version: int) -> tuple[RulesDocument, dict[str, Any] | None, int]:
        if version == FILE:
            return self._file, None, FILE
        kept = unit.rules.get(version)
        return self._document_of(kept), kept.document, version

    def _write(
        self,
        agent: Agent | None,
        base: int | None,
        note: str,
        wish: Callable[[UnitOfWork], tuple[RulesDocument, dict[str, Any] | None, int | None]],
    ) -> RulesView:
        """`base`: the version the author has seen; none: whatever counts."""
        author = agent.id if agent else None
        with self._unit() as unit:
            newest = unit.rules.newest_version()
            if base not in (None, newest):
                raise _too_late()
            wanted, document, brought_back = wish(unit)
            _require_kept_names(unit, self._of_now(unit), wanted)
            told = printable(note).strip()[:NOTE_MOST]
            if not unit.rules.add(KeptRules(newest + 1, document, author, unit.now, told, brought_back)):
                raise _too_late()
            unit.audit.note(unit.now, author, "desk_rules.changed", str(newest + 1), allowed=True)
            view = self._view(unit)
        self._hold(view.version, wanted)
        return view

    def _of_now(self, unit: UnitOfWork) -> RulesDocument:
        return self._document_of(next(iter(unit.rules.newest(1)), None))

    def _view(self, unit: UnitOfWork) -> RulesView:
        kept = unit.rules.newest(SHOWN + 1)  # one more, to tell what the last one changed
        names = {account.agent.id: account.agent.name for account in unit.agents.accounts()}
        now = self._document_of(kept[0] if kept else None)
        return RulesView(
            version=kept[0].version if kept else FILE,
            of_file=not kept or kept[0].document is None,
            file_name=self._name,
            document=now.model_dump(mode="json"),
            intents=_intents(now, self._file),
            in_use=_in_use(unit),
            history=self._history(kept, names),
        )

    def _history(self, kept: list[KeptRules], names: Mapping[str, str]) -> tuple[RulesVersion, ...]:
        """All but a last one that is only there to be compared with."""
        line: list[KeptRules | None] = [*kept, None] if len(kept) <= SHOWN else [*kept]
        versions = [
            self._version(newer, self._document_of(older), names)
            for newer, older in pairwise(line)
            if newer is not None
        ]
        return (*versions, _of_the_file()) if line[-1] is None else tuple(versions)

    def _version(self, kept: KeptRules, before: RulesDocument, names: Mapping[str, str]) -> RulesVersion:
        return RulesVersion(
            version=kept.version,
            at=kept.at,
            agent_name=names.get(kept.agent_id or ""),
            note=kept.note,
            of_file=kept.document is None,
            brought_back=kept.brought_back,
            changes=_changes(before, self._document_of(kept)),
        )


def _intents(*documents: RulesDocument) -> tuple[str, ...]:
    return tuple(sorted({one for rules in documents for group in rules.topics.values() for one in group}))


def _of_the_file() -> RulesVersion:
    return RulesVersion(version=FILE, at=None, agent_name=None, note="", of_file=True, brought_back=None, changes=())


def _changes(before: RulesDocument, after: RulesDocument) -> tuple[RulesChange, ...]:
    found = differences(before.model_dump(mode="json"), after.model_dump(mode="json"))
    return tuple(RulesChange(**one._asdict()) for one in found)


def _in_use(unit: UnitOfWork) -> NamesInUse:
    used = unit.rules.in_use()
    teams = {
        name: used.teams_of_people.get(name, 0) + used.teams_of_cases.get(name, 0)
        for name in {*used.teams_of_people, *used.teams_of_cases}
    }
    return NamesInUse(topics=dict(used.topics_of_people), teams=teams)


def _require_kept_names(unit: UnitOfWork, before: RulesDocument, wanted: RulesDocument) -> None:
    """A team that is gone would hide its cases from everybody; a topic that is gone, leave people without any."""
    used = _in_use(unit)
    gone = {
        f"{kind}.{name}": f"in_use:{count}"
        for kind, names, known, kept in (
            ("topics", used.topics, before.topics, wanted.topics),
            ("teams", used.teams, before.teams, wanted.teams),
        )
        for name, count in names.items()
        if name in known and name not in kept
    }
    if gone:
        raise InvalidRules(f"Still in use: {', '.join(gone)}.", **gone)


def _too_late() -> StaleVersion:
    return StaleVersion("Somebody has changed the rules in the meantime.")
