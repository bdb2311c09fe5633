"""The encoders, on the packaged model: ours has the same architecture."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import onnxruntime
import pytest
from safetensors.numpy import load_file, save_file

from knowledge.bert import BertEncoder, runs_here
from knowledge.embeddings import DEFAULT_MODEL, ModelMissing, SentenceEncoder, model_folder, open_encoder

ROOT = Path(__file__).resolve().parents[3]
QUESTIONS = [
    "How can I pay?",
    "Where is my parcel, it should have come on Tuesday?",
    "Wie lange habe ich Zeit, um eine Bestellung zurückzuschicken?",
    "refund",
]
PASSAGE = (
    "You can return an item within 30 days of the day it arrived. Put it into its box, add the label from your "
    "account and hand it in at any shop of the carrier. We refund the price within five working days after it "
    "came back to us, by the way you paid. "
)
STRANGE = [
    "",
    " ",
    "😀🎉",
    "\x00\ufffd",
    "half a \ud83d",
    "x" * 5000,
    "ä" * 300,
    "مرحبا 你好",
    "[CLS] [SEP] [MASK]",
    PASSAGE * 40,
]
TEXTS = [*QUESTIONS, PASSAGE, PASSAGE * 2, PASSAGE * 40]


@pytest.fixture(scope="module")
def encoder() -> BertEncoder:
    return BertEncoder(model_folder("minilm"))


@pytest.fixture
def copied(tmp_path: Path) -> Callable[..., Path]:
    """A copy of the packaged model with other files in it: JSON, bytes, or None for a file that is gone."""

    def copy(**changes: Any) -> Path:
        folder, original = tmp_path / "model", model_folder("minilm")
        shutil.copytree(original, folder, ignore=shutil.ignore_patterns("*.safetensors", "*.txt", "*.md"))
        (folder / "model.safetensors").symlink_to(original / "model.safetensors")
        for name, content in changes.items():
            file = folder / name.replace("__", "/").replace("_json", ".json").replace("_safetensors", ".safetensors")
            file.unlink(missing_ok=True)
            if content is not None:
                file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return folder

    return copy


def of_the_original(name: str) -> Any:
    return json.loads((model_folder("minilm") / name).read_text())


def test_the_light_path_makes_nearly_the_vectors_of_sentence_transformers(encoder: BertEncoder):
    theirs = SentenceEncoder("minilm").encode(TEXTS)
    likeness = (encoder.encode(TEXTS) * theirs).sum(axis=1)
    assert likeness.min() > 0.99
    assert likeness.mean() > 0.995


def test_texts_are_as_like_each_other_as_by_sentence_transformers(encoder: BertEncoder):
    ours, theirs = encoder.encode(TEXTS), SentenceEncoder("minilm").encode(TEXTS)
    assert np.abs(ours @ ours.T - theirs @ theirs.T).max() < 0.02


def test_a_text_has_one_vector_alone_and_among_others(encoder: BertEncoder):
    texts = [*TEXTS, *STRANGE, *(f"{PASSAGE} {number}" for number in range(9))]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-5
    assert np.abs(encoder.encode(texts[::-1])[::-1] - together).max() < 1e-5


@pytest.mark.parametrize("text", STRANGE)
def test_strange_texts_have_vectors_too(encoder: BertEncoder, text: str):
    [vector] = encoder.encode([text])
    assert float(vector @ vector) == pytest.approx(1, abs=1e-5)


def test_vectors_are_unit_rows_of_the_models_dimension(encoder: BertEncoder):
    vectors = encoder.encode(TEXTS)
    assert (vectors.shape, vectors.dtype, encoder.dimension) == ((len(TEXTS), 384), np.float32, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert encoder.encode([]).shape == (0, 384)


def test_a_text_counts_up_to_the_models_length(encoder: BertEncoder):
    start = "payment " * 300
    assert np.array_equal(encoder.encode([start]), encoder.encode([start + "and a parcel"]))
    assert not np.array_equal(encoder.encode(["payment"]), encoder.encode(["payment and a parcel"]))


def test_many_threads_get_the_vectors_that_one_gets(encoder: BertEncoder):
    expected = encoder.encode(TEXTS)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: encoder.encode(TEXTS), range(16)))
    assert max(np.abs(vectors - expected).max() for vectors in found) < 1e-5


def test_a_question_does_not_wait_for_a_build(encoder: BertEncoder):
    build = Thread(target=encoder.encode, args=([f"{number} {PASSAGE}" for number in range(200)],))
    build.start()
    encoder.encode(["How can I pay?"])
    assert build.is_alive()
    build.join()


def test_weights_of_half_the_precision_make_nearly_the_same_vectors(encoder: BertEncoder, copied: Callable[..., Path]):
    folder = copied(model_safetensors=None)
    weights = load_file(model_folder("minilm") / "model.safetensors")
    halves = {name: value.astype(np.float16) for name, value in weights.items() if value.dtype == np.float32}
    save_file(halves, folder / "model.safetensors")
    half = BertEncoder(folder)
    assert (half.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1).min() > 0.995
    assert half.name != encoder.name


def test_the_light_path_imports_no_torch():
    program = (
        "import sys; from knowledge.embeddings import open_encoder; open_encoder('minilm').encode(['How can I pay?']);"
        "print({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_name_follows_the_content_of_the_folder(encoder: BertEncoder, copied: Callable[..., Path]):
    name = BertEncoder(copied()).name
    assert "/model@" in name
    assert encoder.name == BertEncoder(encoder.folder).name
    assert name != encoder.name  # the copy lacks a file
    assert encoder.name != SentenceEncoder("minilm").name  # vectors of two ways must not be compared


def test_the_default_model_takes_the_light_path():
    assert isinstance(open_encoder(), BertEncoder)
    assert isinstance(open_encoder(DEFAULT_MODEL), BertEncoder)


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("1_Pooling__config_json", {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}),
        ("1_Pooling__config_json", {"pooling_mode_max_tokens": True}),
        ("config_json", {"model_type": "mpnet"}),
        ("config_json", {"hidden_act": "relu"}),
        ("config_json", {"position_embedding_type": "relative_key"}),
        ("sentence_bert_config_json", {"do_lower_case": True}),
        ("config_sentence_transformers_json", {"default_prompt_name": "query"}),
    ],
)
def test_a_model_that_computes_otherwise_is_left_to_sentence_transformers(
    copied: Callable[..., Path], file: str, change: dict[str, Any]
):
    original = of_the_original(file.replace("__", "/").replace("_json", ".json"))
    folder = copied(**{file: original | change})
    assert isinstance(open_encoder(str(folder)), SentenceEncoder)


def test_a_folder_of_todays_sentence_transformers_takes_the_light_path(copied: Callable[..., Path]):
    modules = of_the_original("modules.json")
    modules[0]["type"] = "sentence_transformers.base.modules.transformer.Transformer"
    folder = copied(
        modules_json=modules, **{"1_Pooling__config_json": {"embedding_dimension": 384, "pooling_mode": "mean"}}
    )
    assert runs_here(folder)
    (folder / "modules.json").write_text(json.dumps(modules[:2]))  # no Normalize
    assert not runs_here(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"model_safetensors": b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "},
        {"model_safetensors": b"no weights"},
        {"model_safetensors": None},
        {"tokenizer_json": None},
        {"tokenizer_json": b"{}"},
        {"config_json": b"{"},
        {"config_json": None},
        {"config_json": ["a list"]},
        {"modules_json": {"no": "list"}},
        {"modules_json": b"\xff\xfe"},
        {"1_Pooling__config_json": None},
    ],
)
def test_a_damaged_folder_is_refused(copied: Callable[..., Path], changes: dict[str, Any]):
    folder = copied(**changes)
    with pytest.raises(ModelMissing, match=r"the model in .*/model is damaged: ."):
        open_encoder(str(folder))


@pytest.mark.parametrize("change", [{"hidden_size": 768}, {"num_hidden_layers": 7}, {"num_attention_heads": 7}])
def test_weights_that_belong_to_another_model_are_refused(copied: Callable[..., Path], change: dict[str, int]):
    folder = copied(config_json=of_the_original("config.json") | change)
    with pytest.raises(ModelMissing, match="is damaged"):
        open_encoder(str(folder))


def test_a_tokenizer_of_another_model_is_refused(copied: Callable[..., Path]):
    tokenizer = of_the_original("tokenizer.json")
    tokenizer["model"]["vocab"]["onewordtoomany"] = len(tokenizer["model"]["vocab"])
    folder = copied(tokenizer_json=tokenizer)
    with pytest.raises(ModelMissing, match="more words"):
        open_encoder(str(folder))


def test_weights_that_are_no_numbers_are_refused(copied: Callable[..., Path]):
    folder = copied(model_safetensors=None)
    weights = load_file(model_folder("minilm") / "model.safetensors")
    weights["embeddings.LayerNorm.bias"][:] = np.nan
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(ModelMissing, match="no numbers"):
        open_encoder(str(folder))


def test_a_folder_without_a_model_is_named(tmp_path: Path):
    with pytest.raises(ModelMissing, match=f"KULANZ_EMBEDDING_MODEL={tmp_path}"):
        open_encoder(str(tmp_path))


def test_the_runtime_of_the_model_has_nobody_to_report_to():
    folder = Path(onnxruntime.__file__).parent / "capi"
    libraries = list(folder.glob("*.so*")) + list(folder.glob("*.dylib"))
    assert libraries
    assert [library.name for library in libraries if b"events.data.microsoft" in library.read_bytes()] == []
