"""The widget's hand-written wire types are the contract's: same names, same fields, same `type` values."""

from __future__ import annotations

import re
import typing
from pathlib import Path

import pytest
from pydantic import BaseModel

from handover.contract import base, events, frames

WIRE = (Path(__file__).parents[3] / "widget" / "src" / "connection" / "wire.ts").read_text(encoding="utf-8")
INTERFACES = {
    name: dict(re.findall(r"^  (\w+)\??: (.+);$", body, re.MULTILINE))
    for name, body in re.findall(r"^export interface (\w+) \{\n(.*?)^\}", WIRE, re.MULTILINE | re.DOTALL)
}
MODELS: dict[str, type[BaseModel]] = {
    name: model
    for module in (base, events, frames)
    for name, model in vars(module).items()
    if isinstance(model, type) and issubclass(model, BaseModel)
}
ALIASES = dict(re.findall(r"^export type (\w+) =((?:[^;])+);", WIRE, re.MULTILINE))


def members(annotated_union: object) -> dict[str, type[BaseModel]]:
    union = typing.get_args(annotated_union)[0]
    return {model.__name__: model for model in typing.get_args(union)}


def union_in_typescript(name: str) -> set[str]:
    parts = {part.strip() for part in ALIASES[name].split("|")} - {""}
    return {member for part in parts for member in (union_in_typescript(part) if part in ALIASES else {part})}


def values_in_typescript(name: str) -> set[str]:
    return set(re.findall(r'"([^"]+)"', ALIASES[name]))


@pytest.mark.parametrize("name", INTERFACES)
def test_an_interface_has_the_fields_of_its_model(name: str) -> None:
    assert set(INTERFACES[name]) == set(MODELS[name].model_fields)


@pytest.mark.parametrize("name", [name for name, fields in INTERFACES.items() if "type" in fields])
def test_an_interface_has_the_type_value_of_its_model(name: str) -> None:
    assert INTERFACES[name]["type"] == f'"{MODELS[name].model_fields["type"].default}"'


def test_the_widget_knows_every_event_a_visitor_may_see_and_no_other() -> None:
    visible = {name for name, model in members(events.AnyPayload).items() if model.audience == "all"}
    assert union_in_typescript("AnyPayload") == visible


def test_the_widget_sends_only_frames_that_the_desk_takes() -> None:
    assert union_in_typescript("VisitorFrame") == set(members(frames.VisitorFrame))


def test_the_widget_understands_every_frame_that_the_desk_sends() -> None:
    assert union_in_typescript("ServerFrame") == set(members(frames.ServerFrame))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Language", base.Language),
        ("ActorKind", base.ActorKind),
        ("TrustLevel", base.TrustLevel),
        ("State", frames.State),
        ("CreditReason", events.CreditReason),
        ("HandoverReason", events.HandoverReason),
        ("Outcome", events.Outcome),
    ],
)
def test_closed_lists_of_values_are_the_same(name: str, values: object) -> None:
    assert values_in_typescript(name) == set(typing.get_args(values))


def test_the_longest_message_is_the_same() -> None:
    found = re.search(r"MESSAGE_LIMIT = ([\d_]+)", WIRE)
    assert found is not None
    assert int(found[1]) == frames.MESSAGE_LIMIT
