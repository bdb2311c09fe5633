"""The student: the teacher's own network with a bilingual vocabulary, taught to put German where its English twin lies.

One loss against the teacher's vectors (distance and, within a batch, which vector is whose) over all pairs, German
mostly and English in between so that nothing is forgotten. Beside it, in every batch, some of the project's own
utterances and articles: texts of one topic attract each other (Khosla et al. 2020), and with neighbouring topics in
the same batch the nearest wrong article is pushed away.
"""

from __future__ import annotations

import logging
import random
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional
from transformers import BertModel

from knowledge.training import alignment, vocabulary
from knowledge.training.corpus import as_typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from knowledge.training.corpus import Pair
    from knowledge.training.lessons import Lesson, Rates, Stage

_log = logging.getLogger(__name__)
SCALE = 20.0
"""Inverse temperature of the in-batch comparison."""
TOPIC_SCALE = 12.0
_TOKENS_A_BATCH = 2560
_TEXTS_A_BATCH = 192
_ENGLISH_SHARE = 0.25
_MOST_TOKENS = 64


class SplitEmbedding(nn.Module):
    """Word vectors in two parts, the teacher's rows and the new ones, so that each can learn at its own rate."""

    def __init__(self, old: torch.Tensor, new: torch.Tensor) -> None:
        super().__init__()
        self.old, self.new = nn.Parameter(old), nn.Parameter(new)

    @property
    def weight(self) -> torch.Tensor:
        return torch.cat([self.old, self.new])

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return functional.embedding(ids, self.weight)


class Student(nn.Module):
    """A BERT with mean pooling; `forward` gives unit vectors."""

    def __init__(self, bert: Any, tokenizer: Tokenizer) -> None:
        super().__init__()
        self.bert, self.tokenizer = bert, tokenizer
        for module in bert.modules():  # the teacher's vector is the same each time: nothing to make noisy
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        tokenizer.enable_truncation(vocabulary.MAX_TOKENS)
        tokenizer.enable_padding(pad_id=0)

    def forward(self, texts: list[str]) -> torch.Tensor:
        encoded = self.tokenizer.encode_batch(texts)
        ids = torch.tensor([one.ids for one in encoded])
        mask = torch.tensor([one.attention_mask for one in encoded])
        hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        wide = mask.unsqueeze(-1).float()
        return functional.normalize((hidden * wide).sum(1) / wide.sum(1), dim=1)

    @torch.inference_mode()
    def encode(self, texts: list[str], size: int = 128) -> npt.NDArray[np.float32]:
        """Vectors of many texts, for measuring on the way."""
        self.eval()
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        found = np.zeros((len(texts), self.bert.config.hidden_size), dtype=np.float32)
        for at in range(0, len(order), size):
            rows = order[at : at + size]
            with torch.autocast("cpu", torch.bfloat16):
                found[rows] = self([texts[row] for row in rows]).float().numpy()
        self.train()
        return found


def begin(pairs: list[Pair], tokenizer: Tokenizer, teacher: Path) -> Student:
    """The teacher with the new vocabulary: known pieces keep their vectors, new ones start from their translations."""
    bert = BertModel.from_pretrained(str(teacher), attn_implementation="eager", local_files_only=True)
    old = Tokenizer.from_file(str(teacher / "tokenizer.json")).get_vocab()
    pieces = vocabulary.pieces(tokenizer)
    kept = next(number for number, piece in enumerate(pieces) if piece not in old)
    known = bert.embeddings.word_embeddings.weight.detach().numpy()[[old[piece] for piece in pieces[:kept]]]
    german, english = (
        [one.ids for one in tokenizer.encode_batch(texts, add_special_tokens=False)]
        for texts in ([pair.de for pair in pairs], [pair.en for pair in pairs])
    )
    table = alignment.translations(german, english, len(pieces))
    new = alignment.starts(table, known)[kept:]
    bert.embeddings.word_embeddings = SplitEmbedding(  # type: ignore[assignment]
        torch.from_numpy(known), torch.from_numpy(new)
    )
    return Student(bert, tokenizer)


def teach(student: Student, stage: Stage) -> None:
    """Learn from the stage's lessons."""
    chance = random.Random(stage.seed)  # noqa: S311
    optimizer = _optimizer(student, stage.rates)
    peaks = [group["lr"] for group in optimizer.param_groups]
    topics = _Topics(stage) if stage.own else None
    student.train()
    seen, step, began = 0, 0, time.monotonic()
    while seen < stage.texts:
        for batch in _stream(stage, chance):
            own = topics.some(chance) if topics else []
            pace = min(seen / (0.03 * stage.fade_over), 1.0) * max(1 - seen / stage.fade_over, 0.01)
            for group, peak in zip(optimizer.param_groups, peaks, strict=True):
                group["lr"] = pace * peak
            loss = _imitation(student, batch, stage.targets, chance)
            if own:
                loss = loss + _topical(student, own, stage.targets, chance)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimizer.step()
            seen, step = seen + len(batch) + len(own), step + 1
            if step % 50 == 0:
                speed = seen / (time.monotonic() - began)
                _log.info("step %d: %d of %d texts, %.0f/s, loss %.3f", step, seen, stage.texts, speed, loss.detach())
            if seen >= stage.texts:
                break


