"""Who is asked to take a case, and why: the rules alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handover.domain.routing import Candidate, Case, Patience, Reason, Refusal, Status, available_for, rank

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
BOTH = frozenset({"de", "en"})


def case(**more: object) -> Case:
    return Case(**{"language": "de", "waiting_since": NOW, **more})  # type: ignore[arg-type]


def agent(name: str, **more: object) -> Candidate:
    return Candidate(**{"id": name, "name": name.title(), "languages": BOTH, **more})  # type: ignore[arg-type]


def order(found: Case, *staff: Candidate, at: datetime = NOW, patience: Patience | None = None) -> list[str]:
    return [placing.candidate.id for placing in rank(found, staff, patience or Patience(), at) if placing.eligible]


def why(found: Case, name: str, *staff: Candidate, at: datetime = NOW) -> tuple[Reason, ...]:
    return next(placing.because for placing in rank(found, staff, Patience(), at) if placing.candidate.id == name)


def test_the_last_agent_comes_before_the_customers_and_both_before_a_specialist() -> None:
    found = case(topic="billing", last_agent="zoe", customers_agent="yan")
    staff = (agent("abe"), agent("xia", topics=frozenset({"billing"})), agent("yan"), agent("zoe"))
    assert order(found, *staff) == ["zoe", "yan", "xia", "abe"]
    assert why(found, "zoe", *staff) == (Reason.LAST_AGENT,)
    assert why(found, "yan", *staff) == (Reason.KNOWS_CUSTOMER,)
    assert why(found, "xia", *staff) == (Reason.SPECIALIST,)


def test_among_equals_the_one_with_most_room_is_asked_then_the_one_idle_longest() -> None:
    half, quarter = agent("abe", load=2), agent("ben", load=1)
    assert order(case(), half, quarter) == ["ben", "abe"]
    assert why(case(), "ben", half, quarter) == (Reason.LEAST_LOAD,)
    rested = agent("zoe", took_at=NOW - timedelta(hours=2))
    assert order(case(), agent("abe", took_at=NOW), rested) == ["zoe", "abe"]
    assert why(case(), "zoe", agent("abe", took_at=NOW), rested) == (Reason.LONGEST_IDLE,)


def test_everybody_who_cannot_take_it_is_told_why() -> None:
    found = case(language="en", topic="billing")
    staff = (
        agent("gone", online=False),
        agent("busy", status=Status.BUSY),
        agent("away", status=Status.AWAY),
        agent("off", status=Status.OFF),
        agent("full", load=4),
        agent("german", languages=frozenset({"de"})),
        agent("repairs", topics=frozenset({"technical"})),
    )
    assert order(found, *staff) == []
    reasons = {placing.candidate.id: placing.because for placing in rank(found, staff, Patience(), NOW)}
    assert reasons == {
        "gone": (Reason.OFFLINE,),
        "busy": (Reason.BUSY,),
        "away": (Reason.AWAY,),
        "off": (Reason.OFF,),
        "full": (Reason.LOAD_FULL,),
        "german": (Reason.LANGUAGE,),
        "repairs": (Reason.TOPIC,),
    }


def test_a_case_that_has_waited_is_put_before_those_who_take_other_topics_but_never_before_another_language() -> None:
    found = case(topic="billing")
    repairs, english = agent("repairs", topics=frozenset({"technical"})), agent("ben", languages=frozenset({"en"}))
    assert order(found, repairs, english, at=NOW + timedelta(seconds=119)) == []
    later = NOW + timedelta(seconds=120)
    assert order(found, repairs, english, at=later) == ["repairs"]
    assert why(found, "repairs", repairs, at=later) == (Reason.TOPIC_RELAXED,)
    assert order(found, agent("abe"), repairs, at=later) == ["abe", "repairs"]
    patience = Patience(language=timedelta(seconds=60))
    assert order(found, english, at=NOW + timedelta(seconds=60), patience=patience) == ["ben"]


def test_who_said_no_is_asked_again_only_when_everybody_has_and_not_at_once() -> None:
    found = case(refusals={"abe": Refusal("declined", NOW), "ben": Refusal("expired", NOW)})
    assert order(found, agent("abe"), agent("ben"), agent("zoe")) == ["zoe"]
    assert why(found, "abe", agent("abe"), agent("zoe")) == (Reason.DECLINED_BEFORE,)
    assert why(found, "ben", agent("ben"), agent("zoe")) == (Reason.EXPIRED_BEFORE,)
    assert order(found, agent("abe"), agent("ben"), at=NOW + timedelta(seconds=59)) == []
    again = NOW + timedelta(seconds=60)
    assert order(found, agent("abe"), agent("ben"), at=again) == ["abe", "ben"]
    assert Reason.ASKED_AGAIN in why(found, "abe", agent("abe"), agent("ben"), at=again)


def test_how_much_somebody_has_to_do_does_not_make_them_absent() -> None:
    assert available_for(case(), [agent("full", load=9), agent("gone", online=False)], Patience(), NOW) == 1


names = st.sampled_from(["abe", "ben", "cem", "dan", "eva"])
candidates = st.builds(
    Candidate,
    id=names,
    name=st.just("A Name"),
    status=st.sampled_from(list(Status)),
    online=st.booleans(),
    load=st.integers(0, 5),
    load_limit=st.integers(0, 4),
    languages=st.frozensets(st.sampled_from(["de", "en"])),
    topics=st.frozensets(st.sampled_from(["billing", "technical"])),
    took_at=st.one_of(st.none(), st.integers(0, 99).map(lambda hours: NOW - timedelta(hours=hours))),
)
cases = st.builds(
    Case,
    language=st.sampled_from(["de", "en"]),
    topic=st.sampled_from([None, "billing", "technical"]),
    waiting_since=st.integers(0, 600).map(lambda seconds: NOW - timedelta(seconds=seconds)),
    last_agent=st.one_of(st.none(), names),
    customers_agent=st.one_of(st.none(), names),
    refusals=st.dictionaries(
        names,
        st.builds(
            Refusal,
            st.sampled_from(["declined", "expired"]),
            st.integers(0, 300).map(lambda seconds: NOW - timedelta(seconds=seconds)),
        ),
    ),
)
staffs = st.lists(candidates, max_size=5, unique_by=lambda one: one.id)


@given(cases, staffs)
def test_nobody_absent_full_or_of_another_language_is_ever_asked(found: Case, staff: list[Candidate]) -> None:
    for placing in rank(found, staff, Patience(), NOW):
        if placing.eligible:
            one = placing.candidate
            assert one.online
            assert one.status is Status.AVAILABLE
            assert one.load < one.load_limit
            assert found.language in one.languages


@given(cases, staffs)
def test_everybody_is_placed_once_and_whoever_is_not_asked_has_a_reason(found: Case, staff: list[Candidate]) -> None:
    placings = rank(found, staff, Patience(), NOW)
    assert sorted(placing.candidate.id for placing in placings) == sorted(one.id for one in staff)
    assert all(placing.because for placing in placings if not placing.eligible)
    eligible = [placing.eligible for placing in placings]
    assert eligible == sorted(eligible, reverse=True)


@given(cases, staffs, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_the_staff(
    found: Case, staff: list[Candidate], chance: object
) -> None:
    shuffled = list(staff)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(found, shuffled, Patience(), NOW) == rank(found, staff, Patience(), NOW)
