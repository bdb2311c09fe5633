"""One's own account and the care of others: passwords and sessions."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from handover.domain.agent import Role
from handover.domain.errors import NotAllowed, NotFound, NotLoggedIn, TooMany, WeakPassword, WrongPassword
from handover.services.devices import Device, device_of
from handover.services.entering import Caller, LogInRules
from handover.services.log_ins import PER_BROWSER
from handover.services.tokens import fingerprint
from tests.unit.handover.log_in_room import HOME, PASSWORD, LogInRoom

NEW = "another horse, another battery"
PHONE = Caller("192.0.2.2", kind=Device("safari", "ios"))


@pytest.fixture
def room(engine: Engine) -> LogInRoom:
    return LogInRoom(engine)


def test_a_new_password_counts_at_once_and_ends_all_other_sessions(room: LogInRoom) -> None:
    anna = room.add()
    here, elsewhere = room.enter().session, room.enter(caller=PHONE).session
    room.my_account.change_password(anna, here, old=PASSWORD, new=NEW)
    assert room.agents.authenticate(here) == anna
    with pytest.raises(NotLoggedIn):
        room.agents.authenticate(elsewhere)
    assert room.watch.ended == [fingerprint(elsewhere)]
    with pytest.raises(NotLoggedIn):
        room.try_password()
    room.try_password(password=NEW)
    assert ("password.changed", anna.id, anna.id, True) in room.audited()


@pytest.mark.parametrize(
    ("new", "because"),
    [("eleven char", "short"), ("Anneliese@shop.example", "address"), (" ANNELIESEVERYLONG ", "address")],
)
def test_a_weak_password_is_refused_and_the_old_one_stays(room: LogInRoom, new: str, because: str) -> None:
    name = "annelieseverylong" if "VERYLONG" in new else "anneliese"
    anneliese = room.add(name)
    session = room.enter(name).session
    with pytest.raises(WeakPassword) as refused:
        room.my_account.change_password(anneliese, session, old=PASSWORD, new=new)
    assert refused.value.data == {"because": because}
    room.enter(name)


def test_f91_the_old_password_is_asked_for_and_guessed_five_times_at_most(room: LogInRoom) -> None:
    anna = room.add()
    session = room.enter().session
    for _ in range(PER_BROWSER):
        with pytest.raises(WrongPassword):
            room.my_account.change_password(anna, session, old="wrong", new=NEW)
    with pytest.raises(TooMany):
        room.my_account.change_password(anna, session, old=PASSWORD, new=NEW)
    assert room.audited().count(("account.password", anna.id, anna.id, False)) == PER_BROWSER
    room.clock.turn(minutes=16)
    room.my_account.change_password(anna, session, old=PASSWORD, new=NEW)


def test_sessions_are_listed_with_what_tells_them_apart_the_last_seen_first(room: LogInRoom) -> None:
    anna = room.add()
    room.add("ben")
    room.enter("ben")
    here = room.enter().session
    room.clock.turn(minutes=5)
    phone = room.enter(caller=PHONE).session
    room.clock.turn(minutes=5)
    room.agents.authenticate(here)
    shown = room.my_account.view(anna, here).sessions
    assert [(one.browser, one.system, one.this) for one in shown] == [
        ("firefox", "linux", True),
        ("safari", "ios", False),
    ]
    assert [(room.clock.time - one.seen_at).total_seconds() for one in shown] == [0, 300]
    assert [(room.clock.time - one.since).total_seconds() for one in shown] == [600, 300]
    known = " ".join(one.id for one in shown)
    assert not any(secret in known for secret in (here, phone, fingerprint(here), fingerprint(phone)))


def test_that_a_session_is_in_use_is_written_once_a_minute(room: LogInRoom) -> None:
    anna = room.add()
    session = room.enter().session

    def seen() -> float:
        return (room.clock.time - room.my_account.view(anna, session).sessions[0].seen_at).total_seconds()

    room.agents.authenticate(session)
    room.clock.turn(seconds=59)
    room.agents.authenticate(session)
    assert seen() == 59
    room.clock.turn(seconds=1)
    room.agents.authenticate(session)
    assert seen() == 0


def test_f80_a_session_is_ended_by_its_owner_alone_and_its_sockets_hear_of_it(room: LogInRoom) -> None:
    anna, ben = room.add(), room.add("ben")
    here, phone = room.enter().session, room.enter(caller=PHONE).session
    [phone_id] = [one.id for one in room.my_account.view(anna, here).sessions if not one.this]
    with pytest.raises(NotFound):
        room.my_account.end_session(ben, phone_id)
    room.my_account.end_session(anna, phone_id)
    assert room.watch.ended == [fingerprint(phone)]
    with pytest.raises(NotLoggedIn):
        room.agents.authenticate(phone)
    with pytest.raises(NotFound):
        room.my_account.end_session(anna, phone_id)
    assert room.agents.authenticate(here) == anna


def test_f80_all_other_sessions_end_at_once(room: LogInRoom) -> None:
    anna = room.add()
    room.add("ben")
    here, bens = room.enter().session, room.enter("ben").session
    others = {room.enter(caller=PHONE).session, room.enter(caller=PHONE).session}
    room.my_account.end_other_sessions(anna, here)
    assert set(room.watch.ended) == {fingerprint(other) for other in others}
    assert [one.this for one in room.my_account.view(anna, here).sessions] == [True]
    room.agents.authenticate(bens)


def test_f80_an_admin_sees_how_accounts_are_secured_and_ends_their_sessions(room: LogInRoom) -> None:
    anna, ada = room.add(), room.add("ada", Role.ADMIN)
    session = room.enter().session
    room.enrol(ada)
    rows = {row.name: row for row in room.care.accounts(ada)}
    assert (rows["Anna"].sessions, rows["Anna"].second_step_since) == (1, None)
    assert (rows["Ada"].sessions, rows["Ada"].seen_at) == (0, None)
    assert rows["Ada"].second_step_since is not None
    room.care.end_sessions(ada, anna.id)
    assert room.watch.ended == [fingerprint(session)]
    with pytest.raises(NotLoggedIn):
        room.agents.authenticate(session)
    assert ("account.sessions_ended", ada.id, anna.id, True) in room.audited()
    with pytest.raises(NotFound):
        room.care.end_sessions(ada, "nobody")


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.EDITOR])
def test_f82_accounts_of_others_are_the_admins_alone(room: LogInRoom, role: Role) -> None:
    somebody, other = room.add("somebody", role), room.add("other")
    for deed in (
        lambda: room.care.accounts(somebody),
        lambda: room.care.end_sessions(somebody, other.id),
        lambda: room.care.reset_second_step(other.id, admin=somebody),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_where_passwords_are_for_admins_a_right_one_of_others_is_answered_like_a_wrong_one(engine: Engine) -> None:
    room = LogInRoom(engine, LogInRules(password_for=frozenset({Role.ADMIN})))
    room.add()
    room.add("ada", Role.ADMIN)
    answers = []
    for name, password in (("anna", PASSWORD), ("anna", "wrong"), ("nobody", PASSWORD)):
        with pytest.raises(NotLoggedIn) as refused:
            room.try_password(name, password, HOME)
        answers.append((str(refused.value), refused.value.data))
    assert len(set(map(str, answers))) == 1
    room.enter("ada")


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("firefox", "linux")),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", ("edge", "windows")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1", ("safari", "ios")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Chrome/140.0 Safari/537.36", ("chrome", "macos")),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", ("chrome", "android")),
        ("<script>alert(1)</script>\r\nX: y", ("other", "other")),
        ("", ("other", "other")),
    ],
)
def test_f83_of_what_a_browser_says_of_itself_only_names_of_our_own_list_are_kept(
    user_agent: str, device: tuple[str, str]
) -> None:
    assert device_of(user_agent) == device