def _optimizer(student: Student, rates: Rates) -> torch.optim.Optimizer:
    embedding = student.bert.embeddings.word_embeddings
    parts = {id(embedding.old), id(embedding.new)}
    rest = [parameter for parameter in student.parameters() if id(parameter) not in parts]
    groups = [
        {"params": [embedding.new], "lr": rates.new_rows},
        {"params": [embedding.old], "lr": rates.old_rows},
        {"params": rest, "lr": rates.layers},
    ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.0, fused=True)


def _vectors(student: Student, batch: list[Lesson], chance: random.Random) -> torch.Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        vectors: torch.Tensor = student([as_typed(lesson.text, chance) for lesson in batch])
    return vectors.float()


def _imitation(
    student: Student, batch: list[Lesson], targets: npt.NDArray[np.float16], chance: random.Random
) -> torch.Tensor:
    """Distance to the teacher's vectors, and telling them apart."""
    vectors = _vectors(student, batch, chance)
    rows = torch.tensor([lesson.target for lesson in batch])
    wanted = torch.from_numpy(targets[rows.numpy()].astype(np.float32))
    distance = 10 * (1 - (vectors * wanted).sum(1)).mean()
    same = (rows[:, None] == rows[None, :]) & ~torch.eye(len(batch), dtype=torch.bool)
    likeness = (SCALE * vectors @ wanted.T).masked_fill(same, -1e4)
    return distance + functional.cross_entropy(likeness, torch.arange(len(batch)))


def _topical(
    student: Student, batch: list[Lesson], targets: npt.NDArray[np.float16], chance: random.Random
) -> torch.Tensor:
    """Distance to the teacher's vectors where they are known, and attraction within topics."""
    batch = sorted(batch, key=lambda lesson: len(lesson.text))
    third = len(batch) // 3  # texts of like length together need less padding
    vectors = torch.cat([_vectors(student, part, chance) for part in (batch[: 2 * third], batch[2 * third :])])
    taught = [place for place, lesson in enumerate(batch) if lesson.target >= 0]
    wanted = torch.from_numpy(targets[[batch[place].target for place in taught]].astype(np.float32))
    distance = 5 * (1 - (vectors[taught] * wanted).sum(1)).mean()
    return distance + _attraction(vectors, torch.tensor([lesson.topic for lesson in batch]))


def _attraction(vectors: torch.Tensor, topics: torch.Tensor) -> torch.Tensor:
    """Supervised contrastive loss; a text without a companion of its topic only keeps the others at a distance."""
    itself = torch.eye(len(vectors), dtype=torch.bool)
    chances = functional.log_softmax((TOPIC_SCALE * vectors @ vectors.T).masked_fill(itself, -1e4), dim=1)
    friends = ((topics[:, None] == topics[None, :]) & ~itself).float()
    count = friends.sum(1)
    return -((friends * chances).sum(1)[count > 0] / count[count > 0]).mean()


class _Topics:
    """Own texts by topic, and which topics are easily confused."""

    def __init__(self, stage: Stage) -> None:
        self._texts: dict[int, list[Lesson]] = defaultdict(list)
        for lesson in stage.own:
            self._texts[lesson.topic].append(lesson)
        self._shared = [topic for topic, texts in self._texts.items() if len(texts) > 1]
        self._single = [texts[0] for texts in self._texts.values() if len(texts) == 1]
        means = np.stack([self._mean(topic, stage.targets) for topic in self._shared])
        self._neighbours = np.argsort(-means @ means.T, axis=1)

    def some(self, chance: random.Random) -> list[Lesson]:
        """80 texts: a topic and its seven neighbours, eight other topics, five texts of each or fewer; some of none."""
        first = chance.randrange(len(self._shared))
        near = self._neighbours[first, :8].tolist()
        far = chance.sample([n for n in range(len(self._shared)) if n not in near], 8)
        texts = [self._texts[self._shared[n]] for n in (*near, *far)]
        single = chance.sample(self._single, min(6, len(self._single)))
        return [lesson for group in texts for lesson in chance.sample(group, min(5, len(group)))] + single

    def _mean(self, topic: int, targets: npt.NDArray[np.float16]) -> npt.NDArray[np.float32]:
        rows = [lesson.target for lesson in self._texts[topic] if lesson.target >= 0]
        mean = targets[rows].astype(np.float32).mean(axis=0)
        unit: npt.NDArray[np.float32] = mean / np.linalg.norm(mean)
        return unit


def _stream(stage: Stage, chance: random.Random) -> Iterator[list[Lesson]]:
    """Batches of texts of like length, in random order; now and then one of English texts."""
    spare = _batches(chance.sample(stage.english, len(stage.english) // 3), chance)
    for number, batch in enumerate(_batches(stage.german, chance)):
        yield batch
        if chance.random() < _ENGLISH_SHARE / (1 - _ENGLISH_SHARE):
            yield spare[number % len(spare)]


def _batches(lessons: list[Lesson], chance: random.Random) -> list[list[Lesson]]:
    ordered = sorted(lessons, key=lambda lesson: len(lesson.text) * chance.uniform(0.9, 1.1))
    found: list[list[Lesson]] = [[]]
    for lesson in ordered:
        length = min(len(lesson.text) // 4 + 3, _MOST_TOKENS)
        if found[-1] and (len(found[-1]) >= _TEXTS_A_BATCH or length * (len(found[-1]) + 1) > _TOKENS_A_BATCH):
            found.append([])
        found[-1].append(lesson)
    chance.shuffle(found)
    return found
