"""Mails are written in the transaction that causes them and sent after it: once, whatever number of processes sends.

Only a process that dies between the mail server's word and the next commit leaves a mail that is sent again.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from handover.services.ports import MailGateway, MailNotSent, StoredMail, Units

log = logging.getLogger(__name__)

TRIES = 8
"""After this many a mail stays where it is; `kulanz doctor` names it."""
AT_ONCE = 20
BUSY = timedelta(minutes=2)
"""A mail that was begun and not ended for so long was begun by a process that died. Longer than any mail server may take."""


class Outbox:
    def __init__(self, unit: Units, gateway: MailGateway) -> None:
        self._unit, self._gateway = unit, gateway

    def send_due(self) -> int:
        """Sends what waits and whose turn to be tried again has come. Answers how many went out."""
        return sum(self._send(stored) for stored in self._due())

    def latest(self, limit: int) -> list[StoredMail]:
        """Newest first, sent or not."""
        with self._unit(write=False) as unit:
            return unit.mails.latest(limit)

    def stuck(self) -> int:
        """How many mails could not be sent so far."""
        with self._unit(write=False) as unit:
            return sum(stored.tries > 0 for stored in unit.mails.unsent(100))

    def _due(self) -> list[StoredMail]:
        with self._unit(write=False) as unit:
            now = unit.now
            return [
                stored
                for stored in unit.mails.unsent(AT_ONCE)
                if stored.tries < TRIES and stored.created_at + _delay(stored.tries) <= now
            ]

    def _send(self, stored: StoredMail) -> bool:
        with self._unit() as unit:
            if not unit.mails.begin(stored.id, unit.now, unit.now + BUSY):
                return False
        try:
            self._gateway.send(stored.mail)
        except MailNotSent as error:
            log.warning("mail %d was not sent: %s", stored.id, error)
            with self._unit() as unit:
                unit.mails.mark_failed(stored.id, str(error)[:300])
            return False
        with self._unit() as unit:
            unit.mails.mark_sent(stored.id, unit.now)
        return True


def _delay(tries: int) -> timedelta:
    """0 s, 4 s, 12 s, 28 s … after it was written."""
    return timedelta(seconds=4 * (2**tries - 1))
