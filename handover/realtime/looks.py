"""Which agents have which conversation before them: here, and at the other desk processes, as those have told.

All of it may be lost at any time: pages say again what they show as soon as they are back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import NamedTuple

from handover.contract.base import Wire
from handover.contract.frames import Viewer, Writing


class Look(Wire):
    """Who has one conversation before them at one process."""

    conversation_id: str
    viewers: tuple[Viewer, ...]


class _Glance(NamedTuple):
    """What one page shows."""

    conversation_id: str
    viewer: Viewer


class Looks:
    """Used on the event loop only. A page is whatever its owner tells it by; one agent may have several."""

    def __init__(self) -> None:
        self._here: dict[Hashable, _Glance] = {}
        self._pages: defaultdict[str, dict[Hashable, Viewer]] = defaultdict(dict)
        self._elsewhere: defaultdict[str, dict[str, tuple[Viewer, ...]]] = defaultdict(dict)

    def look(self, page: Hashable, viewer: Viewer, conversation_id: str | None) -> list[str]:
        """A page shows this conversation now, or none. Answers in which ones that changed something."""
        before = self._here.pop(page, None)
        if before is not None and before.conversation_id == conversation_id:
            self._here[page] = before
            return []
        changed = [] if before is None else [before.conversation_id]
        if before is not None:
            self._leave(page, before.conversation_id)
        if conversation_id is not None:
            self._put(page, conversation_id, viewer)
            changed.append(conversation_id)
        return changed

    def write(self, page: Hashable, conversation_id: str, writing: Writing | None) -> bool:
        """What is being written on this page, if it shows this conversation. Answers whether that is news."""
        glance = self._here.get(page)
        if glance is None or glance.conversation_id != conversation_id or glance.viewer.writing == writing:
            return False
        self._put(page, conversation_id, glance.viewer.model_copy(update={"writing": writing}))
        return True

    def shown_on(self, page: Hashable) -> str | None:
        glance = self._here.get(page)
        return glance and glance.conversation_id

    def conversations(self) -> set[str]:
        """Those somebody looks at, here or elsewhere."""
        return {*self._pages, *self._elsewhere}

    def here(self, conversation_id: str) -> Look:
        """At this process alone."""
        return Look(conversation_id=conversation_id, viewers=_merged(self._pages.get(conversation_id, {}).values()))

    def all_here(self) -> tuple[Look, ...]:
        return tuple(self.here(conversation_id) for conversation_id in self._pages)

    def viewers(self, conversation_id: str) -> tuple[Viewer, ...]:
        """Everywhere; each agent once, whatever number of pages they have."""
        elsewhere = self._elsewhere.get(conversation_id, {}).values()
        return _merged(
            [*self._pages.get(conversation_id, {}).values(), *(one for viewers in elsewhere for one in viewers)]
        )

    def set_elsewhere(self, process: str, look: Look) -> None:
        at_it = self._elsewhere[look.conversation_id]
        at_it.pop(process, None)
        if look.viewers:
            at_it[process] = look.viewers
        if not at_it:
            del self._elsewhere[look.conversation_id]

    def set_process(self, process: str, looks: Iterable[Look]) -> set[str]:
        """All that is looked at there; none: it is gone. Answers in which conversations that changed something."""
        before = {one: at_it[process] for one, at_it in self._elsewhere.items() if process in at_it}
        now = {look.conversation_id: look.viewers for look in looks}
        for conversation_id in before.keys() | now.keys():
            viewers = now.get(conversation_id, ())
            self.set_elsewhere(process, Look(conversation_id=conversation_id, viewers=viewers))
        return {one for one in before.keys() | now.keys() if before.get(one) != now.get(one)}

    def _put(self, page: Hashable, conversation_id: str, viewer: Viewer) -> None:
        self._here[page] = _Glance(conversation_id, viewer)
        self._pages[conversation_id][page] = viewer

    def _leave(self, page: Hashable, conversation_id: str) -> None:
        del self._pages[conversation_id][page]
        if not self._pages[conversation_id]:
            del self._pages[conversation_id]


def _merged(viewers: Iterable[Viewer]) -> tuple[Viewer, ...]:
    """By name; of several pages of one agent the one they write on counts."""
    by_agent: dict[str, Viewer] = {}
    for viewer in viewers:
        known = by_agent.get(viewer.agent_id)
        if known is None or (known.writing is None and viewer.writing is not None):
            by_agent[viewer.agent_id] = viewer
    return tuple(sorted(by_agent.values(), key=lambda one: (one.name.casefold(), one.agent_id)))
