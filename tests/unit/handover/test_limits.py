"""How much is let through: of one conversation, of one network, in all; and that nobody else feels it."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.domain.errors import TooMany
from handover.realtime.door import Door, Rooms
from handover.services import limits
from handover.services.limits import Meter, Rate, Rates, Throttle
from handover.services.network import Pseudonyms, network_of, shortened
from handover.settings import MB, ROOT, Settings

FAR, FARTHER = "192.0.2.7", "198.51.100.9"


class Watch:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def pass_through(meter: Meter, key: str) -> bool:
    if meter.wait(key):
        return False
    meter.count(key)
    return True


# --- meters -------------------------------------------------------------------------------------------------------


@given(st.integers(1, 20), st.floats(0.5, 600), st.lists(st.tuples(st.floats(0, 30), st.integers(1, 30)), max_size=30))
def test_in_any_stretch_of_time_no_more_than_burst_and_rate_get_through(
    burst: int, a_minute: float, steps: list[tuple[float, int]]
) -> None:
    watch = Watch()
    meter = Meter(Rate(burst, a_minute), watch)
    passed: list[float] = []
    for pause, tries in steps:
        watch.seconds += pause
        passed += [watch.seconds for _ in range(tries) if pass_through(meter, "me")]
    for first, begun in enumerate(passed):
        for last in range(first, len(passed)):
            assert last - first + 1 <= burst + (passed[last] - begun) * a_minute / 60 + 1e-6


@given(st.integers(1, 20), st.floats(0.5, 600))
def test_who_waits_as_long_as_told_gets_through(burst: int, a_minute: float) -> None:
    watch = Watch()
    meter = Meter(Rate(burst, a_minute), watch)
    assert sum(pass_through(meter, "me") for _ in range(burst + 5)) == burst
    watch.seconds += meter.wait("me")
    assert pass_through(meter, "me")
    assert not pass_through(meter, "me")


def test_keys_do_not_feel_each_other_and_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FORGET_BEYOND", 3)
    meter = Meter(Rate(1, 1), Watch())
    for key in "abc":
        assert pass_through(meter, key)
    assert not pass_through(meter, "a")
    assert pass_through(meter, "d")
    assert pass_through(meter, "a"), "not seen for longest, forgotten"
    assert len(meter._whole_at) == 3


def test_what_one_rate_refuses_is_counted_by_none() -> None:
    throttle = Throttle(Rates(openings=Rate(1, 1), all_openings=Rate(3, 1)), now=Watch())
    throttle.open(FAR)
    for _ in range(5):
        with pytest.raises(TooMany) as refused:
            throttle.open(FAR)
        assert refused.value.data == {"retry_seconds": 60}
    throttle.open(FARTHER)
    throttle.open("203.0.113.1")
    with pytest.raises(TooMany):
        throttle.open("203.0.113.2")


def test_files_are_counted_by_their_size_of_a_network_and_in_all() -> None:
    watch = Watch()
    throttle = Throttle(Rates(uploaded_mb=Rate(20, 2), all_uploaded_mb=Rate(30, 2)), now=watch)
    for talk in ("a", "b"):
        throttle.upload(talk, FAR, 10 * MB)
    with pytest.raises(TooMany) as refused:
        throttle.upload("c", FAR, 10 * MB)
    assert refused.value.data == {"retry_seconds": 300}
    throttle.upload("d", FARTHER, 10 * MB)
    with pytest.raises(TooMany):
        throttle.upload("e", "203.0.113.1", MB)
    watch.seconds += 300
    throttle.upload("c", FAR, 10 * MB)


def test_any_size_of_file_that_can_be_set_fits_the_rates() -> None:
    largest = Settings.model_fields["file_mb"].metadata[1].le
    assert largest < min(Rates().uploaded_mb.burst, Rates().all_uploaded_mb.burst)


def test_a_factor_widens_every_rate() -> None:
    throttle = Throttle(Rates(calls=Rate(2, 1)), factor=3, now=Watch())
    for _ in range(6):
        throttle.call("conversation")
    with pytest.raises(TooMany):
        throttle.call("conversation")


def test_this_machine_is_no_network_but_counts_in_all() -> None:
    throttle = Throttle(Rates(requests=Rate(1, 1), openings=Rate(1, 1), all_openings=Rate(4, 1)), now=Watch())
    for host in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "127.8.8.8"):
        throttle.request(host)
        throttle.open(host)
    with pytest.raises(TooMany):
        throttle.open("127.0.0.1")


def test_one_talk_cannot_use_up_what_another_has() -> None:
    throttle = Throttle(Rates(), now=Watch())
    for _ in range(60):
        throttle.deed("loud", FAR)
    with pytest.raises(TooMany):
        throttle.deed("loud", FAR)
    for _ in range(50):
        throttle.deed("quiet", FAR)


# --- networks -----------------------------------------------------------------------------------------------------


def test_an_ipv6_subscriber_is_one_network_whatever_address_of_theirs_they_use() -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:192.0.2.7") == network_of("192.0.2.7") == "192.0.2.7"
    assert network_of("no address") == "no address"


def test_f104_names_of_networks_change_with_the_day_and_with_the_process() -> None:
    from datetime import date

    day = [date(2026, 3, 1)]
    one, other = Pseudonyms(lambda: day[0]), Pseudonyms(lambda: day[0])
    today = one.of(FAR)
    assert today == one.of(FAR) != one.of(FARTHER)
    assert today != other.of(FAR)
    day[0] = date(2026, 3, 2)
    assert one.of(FAR) != today


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ('192.0.2.77:5000 - "GET / HTTP/1.1" 200', '192.0.2.0:5000 - "GET / HTTP/1.1" 200'),
        ("('2001:db8:1:2:3::4', 50) - closed", "('2001:db8:1::', 50) - closed"),
        ("::ffff:192.0.2.77", "::ffff:192.0.2.0"),
        ("Uvicorn running on http://127.0.0.1:8080", "Uvicorn running on http://127.0.0.1:8080"),
        ("12:34:56,789 version 1.2.3 [::1]:80 a::b", "12:34:56,789 version 1.2.3 [::1]:80 a::"),
    ],
)
def test_f104_a_log_line_has_no_full_network_address(line: str, kept: str) -> None:
    assert shortened(line) == kept


# --- the door -----------------------------------------------------------------------------------------------------


def test_f15_whoever_is_silent_longest_makes_room_and_nobody_else() -> None:
    door, hurried = Door(Rooms(silent_of_network=2, silent_in_all=3)), []
    with ExitStack() as silent:
        for host, name in ((FAR, "first"), (FAR, "second"), (FARTHER, "third")):
            silent.enter_context(door.unheard(host, lambda name=name: hurried.append(name)))
        assert hurried == []
        with door.unheard(FAR, lambda: hurried.append("fourth")):
            assert hurried == ["first"]
        with door.unheard("203.0.113.1", lambda: None), door.unheard("203.0.113.2", lambda: None):
            assert hurried == ["first", "second"]
    assert (door._silent, dict(door._silent_of)) == ({}, {})


def test_sockets_of_one_network_and_in_all_have_a_most() -> None:
    door = Door(Rooms(of_network=2, in_all=4))
    with ExitStack() as inside:
        for host in (FAR, FAR, FARTHER):
            inside.enter_context(door.enter(host))
        with pytest.raises(TooMany), door.enter(FAR):
            pass
        with door.enter("127.0.0.1"), pytest.raises(TooMany), door.enter("127.0.0.1"):
            pass
        inside.enter_context(door.enter(FARTHER))
    with door.enter(FAR):
        assert door._in_all == 1
    assert not door._open


def test_the_readme_tells_the_limits_as_they_are() -> None:
    readme = (ROOT / "handover" / "realtime" / "README.md").read_text(encoding="utf-8")
    for each in fields(Rates):
        rate = getattr(Rates(), each.name)
        told = re.search(rf"^\| `{each.name}`.*\| ([\d.]+) \| ([\d.]+) \|$", readme, re.MULTILINE)
        assert told is not None, each.name
        assert (float(told[1]), float(told[2])) == (rate.burst, round(rate.a_minute, 1))
    for first, second in (("of_network", "silent_of_network"), ("in_all", "silent_in_all")):
        numbers = f"{getattr(Rooms(), first)}, {getattr(Rooms(), second)}"
        assert re.search(rf"^\| `{first}`, `{second}`.*\| {numbers} \| \|$", readme, re.MULTILINE), first
