"""A BERT sentence model run from its folder without torch: 100 MB of libraries, not 800, and several times as fast.

Needs `tokenizers`, `safetensors`, `numpy`, `onnx` and `onnxruntime`, nothing of ours but bert_graph.py, and Python
3.10, so that Rasa's environment can use it too. `runs_here` says which folders it understands.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
_TOKENS_A_BATCH = 512
"""What fits into a core's caches; larger batches are slower. About 40 ms of work."""
_MODULES = ["Transformer", "Pooling", "Normalize"]


class ModelMissing(Exception):
    """The set model is not on this machine, or not whole."""


class BertEncoder:
    """BERT, mean of the tokens, unit length. Loaded at once; may be used by any number of threads at a time."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelMissing if the folder is damaged."""
        self.folder = folder
        try:
            self._open(_json(folder / "config.json"))
            [vector] = self.encode(["warm up"])
        except ImportError:
            raise
        # tokenizers and onnxruntime raise Exception itself and kinds of their own.
        except Exception as error:
            raise ModelMissing(f"the model in {folder} is damaged: {error}") from error
        if not np.isclose(vector @ vector, 1, atol=1e-3):
            raise ModelMissing(f"the model in {folder} is damaged: its vectors are no numbers")

    @cached_property
    def name(self) -> str:
        from knowledge.bert_graph import QUANTISATION

        return f"{self.folder.parent.name}/{self.folder.name}@{fingerprint(self.folder)}+{QUANTISATION}"

    def encode(self, texts: list[str]) -> Vectors:
        """Unit vectors, one row a text: the same row for a text alone or among others."""
        readable = [text.encode("utf-8", "replace").decode() for text in texts]  # half a surrogate pair has no UTF-8
        tokens = [self._tokenizer.encode(text).ids for text in readable]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)

        def run(numbers: list[int]) -> None:
            ids = np.array([tokens[number] for number in numbers], dtype=np.int64)
            [vectors[numbers]] = self._session.run(["vectors"], {"ids": ids})

        batches = list(_batches([len(ids) for ids in tokens]))
        if len(batches) < 2:  # a question: no thread is worth its start
            for batch in batches:
                run(batch)
        else:
            with ThreadPoolExecutor(os.cpu_count(), "embedding") as pool:
                list(pool.map(run, batches))
        return vectors

    def _open(self, config: dict[str, Any]) -> None:
        import onnxruntime
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        from knowledge.bert_graph import bert_graph

        self.dimension: int = config["hidden_size"]
        self._tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_most_tokens(self.folder, config))
        weights = load_file(self.folder / "model.safetensors")
        if self._tokenizer.get_vocab_size() > len(weights["embeddings.word_embeddings.weight"]):
            raise ValueError("tokenizer.json knows more words than model.safetensors")
        graph = bert_graph(weights, config)
        del weights  # before the runtime makes its own copy
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a batch, a thread; many batches run side by side
        # Beyond the basics, the runtime would join addition and norm into an operator that takes ten times as long.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.enable_mem_pattern = False  # it remembers every shape, and texts come in all of them
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def runs_here(folder: Path) -> bool:
    """Whether `BertEncoder` computes what the folder says. Raises ModelMissing if it says nothing readable."""
    try:
        return _is_plain_bert(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelMissing(f"the model in {folder} is damaged: {error}") from error


def fingerprint(folder: Path) -> str:
    """The same for the same files, whatever the folder is called. Papers beside the model do not count."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md"):
        digest.update(path.relative_to(folder).as_posix().encode())
        content = hashlib.sha256()
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                content.update(block)
        digest.update(content.digest())
    return digest.hexdigest()[:12]


def _is_plain_bert(folder: Path) -> bool:
    modules = _json(folder / "modules.json")
    if [module["type"].rsplit(".", 1)[-1] for module in modules] != _MODULES:
        return False
    config = _json(folder / modules[0]["path"] / "config.json")
    pooling = _json(folder / modules[1]["path"] / "config.json")
    prompt = _json(folder / "config_sentence_transformers.json", missing={}).get("default_prompt_name")
    sentences = _json(folder / "sentence_bert_config.json", missing={})
    pickled = any(folder.glob("*.bin")) and not (folder / "model.safetensors").is_file()
    return (
        config["model_type"] == "bert"
        and config["hidden_act"] == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and _means(pooling)
        and not (modules[0]["path"] or prompt or sentences.get("do_lower_case") or pickled)
    )


def _means(pooling: dict[str, Any]) -> bool:
    """Older folders have a switch for each way of pooling, newer ones a name."""
    switched_on = [key for key, value in pooling.items() if key.startswith("pooling_mode_") and value is True]
    return pooling.get("pooling_mode") == "mean" or switched_on == ["pooling_mode_mean_tokens"]


def _most_tokens(folder: Path, config: dict[str, Any]) -> int:
    set_here = _json(folder / "sentence_bert_config.json", missing={}).get("max_seq_length")
    by_tokenizer = _json(folder / "tokenizer_config.json", missing={}).get("model_max_length")
    positions: int = config["max_position_embeddings"]
    return min(set_here or by_tokenizer or positions, positions)


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Numbers of texts; those of a batch have one length."""
    shortest_first = sorted(range(len(lengths)), key=lengths.__getitem__)
    for length, group in groupby(shortest_first, key=lengths.__getitem__):
        alike, count = list(group), max(1, _TOKENS_A_BATCH // length)
        yield from (alike[at : at + count] for at in range(0, len(alike), count))


def _json(path: Path, missing: Any = None) -> Any:
    if missing is not None and not path.is_file():
        return missing
    return json.loads(path.read_text(encoding="utf-8"))
