"""How often a log-in may be tried, so that nobody guesses a password and nobody locks anybody out.

A browser that has logged in with an account before is counted by itself: whatever strangers do, its owner gets in.
Strangers are counted three times: by account and network, by network, and by account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from handover.domain.errors import TooMany
from handover.services.network import Pseudonyms, network_of
from handover.services.ports import UnitOfWork
from handover.services.tokens import fingerprint

WINDOW = timedelta(minutes=15)
PER_BROWSER = 5
"""Wrong passwords for one account, from one known browser or from one network: a person remembers sooner."""
PER_NETWORK = 30
"""Of a company's agents together; a list of stolen passwords tries more."""
PER_ACCOUNT = 50
"""From everywhere: 200 guesses an hour find no password of twelve letters."""
PER_ACCOUNT_CODES = 10
"""Wrong codes after a right password, from strangers everywhere: 40 guesses an hour, three of a million codes being right."""


@dataclass(frozen=True, slots=True)
class Try:
    """One try, by what it counts for. An account that does not exist counts like one that does."""

    here: str
    """The known browser, or this account from this network. Counted before the password is looked at."""
    others: tuple[tuple[str, int], ...]
    """What else counts it once it has failed, and how many each lets pass."""

    def begin(self, unit: UnitOfWork) -> None:
        """Counts it, so that parallel guesses count too. Raises `TooMany`, and then counts nothing."""
        since = unit.now - WINDOW
        for subject, most in ((self.here, PER_BROWSER), *self.others):
            if unit.agents.failures_since(subject, since) >= most:
                seconds = int(WINDOW.total_seconds())
                raise TooMany("Too many failed log-ins. Please wait a quarter of an hour.", retry_seconds=seconds)
        unit.agents.add_failure(self.here, unit.now)

    def failed(self, unit: UnitOfWork) -> None:
        for subject, _ in self.others:
            unit.agents.add_failure(subject, unit.now)

    def of_code(self, agent_id: str) -> Try:
        """The same for a second step. Who got so far has the password; owners come from browsers that are known."""
        if not self.others:
            return self
        return Try(self.here, (*self.others, (fingerprint("codes", agent_id), PER_ACCOUNT_CODES)))

    def succeeded(self, unit: UnitOfWork) -> None:
        unit.agents.forget_failures(self.here)


class Doorman:
    """Knows networks by names that nobody can turn back into addresses; after a restart it knows none of them."""

    def __init__(self) -> None:
        self._pseudonyms = Pseudonyms()

    def known(self, device_hash: str) -> Try:
        return Try(fingerprint("device", device_hash), ())

    def stranger(self, email: str, host: str) -> Try:
        network = self._pseudonyms.of(network_of(host) or "this machine")
        return Try(
            fingerprint("account here", email, network),
            ((fingerprint("network", network), PER_NETWORK), (fingerprint("account", email), PER_ACCOUNT)),
        )
