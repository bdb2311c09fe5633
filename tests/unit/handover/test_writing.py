"""How agents want to write is kept at the desk, for each of them."""

from __future__ import annotations

import pytest

from handover.contract.writing import WritingSettings
from handover.domain.agent import Role
from handover.domain.errors import NotAllowed
from handover.services.writing import Writing
from tests.edges import House
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk


def test_what_an_agent_chose_last_counts_for_them_alone(desk: FrontDesk) -> None:
    writing = Writing(desk.units)
    assert writing.settings_of(ANNA) == WritingSettings(send_by="enter", undo=True)
    for chosen in (WritingSettings(send_by="ctrl_enter"), WritingSettings(send_by="ctrl_enter", undo=False)):
        writing.keep(ANNA, chosen)
        assert writing.settings_of(ANNA) == chosen
    assert writing.settings_of(BEN) == WritingSettings()


def test_who_answers_nobody_has_nothing_to_choose(desk: FrontDesk) -> None:
    writing = Writing(desk.units)
    for refused in (lambda: writing.settings_of(EMIL), lambda: writing.keep(EMIL, WritingSettings())):
        with pytest.raises(NotAllowed):
            refused()


def test_over_http_settings_are_there_again_on_the_next_machine(house: House) -> None:
    path = "/api/me/writing"
    anna = house.agent()
    assert anna.http.get(path).json() == {"send_by": "enter", "undo": True}
    assert anna.http.put(path, json={"send_by": "ctrl_enter", "undo": False}).status_code == 204
    assert house.agent().http.get(path).json() == {"send_by": "ctrl_enter", "undo": False}
    assert anna.http.put(path, json={"send_by": "voice", "undo": True}).status_code == 422
    assert house.agent("emil", Role.EDITOR).http.get(path).status_code == 403
