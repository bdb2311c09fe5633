"""The teacher's vectors: what each English text means, computed once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

Vectors = npt.NDArray[np.float16]
MAX_TOKENS = 96
_BATCH = 128
_log = logging.getLogger(__name__)


def encode(texts: list[str], teacher: Path) -> Vectors:
    """Unit vectors, one row a text, float16 (cosine to float32: 1.000). Computed in bfloat16."""
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(teacher), device="cpu", local_files_only=True).to(torch.bfloat16)
    model.max_seq_length = MAX_TOKENS
    order = np.argsort([len(text) for text in texts], kind="stable")
    vectors = np.zeros((len(texts), model.get_embedding_dimension() or 0), dtype=np.float16)
    for at in range(0, len(order), 40 * _BATCH):
        rows = order[at : at + 40 * _BATCH]
        found = model.encode(
            [texts[row] for row in rows], batch_size=_BATCH, show_progress_bar=False, convert_to_tensor=True
        )
        unit = torch.nn.functional.normalize(found.float(), dim=1)
        vectors[rows] = unit.numpy().astype(np.float16)
        _log.info("teacher: %d of %d texts", at + len(rows), len(texts))
    return vectors
