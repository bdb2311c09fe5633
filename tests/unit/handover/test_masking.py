"""What visitors typed is in no log: not on purpose, and not by an exception either."""

from __future__ import annotations

import io
import logging
import logging.config
import re
import subprocess
import sys

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from handover.contract.frames import PostMessage
from handover.masking import UNDER, masked
from handover.serve import log_config
from tests.stack import ROOT

PRIVATE = [
    "erika.lindner@example.org",
    "DE89 3704 0044 0532 0130 00",
    "DE89370400440532013000",
    "DE89370400440532013001",
    "GB29 NWBK 6016 1331 9268 19",
    "4242 4242 4242 4242",
    "4242424242424242",
    "0171 2345678",
    "0171/234 56 78",
    "+49 (0)40 66969012",
    "+491712345678",
    "0041 44 668 18 00",
]
HARMLESS = [
    '2026-11-22 14:46:01,123 INFO uvicorn.access: 127.0.0.1:51234 - "GET /api/health HTTP/1.1" 200',
    "order 10023 of K-1001, invoice RE-2006, request V-7K3Q9M",
    "knowledge ab12cd34ef56ab12cd34 is live: 230 articles",
    "a turn of 01JD8F0Q8A8Z3VJ0000000001 took 0.1234567 s",
    'File "/srv/kulanz/handover/app.py", line 120, in create_app',
]


@pytest.mark.parametrize("secret", PRIVATE)
def test_f99_what_identifies_a_person_or_an_account_is_masked(secret: str) -> None:
    for sentence in (secret, f"failed for {secret}.", f'{{"text": "ruf an: {secret}"}}', f"({secret})"):
        shown = masked(sentence)
        assert secret not in shown
        assert not any(part in shown for part in ("2345", "4242", "0532", "6696", "NWBK", "668", "erika"))


@pytest.mark.parametrize("line", HARMLESS)
def test_what_a_log_is_read_for_is_left_as_it_is(line: str) -> None:
    assert masked(line) == line


@pytest.mark.parametrize("logger", ["handover.realtime.hub", "uvicorn.error", "sqlalchemy", "asyncio"])
def test_f99_the_desks_log_is_masked_with_its_tracebacks(logger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    before = {name: (list(one.handlers), one.level, one.propagate) for name, one in _loggers().items()}
    try:
        logging.config.dictConfig(log_config("INFO"))
        try:
            int("what they typed: 0171 2345678, erika.lindner@example.org")
        except ValueError:
            logging.getLogger(logger).exception("IBAN DE89370400440532013000 failed")
    finally:
        for name, (handlers, level, propagate) in before.items():
            one = logging.getLogger(name or None)
            one.handlers, one.propagate = handlers, propagate
            one.setLevel(level)
    shown = stderr.getvalue()
    assert "ValueError: " in shown
    assert "what they typed: [phone], [email]" in shown
    assert "IBAN [iban] failed" in shown


def _loggers() -> dict[str, logging.Logger]:
    return {name: logging.getLogger(name or None) for name in ("", "handover", "uvicorn.error", "uvicorn.access")}


def test_f99_the_action_servers_log_is_masked() -> None:
    code = (
        "import logging; from handover.masking import log_masked; log_masked('INFO');"
        "logging.getLogger('sanic.error').error('mail an erika.lindner@example.org, 0171 2345678')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.endswith("mail an [email], [phone]\n")
    assert "log_masked(" in (ROOT / "actions" / "server.py").read_text("utf-8")


def test_f99_an_error_of_the_database_names_no_values(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection, pytest.raises(DBAPIError) as raised:
        connection.execute(text("SELECT :secret FROM nowhere"), {"secret": "Birkenweg 12"})
    assert "Birkenweg" not in str(raised.value)


def test_f99_an_error_of_the_wire_repeats_nothing_it_was_given() -> None:
    with pytest.raises(ValidationError) as raised:
        PostMessage.model_validate({"type": "message", "client_id": 7, "text": {"typed": "Birkenweg 12"}})
    assert "Birkenweg" not in str(raised.value)


FORGED = "nobody\r\n2026-11-22 14:46:01,123 INFO handover: admin logged in\x1b[2J\x9b31m\u2028\u202egnp"
ENTRY = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} "


@pytest.mark.parametrize("logger", ["handover.realtime.hub", "uvicorn.access", "sqlalchemy"])
def test_f87_what_is_logged_is_one_line_and_tells_a_terminal_nothing(
    logger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    logging.config.dictConfig(log_config("INFO"))
    logging.getLogger(logger).error("no page %s", FORGED)
    logging.getLogger(logger).error("it failed for %s", FORGED, exc_info=ValueError(FORGED))
    lines = stderr.getvalue().splitlines()
    entries = [line for line in lines if re.match(ENTRY, line)]
    assert len(entries) == 2
    assert all(line.startswith(UNDER) for line in lines if line not in entries)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", stderr.getvalue())
    assert r"nobody\r\n2026" in entries[0]
