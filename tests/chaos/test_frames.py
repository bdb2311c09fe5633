"""Websocket spoken wrongly in every way that Autobahn knows, and in random ones: the desk answers properly and goes on."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Iterator
from typing import NamedTuple

import psutil
import pytest

from handover.settings import Settings
from tests.chaos.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawSocket, babble, closing, frame
from tests.edges import House
from tests.unit.handover.test_sockets import new_ticket
from tests.visitor import Visitor

PROTOCOL_ERROR, BAD_DATA, TOO_LARGE = 1002, 1007, 1009
BROKEN = (1002, 1007)
LONG = b"x" * 40_000
TYPING = b'{"type": "typing", "on": false}'
SEED = 16
BABBLERS = 250
WARM_UP = 50
UVICORNS_OWN = "Invalid UTF-8 sequence received from client."
"""It closes the socket properly, and logs how it came to know."""
MOST_GROWTH = 40 * 2**20
"""Bytes of this process, in which the desk runs; what one leaked frame in each of the 250 talks would exceed."""


class Case(NamedTuple):
    told: bytes
    codes: tuple[int, ...]
    """One of these closes the socket."""


WRONG = {
    "text that is no UTF-8": Case(frame(TEXT, b"\xff\xfe"), BROKEN),
    "a surrogate in UTF-8": Case(frame(TEXT, b"\xed\xa0\x80"), BROKEN),
    "an overlong encoding": Case(frame(TEXT, b"\xc0\xaf"), BROKEN),
    "a code point beyond Unicode": Case(frame(TEXT, b"\xf4\x90\x80\x80"), BROKEN),
    "text that ends in half a character": Case(frame(TEXT, "ä".encode()[:1]), BROKEN),
    "bad UTF-8 in the second fragment": Case(
        frame(TEXT, "€".encode()[:2], fin=False) + frame(CONTINUATION, b"\xff"), BROKEN
    ),
    **{f"reserved bit {bit}": Case(frame(TEXT, TYPING, reserved=bit), (PROTOCOL_ERROR,)) for bit in (1, 2, 4, 7)},
    **{
        f"reserved opcode {code:#x}": Case(frame(code), (PROTOCOL_ERROR,))
        for code in (3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF)
    },
    "a ping in fragments": Case(frame(PING, b"a", fin=False), (PROTOCOL_ERROR,)),
    "a ping that is too long": Case(frame(PING, b"x" * 126), (PROTOCOL_ERROR,)),
    "a close that is too long": Case(frame(CLOSE, b"\x03\xe8" + b"x" * 124), (PROTOCOL_ERROR,)),
    "a continuation of nothing": Case(frame(CONTINUATION, b"a"), (PROTOCOL_ERROR,)),
    "a new text in the middle of fragments": Case(
        frame(TEXT, b"{", fin=False) + frame(TEXT, TYPING), (PROTOCOL_ERROR,)
    ),
    "a frame without a mask": Case(frame(TEXT, TYPING, masked=False), (PROTOCOL_ERROR,)),
    "a length beyond all memory": Case(frame(TEXT, b"x", claimed=2**62), (TOO_LARGE, PROTOCOL_ERROR)),
    "a length with its highest bit set": Case(frame(TEXT, b"x", claimed=2**63), (TOO_LARGE, PROTOCOL_ERROR)),
    "fragments that are too much together": Case(
        frame(TEXT, LONG, fin=False) + frame(CONTINUATION, LONG), (TOO_LARGE,)
    ),
    "a close of one byte": Case(frame(CLOSE, b"\x03"), (PROTOCOL_ERROR,)),
    "a close with a reason that is no UTF-8": Case(closing(1000, b"\xff"), BROKEN),
    **{
        f"close code {code}": Case(closing(code), (PROTOCOL_ERROR,))
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535)
    },
    **{f"close code {code}, a good one": Case(closing(code), (code,)) for code in (1000, 1001, 3000, 4999)},
    "a close without a code": Case(frame(CLOSE), (1000, 1005)),
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """One visitor opens more sockets here than people do."""
    return settings.model_copy(update={"limit_factor": 1000.0})


@pytest.fixture
def neighbour(house: House) -> Iterator[Visitor]:
    with Visitor(house.url, "en") as visitor:
        yield visitor


def is_served(neighbour: Visitor) -> bool:
    client_id = neighbour.say("Still there?")
    return bool(neighbour.receive_until(lambda frame: frame.get("client_id") == client_id)["number"])


def raw(house: House) -> RawSocket:
    return RawSocket(int(house.url.rpartition(":")[2]), "/ws/visitor", house.url)


def in_talk(house: House, visitor: Visitor) -> RawSocket:
    """A socket past hello and snapshot."""
    opened = raw(house)
    opened.say(type="hello", ticket=new_ticket(visitor), cursor=0)
    assert opened.receive_kind(TEXT)
    return opened


def test_f16_what_is_no_websocket_is_closed_with_the_right_code(house: House, neighbour: Visitor) -> None:
    wrong: dict[str, object] = {}
    for name, (told, codes) in WRONG.items():
        with in_talk(house, neighbour) as talk, raw(house) as stranger:
            for client in (talk, stranger):
                client.send(told)
            ends = [client.receive_kind(CLOSE) for client in (talk, stranger)]
        if ends[0] is None or any(end and end.close_code not in codes for end in ends):
            wrong[name] = ends  # before hello the line may simply end
        assert is_served(neighbour), name
    assert wrong == {}


def test_f16_control_frames_between_fragments_and_one_byte_at_a_time_are_understood(
    house: House, neighbour: Visitor
) -> None:
    words = '{"type": "message", "client_id": "byte-by-byte", "text": "Zeichen für Zeichen 😀"}'.encode()
    with in_talk(house, neighbour) as talk:
        talk.send(frame(TEXT, words[:1], fin=False))
        for byte in words[1:-1]:
            talk.send(frame(CONTINUATION, bytes([byte]), fin=False) + frame(PING, b"?") + frame(PONG, b"unasked"))
        talk.send(frame(CONTINUATION, words[-1:]))
        pongs = [talk.receive_kind(PONG) for _ in words[1:-1]]
        assert {pong and pong.payload for pong in pongs} == {b"?"}
        while b"byte-by-byte" not in (heard := talk.receive_kind(TEXT)).payload or b'"ack"' not in heard.payload:
            pass
    assert is_served(neighbour)


def test_f16_binary_frames_and_empty_ones_are_refused_and_the_talk_goes_on(house: House, neighbour: Visitor) -> None:
    with in_talk(house, neighbour) as talk:
        for told in (frame(BINARY, b"\0\1"), frame(BINARY), frame(TEXT), frame(TEXT, b"", fin=False) + frame(0)):
            talk.send(told)
            assert b"invalid_frame" in talk.receive_kind(TEXT).payload
        talk.send(frame(PING, b"x" * 125))
        assert talk.receive_kind(PONG).payload == b"x" * 125


def test_f16_whoever_babbles_harms_nobody_and_leaves_nothing_behind(
    house: House, neighbour: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    chance, process = random.Random(SEED), psutil.Process(os.getpid())
    before = 0
    for number in range(BABBLERS):
        if number == WARM_UP:
            before = process.memory_info().rss
        with raw(house) as client:
            client.send(babble(chance))
            if chance.random() < 0.5:
                client.reset()
        if number % 25 == 0:
            assert is_served(neighbour)
    assert is_served(neighbour)
    assert process.memory_info().rss - before < MOST_GROWTH
    assert {record.getMessage() for record in caplog.records if record.exc_info} <= {UVICORNS_OWN}
