"""The sentence pairs to learn from: a folder of fetched corpora, and the project's own customer utterances."""

from __future__ import annotations

import csv
import gzip
import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NO_LICENCE = frozenset({"multi30k", "npm_strapi"})
"""Sources that state no licence, or one that would have to be cleared first. Never learned from."""
DICTIONARY = "deb_ding"
UTTERANCES = "kulanz_utterances"
MAX_WORDS = 40
_WORD = re.compile(r"\w+")
_UMLAUT = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
_BARE = str.maketrans("äöüÄÖÜ", "aouAOU")


@dataclass(frozen=True)
class Pair:
    """The same in both languages. `topic` only for the project's own utterances."""

    de: str
    en: str
    source: str
    topic: str = ""


def read(corpus: Path, utterances: Path) -> list[Pair]:
    """All pairs to learn from: `corpus/de-en.tsv.gz` (columns de, en, source) and `utterances/<topic>.tsv` (de, en)."""
    fetched = [pair for pair in _fetched(corpus) if pair.source not in NO_LICENCE]
    sentences = [pair for pair in fetched if pair.source != DICTIONARY and len(pair.en.split()) <= MAX_WORDS]
    entries = [pair for pair in fetched if pair.source == DICTIONARY]
    return [*sentences, *_common(entries, sentences), *own(utterances)]


def own(utterances: Path) -> list[Pair]:
    """The project's own pairs of customer utterances, by topic."""
    pairs = []
    for file in sorted(utterances.glob("*.tsv")):
        with file.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            pairs += [Pair(row["de"].strip(), row["en"].strip(), UTTERANCES, file.stem) for row in rows]
    return pairs


def weight(pair: Pair) -> int:
    """How often a pair counts when the vocabulary is made: as people talk to each other, not to a menu."""
    if pair.source == UTTERANCES:
        return 6
    return 2 if pair.source.startswith("tatoeba") else 1


def _fetched(corpus: Path) -> Iterator[Pair]:
    with gzip.open(corpus / "de-en.tsv.gz", "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Pair(row["de"], row["en"], row["source"])


def _common(entries: Iterable[Pair], sentences: list[Pair]) -> list[Pair]:
    """Dictionary entries of words that the sentences use; the rest is botany and heraldry."""
    german = Counter(word for pair in sentences for word in _WORD.findall(pair.de.casefold()))
    english = Counter(word for pair in sentences for word in _WORD.findall(pair.en.casefold()))

    def is_common(pair: Pair) -> bool:
        de, en = _WORD.findall(pair.de.casefold()), _WORD.findall(pair.en.casefold())
        return (
            0 < len(de) <= 5 and len(en) <= 6 and min(german[w] for w in de) >= 2 and min(english[w] for w in en) >= 5
        )

    return [pair for pair in entries if _WORD.search(pair.en) and is_common(pair)]


def as_typed(text: str, chance: random.Random) -> str:
    """The text as somebody in a hurry would type it: umlauts spelled out or lost, slips of the finger, no full stop."""
    if chance.random() < 0.15:
        text = text.translate(_BARE) if chance.random() < 0.5 else "".join(_UMLAUT.get(c, c) for c in text)
    if chance.random() < 0.3:
        text = text.rstrip(" .?!")
    if chance.random() < 0.15:
        text = " ".join(_slip(word, chance) if chance.random() < 0.25 else word for word in text.split())
    return text


def _slip(word: str, chance: random.Random) -> str:
    """One letter swapped with the next, left out, or doubled. Short words stay as they are."""
    if len(word) < 5:
        return word
    at = chance.randrange(1, len(word) - 2)
    return chance.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[: at + 1] + word[at:],
        )
    )
