"""One vocabulary for both languages: the teacher's English word pieces that are in use, and German ones beside them.

Umlauts are spelled out in the normaliser (ä -> ae), so „Rücksendung“, "Ruecksendung" and "RÜCKSENDUNG" are one word.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SIZE = 28_672
"""With 16-bit weights the whole model then stays below 45 MB."""
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
MAX_TOKENS = 128
_ENGLISH_AT_LEAST = 5
"""Occurrences of a teacher's piece in the English texts from which it is kept."""
_FOREIGN = 0.34
"""A German piece that occurs this often in English, measured against German, would cut English words differently."""
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"}


def make(german: list[str], english: list[str], teacher: Tokenizer) -> Tokenizer:
    """The tokenizer of the student. `german` may hold a text several times to make its words count more."""
    kept = _in_use(english, teacher)
    candidates = [piece for piece in _german_pieces(german) if piece not in kept]
    foreign: set[str] = set()
    for _ in range(2):
        added = [piece for piece in candidates if piece not in foreign][: SIZE - len(kept)]
        merged = _tokenizer([*kept, *added])
        in_english, in_german = _counts(english, merged), _counts(german, merged)
        foreign |= {piece for piece in added if in_english[piece] > _FOREIGN * in_german[piece]}
    return _tokenizer([*kept, *[piece for piece in candidates if piece not in foreign][: SIZE - len(kept)]])


def read(file: Path) -> Tokenizer:
    """A saved tokenizer, without padding and truncation."""
    tokenizer: Tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def pieces(tokenizer: Tokenizer) -> list[str]:
    """All pieces, by their number."""
    return [piece for piece, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])]


def save(tokenizer: Tokenizer, folder: Path) -> None:
    """`tokenizer.json` and what tells transformers to use it as it is.

    transformers 5 rebuilds a BertTokenizer from its words alone and drops our normaliser; hence the general class.
    """
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": MAX_TOKENS,
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "mask_token": "[MASK]",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def _normalizer() -> normalizers.Normalizer:
    spelled_out = [normalizers.Replace(letter, pair) for letter, pair in _UMLAUTS.items()]
    return normalizers.Sequence([normalizers.NFC(), *spelled_out, normalizers.BertNormalizer(strip_accents=True)])


def _tokenizer(vocabulary: list[str]) -> Tokenizer:
    ids = {piece: number for number, piece in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", ids["[SEP]"]), ("[CLS]", ids["[CLS]"]))
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer


def _in_use(english: list[str], teacher: Tokenizer) -> dict[str, None]:
    """Special tokens, single characters of European scripts, and the pieces that the English texts need, in order."""
    counts = _counts(english, teacher)
    single = [p for p in pieces(teacher) if len(p.removeprefix("##")) == 1 and p.removeprefix("##") < "\u0400"]
    common = [p for p in pieces(teacher) if counts[p] >= _ENGLISH_AT_LEAST and p not in SPECIAL]
    return dict.fromkeys([*SPECIAL, *single, *common])


def _german_pieces(german: list[str]) -> list[str]:
    """Pieces in the order in which they were merged: the most useful first."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=SIZE, special_tokens=SPECIAL, show_progress=False)
    tokenizer.train_from_iterator(german, trainer)
    return pieces(tokenizer)


def _counts(texts: Iterable[str], tokenizer: Tokenizer) -> Counter[str]:
    counts: Counter[str] = Counter()
    for encoded in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        counts.update(encoded.tokens)
    return counts
