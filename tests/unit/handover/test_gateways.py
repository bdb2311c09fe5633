"""What is not ours may be down, late, wrong or hostile; each gateway turns that into its one error."""

from __future__ import annotations

import asyncio
import json
import socketserver
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from handover.contract.events import SearchRecord
from handover.contract.passages import PassagesAsked, PassagesFound
from handover.contract.turns import BotMessage, TurnContext, TurnReply, TurnRequest, Understanding
from handover.gateways.knowledge import NOTHING_BUILT, KnowledgeStatus
from handover.gateways.mail import Mailbox, SmtpGateway, mail_gateway
from handover.gateways.passages import ANSWER_LIMIT, ActionServerPassages
from handover.gateways.rasa import REPLY_LIMIT, MemoryBot, RasaGateway
from handover.gateways.workers import Workers
from handover.services.ports import BotUnavailable, Mail, MailNotSent

REQUEST = TurnRequest(
    context=TurnContext(conversation_id="c" * 32, turn_id="t1", ownership_version=1, language="de", trust="none"),
    text="/restart Grüße",
)
REPLY = TurnReply(messages=(BotMessage(text="Hallo"),), understanding=Understanding())
SECRET = "s" * 32


def gateway(handler: httpx.MockTransport) -> RasaGateway:
    return RasaGateway(Workers(None, "http://rasa"), SECRET, timeout=1, transport=handler)


async def ask(answer: httpx.Response | Exception) -> TurnReply:
    def handle(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return await gateway(httpx.MockTransport(handle)).take_turn(REQUEST)


async def test_a_turn_is_asked_once_with_the_secret_and_read_strictly() -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=REPLY.model_dump_json())

    assert await gateway(httpx.MockTransport(handle)).take_turn(REQUEST) == REPLY
    assert len(seen) == 1
    assert seen[0].url.path == "/webhooks/desk/turn"
    assert seen[0].headers["X-Kulanz-Secret"] == SECRET
    assert TurnRequest.model_validate_json(seen[0].content) == REQUEST


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"null", b"<html>", b'{"messages": [], "understanding": {}, "more": 1}', b"\xff", b"[" * 5000],
)
async def test_a_reply_that_is_not_a_turn_is_a_failure(body: bytes) -> None:
    with pytest.raises(BotUnavailable):
        await ask(httpx.Response(200, content=body))


@pytest.mark.parametrize("status", [204, 302, 403, 500, 503])
async def test_any_other_status_is_a_failure_and_is_not_followed(status: int) -> None:
    with pytest.raises(BotUnavailable, match=str(status)):
        await ask(httpx.Response(status, headers={"Location": "http://elsewhere"}, text="Traceback: secret"))


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadTimeout("late"), httpx.ReadError("cut")])
async def test_a_rasa_that_is_down_or_late_is_a_failure_and_not_asked_again(error: httpx.HTTPError) -> None:
    asked = 0

    def handle(_request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        raise error

    with pytest.raises(BotUnavailable):
        await gateway(httpx.MockTransport(handle)).take_turn(REQUEST)
    assert asked == 1


async def test_a_text_is_read_by_the_worker_of_its_conversation_and_failing_is_one_error() -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"intents": [{"name": "paypal", "confidence": 0.9}], "entities": []})

    read = await gateway(httpx.MockTransport(handle)).read("c" * 32, "/restart Grüße")
    assert [intent.name for intent in read.intents] == ["paypal"]
    assert (seen[0].url.path, seen[0].headers["X-Kulanz-Secret"]) == ("/webhooks/desk/read", SECRET)
    assert json.loads(seen[0].content) == {"text": "/restart Grüße"}
    for answer in (httpx.Response(500), httpx.Response(200, text="<html>"), httpx.ReadTimeout("late")):

        def fail(_request: httpx.Request, answer: httpx.Response | Exception = answer) -> httpx.Response:
            if isinstance(answer, Exception):
                raise answer
            return answer

        with pytest.raises(BotUnavailable):
            await gateway(httpx.MockTransport(fail)).read("c" * 32, "Grüße")


ASKED = PassagesAsked(text="PayPal?", language="de", intent="paypal", confidence=0.9)
SEARCHED = SearchRecord(decision="none", confidence=0.1, index_version="v", language="de")


def passages(answer: httpx.Response | Exception, seen: list[httpx.Request] | None = None) -> ActionServerPassages:
    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ActionServerPassages("http://actions", SECRET, transport=httpx.MockTransport(handle))


