"""What the sentence model learns from, and how its German words start."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from knowledge.articles import parse
from knowledge.embeddings import model_folder
from knowledge.training import alignment, corpus, lessons, vocabulary
from tests.unit.knowledge.small_shop import article

ROOT = Path(__file__).resolve().parents[3]
UTTERANCES = ROOT / "data" / "training" / "utterances"
GERMAN = ["Wo bleibt mein Paket?", "Das Paket ist da.", "Mein Paket fehlt.", "Wo ist die Rechnung?"] * 30
ENGLISH = ["Where is my parcel?", "The parcel is here.", "My parcel is missing.", "Where is the invoice?"] * 30


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return vocabulary.make(GERMAN, ENGLISH, vocabulary.read(model_folder("minilm") / "tokenizer.json"))


@pytest.fixture
def fetched(tmp_path: Path) -> Path:
    rows = [
        ("de", "en", "source"),
        ("Guten Tag", "Good day", "tatoeba_manythings"),
        ("Ein Mann auf einem Rad", "A man on a bike", "multi30k"),
        ("sehr " * 50, "very " * 50, "pypi_wagtail"),
        ("Guten Tag", "good day", "deb_ding"),
        ("Gemeine Schafgarbe", "yarrow", "deb_ding"),
    ]
    with gzip.open(tmp_path / "de-en.tsv.gz", "wt", encoding="utf-8") as stream:
        stream.writelines("\t".join(row) + "\n" for row in rows)
    return tmp_path


def test_sources_without_a_licence_overlong_texts_and_rare_words_are_not_learned_from(fetched: Path, tmp_path: Path):
    assert [pair.source for pair in corpus.read(fetched, tmp_path)] == ["tatoeba_manythings"]


def test_there_are_thousands_of_own_pairs_for_every_topic_and_no_empty_or_repeated_ones():
    pairs = corpus.own(UTTERANCES)
    topics = {pair.topic for pair in pairs}
    assert len(pairs) >= 4000
    assert len(topics) >= 76
    assert all(pair.de and pair.en for pair in pairs)
    assert len({(pair.de.casefold(), pair.topic) for pair in pairs}) == len(pairs)
    assert all(sum(pair.topic == topic for pair in pairs) >= 50 for topic in topics)


def test_text_is_blurred_as_people_type_but_stays_text():
    chance = random.Random(1)
    typed = {corpus.as_typed("Wann kommt die Rücksendung über München an?", chance) for _ in range(200)}
    assert len(typed) > 10
    assert all(30 < len(text) < 60 for text in typed)
    assert any("Ruecksendung" in text for text in typed)
    assert corpus.as_typed("Na ja", random.Random(2)).split() == ["Na", "ja"]


@pytest.mark.parametrize("word", ["Rücksendung", "Ruecksendung", "RÜCKSENDUNG", "Ru\u0308cksendung"])
def test_umlauts_in_any_spelling_are_one_word(word: str):
    german = ["Die Rücksendung ist da", "Rücksendung"] * 50
    made = vocabulary.make(german, ENGLISH, vocabulary.read(model_folder("minilm") / "tokenizer.json"))
    assert made.encode(word, add_special_tokens=False).tokens == ["ruecksendung"]


def test_english_is_cut_as_the_teacher_cuts_it(tokenizer: Tokenizer):
    teacher = vocabulary.read(model_folder("minilm") / "tokenizer.json")
    for text in set(ENGLISH):
        assert tokenizer.encode(text).tokens == teacher.encode(text).tokens


def test_a_german_word_starts_at_its_translation(tokenizer: Tokenizer):
    ids = [[e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)] for texts in (GERMAN, ENGLISH)]
    size = tokenizer.get_vocab_size()
    table = alignment.translations(ids[0], ids[1], size)
    paket, parcel = tokenizer.token_to_id("paket"), tokenizer.token_to_id("parcel")
    assert int(table[paket].toarray().argmax()) == parcel
    known = tokenizer.token_to_id("parcel") + 1
    vectors = np.random.default_rng(1).normal(size=(known, 8)).astype(np.float32)
    start = alignment.starts(table, vectors)[paket]
    assert start @ vectors[parcel] / np.linalg.norm(start) / np.linalg.norm(vectors[parcel]) > 0.7


def test_texts_of_one_topic_belong_together_and_others_stand_alone():
    pairs = [corpus.Pair("Guten Tag", "hello", "kulanz_utterances", "other"), *corpus.own(UTTERANCES)[:3]]
    made = parse(article("payment", extra="", title="Zahlen").encode(), "de/shop/payment.md")
    assert not isinstance(made, list)
    found = lessons.own(pairs, [made], {pair.en: row for row, pair in enumerate(pairs)})
    assert len({lesson.topic for lesson in found}) == 2
    assert sum(lesson.topic == found[0].topic for lesson in found) == 1
