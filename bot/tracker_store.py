"""Rasa's short memory: the last turns and the slots of the most recent conversations, in this process only.

The desk's log is the durable history. A turn costs time in proportion to the events kept, so a long conversation
stays as fast as a fresh one, and memory has an upper bound. Before each turn the desk says what its log holds of the
slots (`bring_in`); where that differs from the memory here, the log is right.
"""

import pickle
import zlib
from collections import OrderedDict
from typing import Any, Dict, Iterable, List, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, DEFAULT_SLOT_NAMES
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


class BoundedTrackerStore(TrackerStore):
    """Keeps `turns` turns of `conversations` conversations; the longest untouched one is forgotten first."""

    def __init__(
        self,
        domain: Optional[Domain],
        event_broker: Optional[EventBroker] = None,
        conversations: int = 10000,
        turns: int = 3,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        self.conversations = conversations
        self.turns = turns
        self._brought: Dict[str, Dict[str, Any]] = {}
        self._packed: "OrderedDict[str, bytes]" = OrderedDict()  # some 3 KB each instead of 110

    def bring_in(self, sender_id: str, slots: Optional[Dict[str, Any]]) -> None:
        """The next retrieval shall show these slots and no others; None: those remembered."""
        if slots is None:
            self._brought.pop(sender_id, None)
        else:
            self._brought[sender_id] = slots

    async def save(self, tracker: DialogueStateTracker) -> None:
        events = recent(list(tracker.events), self.turns)
        self._packed[tracker.sender_id] = zlib.compress(pickle.dumps(events), level=1)
        self._packed.move_to_end(tracker.sender_id)
        if len(self._packed) > self.conversations:
            self._packed.popitem(last=False)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """A fresh tracker each time: what a cancelled turn did to its own leaves no trace."""
        packed, brought = self._packed.get(sender_id), self._brought.pop(sender_id, None)
        if packed is None and not brought:
            return None
        tracker = self.init_tracker(sender_id)
        # pickle: our own bytes, never outside this process
        for event in [ActionExecuted(ACTION_LISTEN_NAME)] if packed is None else pickle.loads(zlib.decompress(packed)):  # noqa: S301
            tracker.update(event, self.domain)
        for event in changes(tracker, brought):
            tracker.update(event, self.domain)
        return tracker

    async def keys(self) -> Iterable[str]:
        return list(self._packed)


def changes(tracker: DialogueStateTracker, slots: Optional[Dict[str, Any]]) -> List[Event]:
    """What makes the tracker's slots these. Slots of another model's domain are left out."""
    if slots is None:
        return []
    return [
        SlotSet(name, slots.get(name, slot.initial_value))
        for name, slot in tracker.slots.items()
        if name not in DEFAULT_SLOT_NAMES and slot.value != slots.get(name, slot.initial_value)
    ]


def recent(events: List[Event], turns: int) -> List[Event]:
    """The events of the last turns, after those that still hold from before: each slot's value, the open form."""
    starts = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(starts) <= turns:
        return events
    cut = starts[-turns]
    held = {
        (type(event), getattr(event, "key", None)): event
        for event in events[:cut]
        if isinstance(event, (SlotSet, ActiveLoop))
    }
    return [*held.values(), ActionExecuted(ACTION_LISTEN_NAME), *events[cut:]]