def test_the_search_is_asked_with_the_secret_and_read_strictly() -> None:
    seen: list[httpx.Request] = []
    found = PassagesFound(search=SEARCHED)
    assert passages(httpx.Response(200, content=found.model_dump_json()), seen).find(ASKED) == found
    assert (seen[0].url.path, seen[0].headers["X-Kulanz-Secret"]) == ("/passages", SECRET)
    assert PassagesAsked.model_validate_json(seen[0].content) == ASKED


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.Response(302, headers={"Location": "http://elsewhere"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, content=b" " * (ANSWER_LIMIT + 1)),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("late"),
    ],
    ids=["503", "302", "html", "too large", "down", "late"],
)
def test_a_search_that_is_down_late_or_hostile_is_one_error(answer: httpx.Response | Exception) -> None:
    with pytest.raises(BotUnavailable):
        passages(answer).find(ASKED)


async def test_an_endless_reply_is_cut() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield b" " * 65536
            await asyncio.sleep(0)

    with pytest.raises(BotUnavailable, match="too large"):
        await ask(httpx.Response(200, content=endless()))
    assert sent <= REPLY_LIMIT + 2 * 65536


async def test_the_twin_answers_and_keeps_what_it_was_asked() -> None:
    bot = MemoryBot()
    reply = await bot.take_turn(REQUEST)
    assert bot.asked == [REQUEST]
    assert "Grüße" in reply.messages[0].text


# --- mail ---------------------------------------------------------------------------------------------------------


class SmtpServer(socketserver.ThreadingTCPServer):
    """Speaks just enough SMTP to take a mail, or to refuse it."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, refuse: bool = False) -> None:
        self.refuse = refuse
        self.mails: list[str] = []
        super().__init__(("127.0.0.1", 0), SmtpTalk)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class SmtpTalk(socketserver.StreamRequestHandler):
    server: SmtpServer

    def handle(self) -> None:
        self.say("220 here")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.take_mail()
            elif word == b"RCPT" and self.server.refuse:
                self.say("550 no")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take_mail(self) -> None:
        self.say("354 go on")
        lines: list[str] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode())
        self.server.mails.append("".join(lines))
        self.say("250 taken")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    server = SmtpServer()
    yield server
    server.shutdown()
    server.server_close()


def test_a_mail_reaches_the_server_with_its_headers(smtp: SmtpServer) -> None:
    SmtpGateway(smtp.address, "Shop <service@shop.example>").send(Mail("erika@example.org", "Ihr Code", "123456"))
    assert len(smtp.mails) == 1
    for part in ("From: Shop <service@shop.example>", "To: erika@example.org", "Subject: Ihr Code", "123456"):
        assert part in smtp.mails[0]


def test_a_line_break_in_a_header_sends_nothing(smtp: SmtpServer) -> None:
    with pytest.raises(MailNotSent):
        SmtpGateway(smtp.address, "a@b.example").send(Mail("x@y.example\r\nBcc: all@y.example", "Code", "1"))
    assert smtp.mails == []


def test_a_refused_mail_and_a_closed_port_are_told_alike(smtp: SmtpServer) -> None:
    mail = Mail("erika@example.org", "Code", "1")
    smtp.refuse = True
    with pytest.raises(MailNotSent):
        SmtpGateway(smtp.address, "a@b.example").send(mail)
    with pytest.raises(MailNotSent):
        SmtpGateway("smtp://127.0.0.1:1", "a@b.example").send(mail)


def test_the_setting_chooses_the_gateway() -> None:
    assert isinstance(mail_gateway("mailbox", "a@b.example"), Mailbox)
    assert isinstance(mail_gateway("smtps://user:p%40ss@mail.example", "a@b.example"), SmtpGateway)
    with pytest.raises(ValueError, match="KULANZ_MAIL"):
        mail_gateway("http://mail.example", "a@b.example")


def test_the_mailbox_takes_everything() -> None:
    box = Mailbox()
    box.send(Mail("erika@example.org", "Code", "1"))
    assert box.received == [Mail("erika@example.org", "Code", "1")]


# --- knowledge ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [None, "", "{", "[]", "\ufeff"])
def test_a_missing_or_broken_status_reads_as_nothing_built(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "status.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert KnowledgeStatus(path)() == NOTHING_BUILT


def test_the_status_of_an_earlier_version_has_no_warnings(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    path.write_text('{"version": "one", "problems": []}', encoding="utf-8")
    assert KnowledgeStatus(path)()["warnings"] == []


def test_the_status_is_read_anew_each_time(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    status = KnowledgeStatus(path)
    for version in ("one", "two"):
        path.write_text(json.dumps({"version": version}), encoding="utf-8")
        assert status()["version"] == version
