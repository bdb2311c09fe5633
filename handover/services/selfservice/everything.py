"""All that customers can read and do by themselves, put together once."""

from __future__ import annotations

from handover.services.selfservice import account, billing, claims, orders, outages, privacy, returns, subscriptions
from handover.services.selfservice.kinds import Kind
from handover.services.selfservice.reading import Part
from handover.services.selfservice.undo import undo_kind

_CONCERNS = (orders, returns, billing, claims, subscriptions, outages, account, privacy)

PARTS: dict[str, Part] = {name: part for concern in _CONCERNS for name, part in concern.PARTS.items()}
UNDOS = {name: undo for concern in _CONCERNS for name, undo in concern.UNDOS.items()}
KINDS: dict[str, Kind] = {
    **{name: kind for concern in _CONCERNS for name, kind in concern.KINDS.items()},
    "request.undo": undo_kind(UNDOS, {**orders.CHECKS, **returns.CHECKS, **subscriptions.CHECKS}),
}
