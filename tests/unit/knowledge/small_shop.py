"""A small shop's articles, and an encoder that needs no model (a fake at the port `Encoder`)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from knowledge.embeddings import Vectors
from knowledge.lexical import grams

SHOP = {
    "payment": (
        "Zahlungsarten",
        ["Wie kann ich bezahlen?", "Nehmen Sie PayPal?", "Geht Lastschrift?", "Welche Karten gehen?"],
    ),
    "returns": (
        "Rücksendung",
        [
            "Wie schicke ich etwas zurück?",
            "Wo ist das Retourenetikett?",
            "Ist die Retoure frei?",
            "Was kostet der Rückversand?",
        ],
    ),
    "warranty": (
        "Garantie",
        ["Wie lange gilt die Garantie?", "Reparieren Sie Geräte?", "Mein Gerät ist defekt", "Gewährleistung"],
    ),
    "hours": (
        "Servicezeiten",
        ["Wann haben Sie geöffnet?", "Sind Sie sonntags da?", "Wie erreiche ich Sie?", "Öffnungszeiten"],
    ),
}
TWINS = {
    "payment": (
        "Payment methods",
        ["How can I pay?", "Do you take PayPal?", "Is direct debit possible?", "Which cards do you take?"],
    ),
    "returns": (
        "Sending back",
        ["How do I return an item?", "Where is the return label?", "Are returns free?", "What does sending back cost?"],
    ),
    "warranty": (
        "Warranty",
        ["How long is the warranty?", "Do you repair devices?", "My device is broken", "Statutory warranty"],
    ),
    "hours": (
        "Opening hours",
        ["When are you open?", "Are you there on Sundays?", "How do I reach you?", "Hours of service"],
    ),
}


class LetterEncoder:
    """Vectors from the letters alone: the same text gives the same vector, like texts give like vectors."""

    def __init__(self, name: str = "letters", dimension: int = 48) -> None:
        self.name = name
        self.dimension = dimension
        self.encoded: list[str] = []

    def encode(self, texts: list[str]) -> Vectors:
        self.encoded += texts
        vectors = np.full((len(texts), self.dimension), 1e-6, dtype=np.float32)
        for row, text in enumerate(texts):
            for gram in grams(text):
                vectors[row, int(hashlib.sha256(gram.encode()).hexdigest(), 16) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def article(
    article_id: str = "payment",
    language: str = "de",
    *,
    title: str = "Zahlungsarten",
    questions: list[str] | None = None,
    body: str = "Sie zahlen mit **PayPal** oder Karte.",
    extra: str = "",
) -> str:
    asked = "".join(f"  - {question}\n" for question in questions or SHOP["payment"][1])
    return (
        f"---\nid: {article_id}\nlanguage: {language}\nkind: faq\ntitle: {title}\nquestions:\n{asked}"
        f"topics: [{article_id}]\nowner: Team Service\nvalid_from: 2026-01-01\n{extra}---\n{body}\n"
    )


def write(folder: Path, language: str, article_id: str, text: str) -> Path:
    file = folder / language / "shop" / f"{article_id}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
