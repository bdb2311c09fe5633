"""The finished student as a folder that `SentenceTransformer(folder)` opens: 16-bit weights, tokenizer, pooling."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import save_file

from knowledge.training import vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.training.student import Student

POSITIONS = 256
"""Rows of position vectors that are kept; the student reads at most `vocabulary.MAX_TOKENS` pieces."""
_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]


def write(student: Student, folder: Path) -> None:
    """Write the model's files. What else is in the folder (the model card) stays."""
    config = student.bert.config
    folder.mkdir(parents=True, exist_ok=True)
    save_file(_weights(student), str(folder / "model.safetensors"), metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    _write(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",  # to compute in: 16-bit weights are only stored so
            "vocab_size": student.tokenizer.get_vocab_size(),
            "hidden_size": config.hidden_size,
            "num_hidden_layers": config.num_hidden_layers,
            "num_attention_heads": config.num_attention_heads,
            "intermediate_size": config.intermediate_size,
            "hidden_act": config.hidden_act,
            "layer_norm_eps": config.layer_norm_eps,
            "max_position_embeddings": POSITIONS,
            "type_vocab_size": config.type_vocab_size,
            "pad_token_id": 0,
        },
    )
    _write(folder / "modules.json", _MODULES)
    _write(folder / "sentence_bert_config.json", {"max_seq_length": vocabulary.MAX_TOKENS, "do_lower_case": False})
    pooling = {"word_embedding_dimension": config.hidden_size, "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling").mkdir(exist_ok=True)
    _write(folder / "1_Pooling" / "config.json", pooling)
    student.tokenizer.no_padding()
    student.tokenizer.no_truncation()
    vocabulary.save(student.tokenizer, folder)


def _weights(student: Student) -> dict[str, torch.Tensor]:
    embedding = student.bert.embeddings.word_embeddings
    found = {"embeddings.word_embeddings.weight": embedding.weight}
    for name, tensor in student.bert.state_dict().items():
        if "word_embeddings" not in name and "position_ids" not in name and "token_type_ids" not in name:
            found[name] = tensor[:POSITIONS] if "position_embeddings" in name else tensor
    return {name: tensor.detach().to(torch.float16).contiguous().clone() for name, tensor in found.items()}


def _write(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
