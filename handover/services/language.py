"""German or English? Says so only when it is sure."""

from __future__ import annotations

import re
from functools import cache
from threading import Lock
from typing import Any

from handover.contract.base import Language

SURE = 0.95
FOREIGN = 0.5
"""From this probability of any other language on, a text speaks for neither."""
NEIGHBOURS = ["cs", "es", "fr", "it", "nl", "pl", "pt", "ro", "ru", "tr", "uk"]
MIN_WORDS = 3
"""Shorter texts ("Paypal?", "order 10023") look like either language."""
_lock = Lock()


def detect(text: str) -> Language | None:
    """The language of a text, or nothing if it is too short or too close to call."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    if len(words) < MIN_WORDS:
        return None
    with _lock:
        likely: dict[str, float] = dict(_identifier().rank(" ".join(words).lower()))
    german, english = likely.pop("de"), likely.pop("en")
    if max(likely.values()) >= FOREIGN or max(german, english) < SURE * (german + english):
        return None
    return "de" if german > english else "en"


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["de", "en", *NEIGHBOURS])
    return identifier
