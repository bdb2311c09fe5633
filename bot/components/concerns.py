"""Cuts a message into the parts that may be concerns of their own. Whether they are, the classifier decides."""

import re
from typing import List

MAX_PARTS = 5
"""A longer message is one story, not a list."""
LONGEST = 600
"""Characters. Who writes more tells one thing at length."""
MIN_LETTERS = 8
_LINK = (
    r"(?:und\s+)?(?:au(?:ß|ss)erdem|zudem|dar(?:ü|ue)ber\s+hinaus|zus(?:ä|ae)tzlich|zweitens|noch\s+(?:was|etwas))|"
    r"und\s+(?:dann\s+)?(?:noch|auch|gleichzeitig|nebenbei|eine\s+(?:andere|weitere)\s+frage)|und\s+zwar\s+auch|"
    r"(?:and\s+)?(?:also|besides|additionally|in\s+addition|secondly|furthermore|another\s+thing|one\s+more\s+thing)|"
    r"and\s+(?:then\s+)?(?:also|as\s+well|another\s+question|while\s+(?:we(?:'re|\s+are)|you(?:'re|\s+are))\s+at\s+it)"
)
_WISH = (
    r"(?:wo|wann|wie|was|warum|wieso|weshalb|wer|welche[rsn]?|kann|k(?:ö|oe)nn(?:en|te|ten)|m(?:ö|oe)chte|will|"
    r"ich\s+(?:m(?:ö|oe)chte|will|w(?:ü|ue)rde|brauche|h(?:ä|ae)tte)|"
    r"where|when|how|what|why|who|which|can|could|i\s+(?:want|would|need|wanna)|i'd)"
)
_THING = r"(?:im|in|der|die|das|den|dem|eine?[nmrs]?|meine?[nmrs]?|the|my|an?|there)"
"""A new subject: „… und im Filterset fehlt was“. Lists begin like this too; there the classifier finds no second concern."""
_CUT = re.compile(
    rf"(?<=[?!])\s+|(?<=[a-zäöüß)])\.\s+|\n+|[,;.]?(?<=\S)\s+(?={_LINK}\b|(?:und|and)\s+(?:{_WISH}|{_THING})\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"(?:bitte|please|{_WISH})\b", re.IGNORECASE)
_JOINED = re.compile(rf"\b{_LINK}\b", re.IGNORECASE)
_LEAD = re.compile(rf"^(?:{_LINK}|und|and|sowie|aber|but)\b[\s,:]*", re.IGNORECASE)


def parts(text: str) -> List[str]:
    """The parts in their order without the words that join them; empty if the message is one piece."""
    if len(text) > LONGEST:
        return []
    pieces = [_LEAD.sub("", piece.strip()).strip(" ,;") for piece in _CUT.split(text)]
    pieces = [piece for piece in pieces if sum(map(str.isalpha, piece)) >= MIN_LETTERS]
    return pieces if 2 <= len(pieces) <= MAX_PARTS and not _is_story(pieces, text) else []


def _is_story(pieces: List[str], text: str) -> bool:
    """Sentences that lead up to one question at the end are what it is about, not concerns of their own."""
    *before, last = pieces
    asks_before = any(piece.endswith("?") or _ASKS.match(piece) for piece in before)
    return last.endswith("?") and not asks_before and not _JOINED.search(text)
