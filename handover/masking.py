"""Logs hold nothing that could be used against a visitor: no mail address, phone, account or card number.

Nobody logs texts of visitors on purpose. This is for what slips in: an exception's message, a library's own words.
"""

from __future__ import annotations

import logging
import re
from types import TracebackType

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_RULES = (
    ("email", r"[\w.+-]{1,64}@[\w.-]{1,180}\.[\w-]{2,}"),
    ("iban", r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?\b"),
    ("card", r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])"),
    ("phone", r"(?<![\w.:-])(?:\+|0(?!\.))\d?(?:[ /().-]{0,2}\d){6,15}(?!\w)"),
)
_PERSONAL = re.compile("|".join(rf"(?P<{kind}>{pattern})" for kind, pattern in _RULES))


def masked(text: str) -> str:
    """The text with each of them replaced by its kind: `[email]`. Rather too much than too little."""
    return _PERSONAL.sub(_kind, text)


def _kind(found: re.Match[str]) -> str:
    return found[0] if found["iban"] and not _is_iban(found["iban"]) else f"[{found.lastgroup}]"


def _is_iban(text: str) -> bool:
    """By its form or by its check digits (ISO 7064); a hash is neither."""
    plain = re.sub(r"[ -]", "", text)
    return plain[4:].isdigit() or int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""All but tab and line feed: what a terminal obeys, and what turns a line round."""
UNDER = "    | "
"""Before each line of a traceback: whatever an exception says, none of it begins like an entry of the log."""


class MaskingFormatter(logging.Formatter):
    """Masks the whole entry, a traceback with it. An entry is one line, whatever was typed by whom; see `UNDER`."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- the library's name
        return _escaped(super().formatMessage(record)).replace("\n", "\\n")

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802
        return self._under(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        return self._under(super().formatStack(stack_info))

    @staticmethod
    def _under(text: str) -> str:
        return "\n".join(UNDER + line for line in _escaped(text).split("\n"))


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def log_masked(level: str) -> None:
    """Send every log of this process to standard error, masked."""
    lines = logging.StreamHandler()
    lines.setFormatter(MaskingFormatter(LINE))
    logging.basicConfig(level=level, handlers=[lines])
