"""Network addresses: who counts as one, and how little of it is kept.

No full address ever reaches the database or a log. What has to be told apart is told apart by a keyed hash whose key
lives in this process alone and is thrown away each day.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_KEPT_BITS = {4: 24, 6: 48}
"""Of an address in a log: enough to see where trouble comes from, too little to see whom."""
_IN_TEXT = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\w)|(?<![\w.:])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w.]|:\w)"
)


def network_of(host: str) -> str | None:
    """The network one subscriber has: an IPv4 address, the first half of an IPv6 one. None for this machine itself.

    What is no address (a Unix socket, a proxy's invention) stays as it is, and counts as one subscriber.
    """
    address = _parsed(host)
    if address is None:
        return host[:64]
    if address.is_loopback:
        return None
    return str(address if address.version == 4 else ip_network((address, 64), strict=False))


def is_this_machine(host: str) -> bool:
    """By number, or by the one name that always means it."""
    address = _parsed(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def shortened(text: str) -> str:
    """The text with the end of each network address in it set to zero; this machine's own are no secret."""
    return _IN_TEXT.sub(lambda found: _short(found[0]), text)


class Pseudonyms:
    """Names for networks that mean something to this process, for this day."""

    def __init__(self, today: Callable[[], date] = lambda: datetime.now(UTC).date()) -> None:
        self._today = today
        self._day, self._key = today(), secrets.token_bytes(32)

    def of(self, network: str) -> str:
        if self._day != self._today():
            self._day, self._key = self._today(), secrets.token_bytes(32)
        return hmac.digest(self._key, network.encode("utf-8", "surrogatepass"), "sha256").hex()


def _parsed(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (address.version == 6 and address.ipv4_mapped) or address


def _short(found: str) -> str:
    address = _parsed(found)
    if address is None or address.is_loopback or address.is_unspecified:
        return found
    return str(ip_network((address, _KEPT_BITS[address.version]), strict=False).network_address)
