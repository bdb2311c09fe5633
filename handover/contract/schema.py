"""The wire types as one JSON schema: `python -m handover.contract.schema > wire.schema.json`."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from handover.contract.events import Event
from handover.contract.frames import AgentFrame, AgentServerFrame, ConversationSummary, Hello, ServerFrame, VisitorFrame
from handover.contract.routing import QueueView, RoutingView
from handover.contract.turns import CreditClaimed, CreditDecided, OrdersAsked, OrdersFound, TurnReply, TurnRequest

MODELS = (
    Event,
    Hello,
    ConversationSummary,
    QueueView,
    RoutingView,
    TurnRequest,
    TurnReply,
    OrdersAsked,
    OrdersFound,
    CreditClaimed,
    CreditDecided,
)
UNIONS: dict[str, TypeAdapter[Any]] = {
    "VisitorFrame": TypeAdapter(VisitorFrame),
    "ServerFrame": TypeAdapter(ServerFrame),
    "AgentFrame": TypeAdapter(AgentFrame),
    "AgentServerFrame": TypeAdapter(AgentServerFrame),
}
MODE: JsonSchemaMode = "serialization"


def wire_schema() -> dict[str, Any]:
    """Every wire type under `$defs`, by its name in the code."""
    adapters = UNIONS | {model.__name__: TypeAdapter(model) for model in MODELS}
    schemas, shared = TypeAdapter.json_schemas([(name, MODE, adapter) for name, adapter in adapters.items()])
    unions = {name: schemas[name, MODE] for name in UNIONS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Kulanz on the wire",
        "$defs": shared["$defs"] | unions,
    }


if __name__ == "__main__":
    print(json.dumps(wire_schema(), indent=2, sort_keys=True))  # noqa: T201
