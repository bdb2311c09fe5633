"""Which intent a message has: two logistic regressions, one on its meaning and one on its letters, mixed and calibrated.

Learning needs scikit-learn; reading needs numpy alone.
"""

import json
from pathlib import Path
from typing import List, Sequence

import numpy as np
import numpy.typing as npt

from components.ngrams import Vocabulary

Matrix = npt.NDArray[np.float32]

MEANING_SHARE = 0.5
"""Of the mean of log probabilities; the letters have the rest."""
TERMS, TERM_SPREAD = 30_000, 3
"""N-grams kept at most, and in how many utterances each must occur."""
TEMPERATURE = 0.6
"""Makes 80 % mean eight times in ten: the best one on held-out utterances, and `make bench-nlu` measures what is left."""
_SEED = 7
_LEAST = 1e-6
"""No intent is impossible."""


class IntentModel:
    """Learned weights. Probabilities of all intents for each message."""

    def __init__(
        self,
        intents: List[str],
        vocabulary: Vocabulary,
        meaning: Matrix,
        letters: npt.NDArray[np.float16],
    ) -> None:
        """`meaning` and `letters`: a row a feature and a last one for the bias, a column an intent."""
        self.intents = intents
        self._vocabulary, self._meaning, self._letters = vocabulary, meaning, letters

    @classmethod
    def learn(cls, texts: List[str], vectors: Matrix, intents: List[str]) -> "IntentModel":
        """Learn from utterances, their sentence vectors and their intents."""
        names = sorted(set(intents))
        truth = np.searchsorted(names, intents)
        vocabulary = Vocabulary.learn(texts, TERM_SPREAD, TERMS)
        meaning = regression(vectors, truth, rounds=12)
        letters = regression(vocabulary.matrix(texts), truth, rounds=8)
        return cls(names, vocabulary, meaning, letters.astype(np.float16))

    def probabilities(self, texts: Sequence[str], vectors: Matrix) -> Matrix:
        """A row a message, a column an intent, in the order of `intents`."""
        return softmax(self.scores(texts, vectors) / TEMPERATURE)

    def scores(self, texts: Sequence[str], vectors: Matrix) -> Matrix:
        """Mixed log probabilities, not calibrated."""
        by_meaning = log_shares(vectors @ self._meaning[:-1] + self._meaning[-1])
        by_letters = log_shares(np.array([self._letter_scores(text) for text in texts], dtype=np.float32))
        mixed: Matrix = MEANING_SHARE * by_meaning + (1 - MEANING_SHARE) * by_letters
        return mixed

    def _letter_scores(self, text: str) -> Matrix:
        numbers, weights = self._vocabulary.weigh(text)
        found: Matrix = weights @ self._letters[numbers].astype(np.float32) + self._letters[-1]
        return found

    def save(self, folder: Path) -> None:
        """Numbers and texts only: nothing in these files is ever executed."""
        np.savez(folder / "weights.npz", meaning=self._meaning, letters=self._letters, rarity=self._vocabulary.rarity)
        words = {"intents": self.intents, "terms": self._vocabulary.terms}
        (folder / "words.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> "IntentModel":
        words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as weights:
            vocabulary = Vocabulary(words["terms"], weights["rarity"])
            return cls(words["intents"], vocabulary, weights["meaning"], weights["letters"])


def regression(features: npt.ArrayLike, truth: npt.NDArray[np.int64], rounds: int) -> Matrix:
    """Weights of one logistic regression for each of three or more classes, averaged over the steps of gradient descent;
    the bias in the last row. Classes with many examples count somewhat less: out of scope has eight times a topic's.
    """
    from sklearn.linear_model import SGDClassifier

    counts = np.bincount(truth)
    learner = SGDClassifier(
        loss="log_loss",
        alpha=1e-5,
        max_iter=rounds,
        tol=None,
        average=True,
        random_state=_SEED,
        n_jobs=2,
        class_weight=dict(enumerate(np.sqrt(np.median(counts) / counts))),
    )
    learner.fit(features, truth)
    return np.vstack([learner.coef_.T, learner.intercept_]).astype(np.float32)


def log_shares(scores: Matrix) -> Matrix:
    """Each class answers yes or no by itself; the logarithm of its share of all the yes."""
    yes = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
    shares: Matrix = np.log(yes / yes.sum(axis=1, keepdims=True) + _LEAST)
    return shares


def softmax(scores: Matrix) -> Matrix:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return shares
