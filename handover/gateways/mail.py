"""Outgoing mail: an SMTP server, or nothing at all where the demo's mailbox page shows the outbox itself."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

from handover.services.ports import Mail, MailGateway, MailNotSent

TIMEOUT = 15.0
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def mail_gateway(address: str, sender: str) -> MailGateway:
    """For the setting `mail`. Raises `ValueError` if it is neither `mailbox` nor an SMTP address."""
    if address == "mailbox":
        return Mailbox()
    return SmtpGateway(address, sender)


class Mailbox:
    """In-memory twin of `SmtpGateway`: every mail arrives. The demo reads them from the outbox in the database."""

    def __init__(self) -> None:
        self.received: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.received = [*self.received[-99:], mail]


class SmtpGateway:
    """`smtps://` encrypts from the start, `smtp://` as soon as the server offers it.

    A password is never sent unencrypted, except to this very machine.
    """

    def __init__(self, address: str, sender: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("KULANZ_MAIL is `mailbox`, `smtp://…` or `smtps://…`")
        self._encrypted = parts.scheme == "smtps"
        self._host, self._port = parts.hostname, parts.port or (465 if self._encrypted else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender

    def send(self, mail: Mail) -> None:
        try:
            message = self._message(mail)
            server = self._connect()
        except (ValueError, OSError, smtplib.SMTPException) as error:
            raise MailNotSent(type(error).__name__) from error
        try:
            self._log_in(server)
            server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent(type(error).__name__) from error
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, mail.to, mail.subject
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = make_msgid(domain=parseaddr(self._sender)[1].rpartition("@")[2] or None)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.body)
        return message

    def _connect(self) -> smtplib.SMTP:
        if self._encrypted:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)

    def _log_in(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        encrypted = self._encrypted
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            encrypted = True
        if self._user:
            if not encrypted and self._host not in LOOPBACK:
                raise smtplib.SMTPNotSupportedError("no encryption for the password")
            server.login(self._user, self._password)
