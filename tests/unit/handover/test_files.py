"""Files both ways on real databases: what may be sent, whose it is, and when it goes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import Engine, func, select

from handover.contract.events import FileRef
from handover.contract.frames import LeaveContact, PostMessage
from handover.contract.turns import BotMessage
from handover.domain.errors import (
    ClientIdReused,
    FileEmpty,
    FilesFull,
    FileTooLarge,
    FileTypeRefused,
    InvalidInput,
    KulanzError,
    NotAllowed,
    PictureTooLarge,
    UnknownFile,
)
from handover.domain.files import NAME_LIMIT, cleaned_name, media_type_of
from handover.domain.pictures import size_of
from handover.services.erasure import Erasures
from handover.services.files import FileLimits, Files
from handover.store.backup import write_backup
from handover.store.engine import make_engine
from handover.store.erasure_journal import FileJournal
from handover.store.restore import restore
from handover.store.tables import files
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk, at_once, fresh_id

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
HTML = b"<!DOCTYPE html><script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), turned: int | None = None) -> bytes:
    drawn, content = Image.new("RGB", size, "teal"), io.BytesIO()
    exif = Image.Exif()
    if turned:
        exif[0x0112] = turned
    drawn.save(content, kind, **({"exif": exif} if turned else {}))
    return content.getvalue()


@pytest.fixture
def shelf(desk: FrontDesk) -> Files:
    return Files(desk.units, FileLimits(one=50_000, conversation=120_000))


def send(desk: FrontDesk, conversation_id: str, *sent: FileRef, text: str | None = None, client_id: str = "") -> int:
    frame = PostMessage(client_id=client_id or fresh_id(), text=text, file_ids=tuple(file.id for file in sent))
    return desk.conversations.post_visitor_message(conversation_id, frame)


def held(desk: FrontDesk) -> int:
    with desk.units(write=False) as unit:
        return unit.files._connection.execute(select(func.count()).select_from(files)).scalar_one()  # type: ignore[attr-defined]


# --- what may be sent ---


@pytest.mark.parametrize(
    ("kind", "ending", "media_type"),
    [
        ("PNG", "png", "image/png"),
        ("JPEG", "JPG", "image/jpeg"),
        ("WEBP", "webp", "image/webp"),
        ("GIF", "gif", "image/gif"),
    ],
)
def test_pictures_are_known_by_name_and_content_and_measured(kind: str, ending: str, media_type: str) -> None:
    content = picture(kind, (321, 123))
    assert media_type_of(f"foto.{ending}", content) == media_type
    assert size_of(media_type, content) == (321, 123)


@pytest.mark.parametrize("lossless", [True, False])
def test_every_kind_of_webp_is_measured(lossless: bool) -> None:
    content = io.BytesIO()
    Image.new("RGBA", (77, 55)).save(content, "WEBP", lossless=lossless)
    assert size_of("image/webp", content.getvalue()) == (77, 55)


@pytest.mark.parametrize(("orientation", "shown"), [(1, (40, 30)), (3, (40, 30)), (6, (30, 40)), (8, (30, 40))])
def test_a_photo_that_was_turned_is_measured_as_it_is_shown(orientation: int, shown: tuple[int, int]) -> None:
    assert size_of("image/jpeg", picture("JPEG", (40, 30), turned=orientation)) == shown


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("brief.html", HTML),
        ("bild.svg", SVG),
        ("bild.png", SVG),
        ("bild.png", HTML),
        ("bild.gif", b"GIF89a/*" + HTML + b"*/"),
        ("bild.jpg", b"\xff\xd8\xff\xe0" + SVG),
        ("rechnung.pdf", HTML),
        ("rechnung.pdf", b"%PDF-1.4\n" + HTML),
        ("rechnung.pdf", b"MZ\x90\0"),
        ("bild.png", picture("JPEG")),
        ("bild.html", picture()),
        ("bild.png.exe", picture()),
        ("bild", picture()),
        ("makro.docm", b"PK\x03\x04"),
        ("alles.zip", b"PK\x03\x04"),
        ("notiz.txt", HTML),
        ("notiz.txt", b"\n  " + SVG),
        ("notiz.txt", b'<?xml version="1.0"?><a/>'),
        ("notiz.txt", b'<a href="https://evil.example">'),
        ("notiz.txt", "Grüße".encode("utf-16")),
        ("notiz.txt", "Grüße".encode("latin-1")),
        ("notiz.txt", b"a\0b"),
    ],
)
def test_f84_html_svg_polyglots_and_what_is_not_what_its_name_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(FileTypeRefused):
        media_type_of(name, content)


def test_text_pdf_and_heic_are_taken() -> None:
    assert media_type_of("Notiz.TXT", "\ufeffSeriennummer <4711>\nGrüße".encode()) == "text/plain"
    assert media_type_of("Rechnung.pdf", PDF) == "application/pdf"
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    assert (media_type_of("IMG_1.HEIC", heic), size_of("image/heic", heic)) == ("image/heic", None)


@pytest.mark.parametrize("spelt", [b"<a\t", b"<A ", b'<?xml version="1.0"?><x:xmpmeta>', b"<?xpacket begin"])
def test_what_the_bytes_of_a_photo_happen_to_spell_is_no_reason_to_refuse_it(spelt: bytes) -> None:
    """One in 1,500 has a short one by chance; cameras and editors write the long ones."""
    assert media_type_of("foto.jpg", picture("JPEG")[:20] + spelt + picture("JPEG")[20:]) == "image/jpeg"


def test_a_bomb_of_few_bytes_and_many_pixels_is_refused_unopened() -> None:
    bomb = picture()[:16] + (60_000).to_bytes(4, "big") * 2 + picture()[24:]
    with pytest.raises(PictureTooLarge):
        size_of("image/png", bomb)
    with pytest.raises(FileTypeRefused):
        size_of("image/png", picture()[:20])


@given(st.sampled_from(["image/jpeg", "image/png", "image/gif", "image/webp"]), st.binary(max_size=200))
def test_no_broken_picture_does_more_than_be_refused(media_type: str, rubbish: bytes) -> None:
    start = {
        "image/jpeg": b"\xff\xd8\xff\xe1",
        "image/png": b"\x89PNG\r\n\x1a\n",
        "image/gif": b"GIF89a",
        "image/webp": b"RIFF0000WEBP",
    }
    try:
        size = size_of(media_type, start[media_type] + rubbish)
    except (FileTypeRefused, PictureTooLarge):
        return
    assert size is not None
    assert min(size) > 0


# --- what it is called ---


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\erika\\Bild 1.png", "Bild 1.png"),
        ("rechnung\u202efdp.exe.pdf", "rechnungfdp.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie: x=1.pdf"),
        ("\u2066\u200bfoto\u0000.png", "foto.png"),
        ("  .. foto .png", "foto .png"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ("u\u0308ber.pdf", "über.pdf"),
        ("///", "file"),
    ],
)
def test_f83_names_lose_paths_and_what_is_not_seen(given_name: str, kept: str) -> None:
    assert cleaned_name(given_name) == kept


@given(st.text(max_size=400))
def test_a_cleaned_name_is_short_visible_has_no_path_and_stays_as_it_is(name: str) -> None:
    clean = cleaned_name(name)
    assert 0 < len(clean) <= NAME_LIMIT
    assert not set("/\\\r\n\t\0\u202e\u2066\u200b\ufeff") & set(clean)
    assert clean == clean.strip(" .")
    assert cleaned_name(clean) == clean


@given(st.text(alphabet="aä🙂 .", max_size=400), st.sampled_from(["pdf", "jpeg"]))
def test_a_name_however_long_keeps_its_ending(stem: str, ending: str) -> None:
    assert cleaned_name(f"x{stem}x.{ending}").endswith(f".{ending}")


# --- whose it is ---


def test_a_file_goes_with_a_message_and_is_read_by_both_sides(desk: FrontDesk, shelf: Files) -> None:
    conversation_id, version = desk.claimed()
    ref = shelf.from_visitor(conversation_id, "Kratzer.png", picture())
    assert (ref.name, ref.media_type, ref.width, ref.height) == ("Kratzer.png", "image/png", 40, 30)
    with pytest.raises(UnknownFile):
        shelf.for_agent(ANNA, conversation_id, ref.id)  # not sent yet
    number = send(desk, conversation_id, ref, text="So sieht es aus")
    posted = desk.events(conversation_id)[-1]
    assert (posted.number, posted.data.text, posted.data.files) == (number, "So sieht es aus", (ref,))
    assert shelf.for_agent(ANNA, conversation_id, ref.id).content == picture()

    answer = shelf.from_agent(ANNA, conversation_id, "Anleitung.pdf", PDF)
    with pytest.raises(UnknownFile):
        shelf.for_visitor(conversation_id, answer.id)
    desk.handovers.post_message(
        ANNA, conversation_id, client_id=fresh_id(), ownership_version=version, file_ids=[answer.id]
    )
    fetched = shelf.for_visitor(conversation_id, answer.id)
    assert (fetched.name, fetched.media_type, fetched.content) == ("Anleitung.pdf", "application/pdf", PDF)
    assert [(sent.file.name, sent.from_visitor) for sent in desk.dossiers.build(ANNA, conversation_id).files] == [
        ("Kratzer.png", True),
        ("Anleitung.pdf", False),
    ]
    assert desk.handovers.opened(ANNA, conversation_id).summary.last_text == "Anleitung.pdf"


def test_f81_a_file_of_another_conversation_or_side_is_unknown_and_nothing_is_posted(
    desk: FrontDesk, shelf: Files
) -> None:
    (mine, version), other = desk.claimed(), desk.visit()
    foreign = shelf.from_visitor(other, "a.pdf", PDF)
    agents = shelf.from_agent(ANNA, mine, "b.pdf", PDF)
    own = shelf.from_visitor(mine, "c.pdf", PDF)
    before = desk.types(mine)
    for refs in ([foreign], [agents], [own, foreign]):
        with pytest.raises(UnknownFile):
            send(desk, mine, *refs, text="hier")
    for ref in (foreign, own):
        with pytest.raises(UnknownFile):
            desk.handovers.post_message(
                ANNA, mine, client_id=fresh_id(), ownership_version=version, text="hier", file_ids=[ref.id]
            )
    for asked in (foreign.id, agents.id, "no-such-file"):
        with pytest.raises(UnknownFile):
            shelf.for_visitor(mine, asked)
    assert desk.types(mine) == before


def test_a_file_is_sent_once_and_a_retry_of_its_message_is_the_same_message(desk: FrontDesk, shelf: Files) -> None:
    conversation_id = desk.visit()
    ref = shelf.from_visitor(conversation_id, "a.pdf", PDF)
    client_id = fresh_id()
    first = send(desk, conversation_id, ref, client_id=client_id)
    assert send(desk, conversation_id, ref, client_id=client_id) == first
    with pytest.raises(ClientIdReused):
        send(desk, conversation_id, client_id=client_id, text="etwas anderes")
    with pytest.raises(UnknownFile):
        send(desk, conversation_id, ref)


def test_two_messages_at_once_cannot_both_take_a_file_along(desk: FrontDesk, shelf: Files) -> None:
    conversation_id = desk.visit()
    ref = shelf.from_visitor(conversation_id, "a.pdf", PDF)
    outcomes = at_once([lambda: send(desk, conversation_id, ref) for _ in range(4)])
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, UnknownFile) for outcome in outcomes) == 3


def test_only_the_agent_who_has_the_conversation_may_upload(desk: FrontDesk, shelf: Files) -> None:
    conversation_id, _ = desk.claimed(ANNA)
    for agent in (BEN, EMIL):
        with pytest.raises(NotAllowed):
            shelf.from_agent(agent, conversation_id, "a.pdf", PDF)
    with pytest.raises(NotAllowed):
        shelf.from_agent(ANNA, desk.visit(), "a.pdf", PDF)
    with pytest.raises(NotAllowed):
        shelf.for_agent(EMIL, conversation_id, "any")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abA"), st.sampled_from("abA")), max_size=8))
def test_whoever_uploads_and_whoever_asks_only_the_right_ones_get_it(
    desk: FrontDesk, shelf: Files, steps: list[tuple[str, str]]
) -> None:
    """`a` and `b` are visitors of two conversations, `A` is the agent who has that of `a`."""
    shelf = Files(desk.units, FileLimits(one=50_000, conversation=10**9))
    at_a, at_b = desk.visit(), desk.visit()
    desk.ask_for_human(at_a)
    version = desk.handovers.claim(ANNA, at_a, force=True).ownership_version
    place = {"a": at_a, "b": at_b, "A": at_a}

    def take(who: str, ref: FileRef) -> bool:
        try:
            if who == "A":
                desk.handovers.post_message(
                    ANNA, at_a, client_id=fresh_id(), ownership_version=version, file_ids=[ref.id]
                )
            else:
                send(desk, place[who], ref)
        except UnknownFile:
            return False
        return True

    def reads(who: str, ref: FileRef) -> bool:
        try:
            shelf.for_agent(ANNA, at_a, ref.id) if who == "A" else shelf.for_visitor(place[who], ref.id)
        except UnknownFile:
            return False
        return True

    for uploader, taker in steps:
        name, content = "a.pdf", PDF
        ref = (
            shelf.from_agent(ANNA, at_a, name, content)
            if uploader == "A"
            else shelf.from_visitor(place[uploader], name, content)
        )
        assert {who for who in "abA" if reads(who, ref)} == {uploader}
        was_sent = take(taker, ref)
        assert was_sent == (uploader == taker)
        allowed = {who for who in "abA" if place[who] == place[uploader]} if was_sent else {uploader}
        assert {who for who in "abA" if reads(who, ref)} == allowed


# --- how much, and how long ---


def test_size_emptiness_and_the_room_of_a_conversation_have_their_own_refusals(desk: FrontDesk, shelf: Files) -> None:
    conversation_id = desk.visit()
    with pytest.raises(FileTooLarge) as refused:
        shelf.from_visitor(conversation_id, "a.pdf", PDF + b" " * 50_000)
    assert refused.value.data == {"limit_bytes": 50_000}
    with pytest.raises(FileEmpty):
        shelf.from_visitor(conversation_id, "a.pdf", b"")
    for _ in range(2):
        shelf.from_visitor(conversation_id, "a.pdf", PDF + b" " * 49_900)
    with pytest.raises(FilesFull):
        shelf.from_visitor(conversation_id, "a.pdf", PDF + b" " * 49_900)
    assert held(desk) == 2
    shelf.from_visitor(desk.visit(), "a.pdf", PDF)


def test_a_message_takes_five_files_at_most_and_none_twice(desk: FrontDesk, shelf: Files) -> None:
    conversation_id = desk.visit()
    ref = shelf.from_visitor(conversation_id, "a.pdf", PDF)
    with pytest.raises(InvalidInput):
        send(desk, conversation_id, ref, ref)
    with pytest.raises(ValueError, match="file_ids"):
        PostMessage(client_id=fresh_id(), file_ids=("a" * 10,) * 6)


def test_a_message_of_nothing_is_refused_and_so_is_a_choice_with_a_file(desk: FrontDesk, shelf: Files) -> None:
    conversation_id = desk.visit()
    ref = shelf.from_visitor(conversation_id, "a.pdf", PDF)
    for text in (None, "  "):
        with pytest.raises(KulanzError):
            send(desk, conversation_id, text=text)
    frame = {"client_id": fresh_id(), "choice": {"message_number": 1, "choice_id": "1"}, "file_ids": [ref.id]}
    with pytest.raises(InvalidInput):
        desk.conversations.post_visitor_message(conversation_id, PostMessage.model_validate(frame))


def test_what_was_never_sent_goes_after_a_day_and_nothing_else(desk: FrontDesk, shelf: Files) -> None:
    conversation_id = desk.visit()
    sent = shelf.from_visitor(conversation_id, "a.pdf", PDF)
    send(desk, conversation_id, sent)
    shelf.from_visitor(conversation_id, "b.pdf", PDF)
    desk.clock.turn(hours=23)
    fresh = shelf.from_visitor(conversation_id, "c.pdf", PDF)
    assert shelf.forget_unsent() == 0
    desk.clock.turn(hours=2)
    assert shelf.forget_unsent() == 1
    assert {shelf.for_visitor(conversation_id, ref.id).name for ref in (sent, fresh)} == {"a.pdf", "c.pdf"}


def test_f96_files_sent_or_not_go_with_the_person_and_nobody_elses_do(
    desk: FrontDesk, shelf: Files, tmp_path: Path
) -> None:
    desk.add_customer()
    theirs, other = desk.visit(), desk.visit()
    desk.prove_as(theirs, "erika.lindner@example.org")
    for conversation_id in (theirs, other):
        send(desk, conversation_id, shelf.from_visitor(conversation_id, "Kratzer.png", picture()))
        shelf.from_visitor(conversation_id, "noch-nicht.pdf", PDF)
    with desk.units(write=False) as unit:
        customer_id = unit.conversations.get(theirs).customer_id
    assert customer_id is not None
    Erasures(desk.units, FileJournal(tmp_path / "erasures.jsonl")).erase(customer_id)
    with desk.units(write=False) as unit:
        assert (unit.files.bytes_in(theirs), unit.files.sent_in(theirs)) == (0, [])
        assert len(unit.files.sent_in(other)) == 1
    assert held(desk) == 2


def test_files_come_back_from_a_backup_byte_by_byte(
    desk: FrontDesk, shelf: Files, engine: Engine, tmp_path: Path
) -> None:
    conversation_id = desk.visit()
    ref = shelf.from_visitor(conversation_id, "a.png", picture())
    send(desk, conversation_id, ref)
    write_backup(engine, tmp_path / "b.zip")
    copy = make_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    restore(copy, tmp_path / "b.zip", FileJournal(tmp_path / "erasures.jsonl"), replace=False)
    again = FrontDesk(copy)
    assert Files(again.units, shelf.limits).for_visitor(conversation_id, ref.id).content == picture()
    copy.dispose()


def test_a_customers_copy_of_data_lists_files_without_their_bytes(desk: FrontDesk, shelf: Files) -> None:
    desk.add_customer()
    conversation_id = desk.visit()
    desk.prove_as(conversation_id, "erika.lindner@example.org")
    send(desk, conversation_id, shelf.from_visitor(conversation_id, "Kratzer.png", picture()), text="Bitte sehr")
    with desk.units(write=False) as unit:
        copy = unit.customers.everything_about("erika")
    [file] = copy["files"]
    assert (file["name"], file["size"]) == ("Kratzer.png", len(picture()))
    assert not {"content", "agent_id"} & set(file)
    assert copy["messages"][-1]["files"] == ["Kratzer.png"]
    json.dumps(copy, default=str)


# --- what others make of it ---


def test_mere_files_reach_the_bot_as_a_signal_and_a_text_tells_how_many_came_along(
    desk: FrontDesk, shelf: Files
) -> None:
    conversation_id = desk.visit()
    send(desk, conversation_id, shelf.from_visitor(conversation_id, "a.pdf", PDF))
    turn = desk.turns.next(conversation_id)
    assert turn is not None
    assert turn.request.signal is not None
    assert (turn.request.text, turn.request.signal.name) == (None, "files_received")
    desk.answer(conversation_id, BotMessage(text="Danke."))
    assert desk.turns.next(conversation_id) is None
    send(desk, conversation_id, shelf.from_visitor(conversation_id, "b.pdf", PDF), text="Ist das normal?")
    turn = desk.turns.next(conversation_id)
    assert turn is not None
    assert (turn.request.text, turn.request.context.files) == ("Ist das normal?", 1)


def test_a_person_gets_files_without_the_bot_hearing_of_them_later(desk: FrontDesk, shelf: Files) -> None:
    conversation_id, version = desk.claimed()
    send(desk, conversation_id, shelf.from_visitor(conversation_id, "a.pdf", PDF))
    desk.handovers.return_to_bot(ANNA, conversation_id, ownership_version=version, outcome="solved", summary="")
    turn = desk.turns.next(conversation_id)
    assert turn is not None
    assert turn.request.signal is not None
    assert turn.request.signal.name == "handover_returned"
    desk.answer(conversation_id, BotMessage(text="Da bin ich wieder."))
    assert desk.turns.next(conversation_id) is None


def test_a_letter_names_the_files_that_wait_in_the_chat(desk: FrontDesk, shelf: Files) -> None:
    waiting = desk.visit()
    desk.ask_for_human(waiting)
    leave = LeaveContact.model_validate({"client_id": fresh_id(), "kind": "mail", "value": "erika@example.org"})
    desk.contacts.leave(waiting, leave)
    version = desk.handovers.claim(ANNA, waiting).ownership_version
    ref = shelf.from_agent(ANNA, waiting, "Anleitung.pdf", PDF)
    desk.handovers.post_message(
        ANNA, waiting, client_id=fresh_id(), ownership_version=version, text="Bitte sehr:", file_ids=[ref.id]
    )
    desk.clock.turn(hours=1)
    desk.contacts.send_letters()
    with desk.units(write=False) as unit:
        [mail] = [stored.mail for stored in unit.mails.latest(5)]
    assert "> Bitte sehr:\n> Im Chat liegt dazu die Datei „Anleitung.pdf“.\n" in mail.body
