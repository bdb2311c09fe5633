"""Disturbances of the services: who is told of which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from handover.contract.base import Language
from handover.contract.dossier import OutageView
from handover.contract.turns import Signal
from handover.domain.shop import Outage


def outage_view(outage: Outage, language: Language, zone: tzinfo) -> OutageView:
    """Times on the shop's clock."""
    return OutageView(
        id=outage.id,
        service=outage.service,
        text=_text(outage, language),
        started_at=outage.started_at.astimezone(zone),
        ended_at=outage.ended_at and outage.ended_at.astimezone(zone),
    )


def notice(outages: Sequence[Outage], language: Language) -> Signal | None:
    """What the bot is told, so that it tells the visitor, in one message; nothing if nothing is disturbed."""
    if not outages:
        return None
    ids, texts = (outage.id for outage in outages), (_text(outage, language) for outage in outages)
    return Signal(name="outage_known", data={"outage_ids": " ".join(ids), "outage_text": "\n\n".join(texts)})


def _text(outage: Outage, language: Language) -> str:
    return outage.text_en if language == "en" else outage.text_de
