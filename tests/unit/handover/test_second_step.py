"""The second step of a log-in: authenticator apps, recovery codes, and how they may be guessed, used twice or lost."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import Engine, select

from handover.domain.agent import Role
from handover.domain.errors import Conflict, KulanzError, NotAllowed, NotFound, NotLoggedIn, TooMany, WrongCode
from handover.services.entering import Caller, Entered, LogInRules
from handover.services.log_ins import PER_ACCOUNT_CODES, PER_BROWSER
from handover.services.sealing import Seal, Unreadable
from handover.services.second_step import RECOVERY_CODES, matching_step, qr_code
from handover.services.tokens import fingerprint
from handover.store.tables import recovery_codes, second_steps
from tests.unit.handover.front_desk import at_once
from tests.unit.handover.log_in_room import HOME, PASSWORD, SECRET, LogInRoom

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_6238 = [  # appendix B, SHA-1, the last six of its eight digits
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"),
    (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130"),
]  # fmt: skip


@pytest.fixture
def room(engine: Engine) -> LogInRoom:
    return LogInRoom(engine)


@pytest.mark.parametrize(("seconds", "code"), RFC_6238)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert matching_step(RFC_SECRET, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


@pytest.mark.parametrize(("late", "counts"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phone_may_be_half_a_minute_early_or_late(late: int, counts: bool) -> None:
    now = datetime.fromtimestamp(1234567890 + late, UTC)
    assert (matching_step(RFC_SECRET, "005924", now) is not None) is counts


def test_a_qr_code_is_drawn_with_a_white_border_and_says_what_it_was_given() -> None:
    size, path = qr_code("otpauth://totp/Kulanz:anna%40shop.example?secret=ABC")
    modules = {
        (int(x) + step, int(y))
        for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path)
        for step in range(int(width))
    }
    assert re.fullmatch(r"(?:M\d+ \d+h\d+v1h-\d+z)+", path)
    assert {min(x for x, _ in modules), min(y for _, y in modules)} == {4}
    assert {max(x for x, _ in modules), max(y for _, y in modules)} == {size - 5}
    assert {(4, 4), (10, 4), (6, 6)} <= modules  # a corner of the finder, its other end, its heart
    assert (5, 5) not in modules


def test_once_set_up_the_password_alone_opens_nothing(room: LogInRoom) -> None:
    anna = room.add()
    app, codes = room.enrol(anna)
    halfway = room.halfway()
    assert halfway.step == "code"
    with pytest.raises(NotLoggedIn):
        room.agents.authenticate(halfway.token)
    entered = room.log_ins.pass_code(token=halfway.token, code=room.shown_by(app), caller=HOME)
    assert room.agents.authenticate(entered.session) == anna
    assert len(set(codes)) == RECOVERY_CODES


def test_until_a_code_has_confirmed_it_nothing_is_asked_for(room: LogInRoom) -> None:
    anna = room.add()
    first = room.my_account.begin_second_step(anna, password=PASSWORD)
    room.enter()
    with pytest.raises(WrongCode):
        room.my_account.confirm_second_step(anna, "000000")
    second = room.my_account.begin_second_step(anna, password=PASSWORD)
    assert first.secret != second.secret
    assert f"secret={second.secret}" in second.address
    room.enter()


def test_a_code_opens_once_and_so_does_a_log_in_that_waits_for_one(room: LogInRoom) -> None:
    app, _ = room.enrol(room.add())
    first, second, code = room.halfway(), room.halfway(), room.shown_by(app)
    room.log_ins.pass_code(token=first.token, code=code, caller=HOME)
    with pytest.raises(WrongCode):
        room.log_ins.pass_code(token=second.token, code=code, caller=HOME)
    with pytest.raises(WrongCode):
        room.log_ins.pass_code(token=second.token, code=room.shown_by(app, steps=-1), caller=HOME)
    room.clock.turn(seconds=30)
    with pytest.raises(NotLoggedIn):
        room.log_ins.pass_code(token=first.token, code=room.shown_by(app), caller=HOME)


def test_of_many_log_ins_with_one_code_at_once_one_gets_in(room: LogInRoom) -> None:
    app, _ = room.enrol(room.add())
    tokens, code = [room.halfway().token for _ in range(3)], room.shown_by(app)
    answers = at_once(
        [lambda token=token: room.log_ins.pass_code(token=token, code=code, caller=HOME) for token in tokens]
    )
    assert sum(isinstance(answer, Entered) for answer in answers) == 1
    assert all(isinstance(answer, Entered | WrongCode | TooMany) for answer in answers)


def test_a_recovery_code_opens_once_however_it_is_typed(room: LogInRoom) -> None:
    anna = room.add()
    _, codes = room.enrol(anna)
    room.log_ins.pass_code(token=room.halfway().token, code=codes[0].upper().replace("-", " "), caller=HOME)
    assert room.my_account.view(anna, "").second_step.codes_left == RECOVERY_CODES - 1
    with pytest.raises(WrongCode):
        room.log_ins.pass_code(token=room.halfway().token, code=codes[0], caller=HOME)
    assert ("recovery_code.used", anna.id, anna.id, True) in room.audited()


def test_new_recovery_codes_take_the_place_of_the_old_ones(room: LogInRoom) -> None:
    anna = room.add()
    app, old = room.enrol(anna)
    new = room.my_account.renew_recovery_codes(anna, password=PASSWORD, code=room.shown_by(app))
    with pytest.raises(WrongCode):
        room.log_ins.pass_code(token=room.halfway().token, code=old[0], caller=HOME)
    room.log_ins.pass_code(token=room.halfway().token, code=new[0], caller=HOME)


def test_neither_secrets_nor_recovery_codes_can_be_read_in_the_database(room: LogInRoom) -> None:
    anna, ben = room.add(), room.add("ben")
    app, codes = room.enrol(anna)
    with room.engine.connect() as connection:
        sealed = connection.execute(select(second_steps.c.secret)).scalar_one()
        hashes = set(connection.execute(select(recovery_codes.c.code_hash)).scalars())
    assert app.secret not in sealed
    assert hashes == {fingerprint("recovery", anna.id, code.replace("-", "")) for code in codes}
    seal = Seal(SECRET, "second step")
    assert seal.open(sealed, anna.id) == app.secret
    for wrong in (Seal(SECRET + "!", "second step"), Seal(SECRET, "something else")):
        with pytest.raises(Unreadable):
            wrong.open(sealed, anna.id)
    with pytest.raises(Unreadable):  # moved to another account's row
        seal.open(sealed, ben.id)


def test_with_another_installations_secret_recovery_codes_still_work_and_apps_do_not(
    room: LogInRoom, caplog: pytest.LogCaptureFixture
) -> None:
    app, codes = room.enrol(room.add())
    moved = LogInRoom(room.engine, secret="another installation altogether")
    moved.clock.time = room.clock.time
    with pytest.raises(WrongCode):
        moved.log_ins.pass_code(token=moved.halfway().token, code=room.shown_by(app), caller=HOME)
    assert "totp-reset" in caplog.text
    moved.log_ins.pass_code(token=moved.halfway().token, code=codes[0], caller=HOME)


def guess(room: LogInRoom, caller: Caller) -> type[KulanzError]:
    """What one wrong code is answered with; the right password stands before it, but counts by itself."""
    with pytest.raises(KulanzError) as refused:
        room.log_ins.pass_code(token=room.halfway(caller=caller).token, code="000000", caller=caller)
    return refused.type


def test_f91_codes_are_guessed_no_more_often_than_passwords(room: LogInRoom) -> None:
    room.enrol(room.add())
    token = room.halfway().token
    answers = []
    for _ in range(PER_BROWSER):
        with pytest.raises(KulanzError) as refused:
            room.log_ins.pass_code(token=token, code="000000", caller=HOME)
        answers.append(refused.type)
    assert answers == [WrongCode] * (PER_BROWSER - 1) + [TooMany]  # the password was the first try


def test_f91_a_stolen_password_leaves_ten_guesses_in_all_while_the_owners_own_browser_gets_in(room: LogInRoom) -> None:
    anna = room.add()
    device = room.enter().device
    app, _ = room.enrol(anna)
    strangers = [Caller(f"203.0.113.{number}") for number in range(PER_ACCOUNT_CODES + 2)]
    assert [guess(room, caller) for caller in strangers] == [WrongCode] * PER_ACCOUNT_CODES + [TooMany] * 2
    own = HOME._replace(device=device)
    room.log_ins.pass_code(token=room.halfway(caller=own).token, code=room.shown_by(app), caller=own)


def test_a_log_in_that_waits_for_a_code_ends_after_five_minutes_and_with_its_account(room: LogInRoom) -> None:
    anna = room.add()
    app, _ = room.enrol(anna)
    late, disabled = room.halfway(), room.halfway()
    room.agents.set_active(anna.id, active=False)
    with pytest.raises(NotLoggedIn):
        room.log_ins.pass_code(token=disabled.token, code=room.shown_by(app), caller=HOME)
    room.agents.set_active(anna.id, active=True)
    room.clock.turn(minutes=6)
    with pytest.raises(NotLoggedIn):
        room.log_ins.pass_code(token=late.token, code=room.shown_by(app), caller=HOME)


def test_who_must_have_a_second_step_sets_it_up_before_a_session_begins(engine: Engine) -> None:
    room = LogInRoom(engine, LogInRules(second_step_for=frozenset({Role.SUPERVISOR})))
    room.add()
    room.enter()
    sophie = room.add("sophie", Role.SUPERVISOR)
    halfway = room.halfway("sophie")
    assert halfway.step == "enrol"
    app = pyotp.TOTP(room.log_ins.begin_set_up(halfway.token).secret)
    with pytest.raises(WrongCode):
        room.log_ins.set_up(token=halfway.token, code="000000", caller=HOME)
    done = room.log_ins.set_up(token=halfway.token, code=room.shown_by(app), caller=HOME)
    assert room.agents.authenticate(done.entered.session) == sophie
    assert len(done.recovery_codes) == RECOVERY_CODES
    with pytest.raises(NotLoggedIn):
        room.log_ins.begin_set_up(halfway.token)
    with pytest.raises(Conflict):
        room.my_account.turn_second_step_off(sophie, password=PASSWORD, code=room.shown_by(app, steps=1))
    assert room.halfway("sophie").step == "code"


def test_turning_it_off_needs_password_and_code(room: LogInRoom) -> None:
    anna = room.add()
    app, _ = room.enrol(anna)
    with pytest.raises(KulanzError):
        room.my_account.turn_second_step_off(anna, password="wrong", code=room.shown_by(app))
    with pytest.raises(WrongCode):
        room.my_account.turn_second_step_off(anna, password=PASSWORD, code="000000")
    room.halfway()
    room.my_account.turn_second_step_off(anna, password=PASSWORD, code=room.shown_by(app))
    room.enter()
    assert ("second_step.off", anna.id, anna.id, True) in room.audited()


def test_it_cannot_be_set_up_over_one_that_is_on(room: LogInRoom) -> None:
    anna = room.add()
    app, _ = room.enrol(anna)
    with pytest.raises(Conflict):
        room.my_account.begin_second_step(anna, password=PASSWORD)
    with pytest.raises(WrongCode):
        room.my_account.confirm_second_step(anna, room.shown_by(app))


def test_an_admin_resets_it_for_others_and_their_sessions_end(room: LogInRoom) -> None:
    anna, ada = room.add(), room.add("ada", Role.ADMIN)
    app, _ = room.enrol(anna)
    entered = room.log_ins.pass_code(token=room.halfway().token, code=room.shown_by(app), caller=HOME)
    room.care.reset_second_step(anna.id, admin=ada)
    assert room.watch.ended == [fingerprint(entered.session)]
    with pytest.raises(NotLoggedIn):
        room.agents.authenticate(entered.session)
    assert ("second_step.off", ada.id, anna.id, True) in room.audited()
    room.enter()
    for admin, agent_id, refusal in ((anna, ada.id, NotAllowed), (ada, ada.id, NotAllowed), (ada, "nobody", NotFound)):
        with pytest.raises(refusal):
            room.care.reset_second_step(agent_id, admin=admin)
