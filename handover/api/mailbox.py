"""The demo's mailbox: every mail the desk has written, newest first. Only there while the demo shop is on."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse

from handover.api.dependencies import TheDesk
from handover.services.ports import StoredMail

router = APIRouter(prefix="/demo/mailbox")

PAGES = Path(__file__).parent / "templates"
SHOWN = 30
PAGE = Template((PAGES / "mailbox.html").read_text(encoding="utf-8"))
MAIL = Template((PAGES / "mail.html").read_text(encoding="utf-8"))


@router.get("", response_class=HTMLResponse)
def mailbox(desk: TheDesk) -> str:
    mails = desk.outbox.latest(SHOWN)
    return PAGE.substitute(mails="".join(map(_html, mails)) or '<p class="empty">Noch keine Post · No mail yet</p>')


@router.get("/style.css")
def style() -> FileResponse:
    return FileResponse(PAGES / "mailbox.css", headers={"Cache-Control": "no-cache"})


def _html(stored: StoredMail) -> str:
    return MAIL.substitute(
        to=escape(stored.mail.to),
        subject=escape(stored.mail.subject),
        body=escape(stored.mail.body),
        at=stored.created_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
    )
