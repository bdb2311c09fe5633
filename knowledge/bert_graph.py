"""A BERT sentence model as a graph for ONNX Runtime, its large matrices as 8-bit whole numbers.

Most of the time goes into four matrix products a layer. In whole numbers they take a third of the time of floats and
a quarter of the memory; everything between them stays float. Two rules make the vector of a text the same beside
whatever and, but for the rounding of floats (cosine .999), on whatever machine it is computed:

- Each token's row has a scale of its own, so a text's neighbours in a batch do not matter. All texts of a batch have
  one length, so there is no padding either.
- Weights use 7 of the 8 bits. Processors without VNNI add two products in 16 bits, and two products of 255 and 63
  always fit in there; with all 8 bits they would cut off large sums and arrive at other vectors.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

Weights = dict[str, npt.NDArray[Any]]

QUANTISATION = "int8"
"""Part of an encoder's name. Another way of computing makes other vectors, so it needs another name."""
_WEIGHT_LIMIT = 63
_TOKEN_LIMIT = 255
_OPSET, _IR = 18, 8  # old ones, so that older runtimes read the graph too
_FUSED = "com.microsoft"
"""ONNX Runtime's own operators, each several standard ones in a single pass over memory."""


def bert_graph(weights: Weights, config: dict[str, Any]) -> bytes:
    """The model `ids [texts, tokens] -> vectors [texts, dimension]`: BERT, mean over the tokens, unit length.

    `weights` and `config` as a sentence-transformers folder holds them. Raises KeyError or ValueError if they do not
    belong together.
    """
    graph = _Graph()
    bert = _Bert(graph, weights, config)
    states = bert.embedded("ids")
    for number in range(config["num_hidden_layers"]):
        states = bert.layer(states, f"encoder.layer.{number}.")
    mean = graph.add("ReduceMean", states, graph.constant(np.array([1])), keepdims=0)
    graph.add("LpNormalization", mean, output="vectors", axis=-1, p=2)
    return graph.model(dimension=config["hidden_size"])


class _Bert:
    def __init__(self, graph: _Graph, weights: Weights, config: dict[str, Any]) -> None:
        self._graph = graph
        self._weights = weights
        self._heads: int = config["num_attention_heads"]
        self._epsilon: float = config["layer_norm_eps"]

    def embedded(self, ids: str) -> str:
        """Words plus positions, normalised."""
        graph = self._graph
        words = graph.add("Gather", graph.constant(self._weights["embeddings.word_embeddings.weight"]), ids)
        places = self._float("embeddings.position_embeddings.weight")
        first_segment = self._float("embeddings.token_type_embeddings.weight")[0]
        zero = graph.constant(np.array([0]))
        length = graph.add("Shape", ids, start=1, end=2)
        position = graph.add("Slice", graph.constant(places + first_segment), zero, length, zero)
        both = graph.add("Add", graph.add("Cast", words, to=TensorProto.FLOAT), position)
        return self._normed(both, "embeddings.LayerNorm.")

    def layer(self, states: str, name: str) -> str:
        attended = self._attention(states, f"{name}attention.self.")
        states = self._added(states, attended, f"{name}attention.output.")
        inner, bias = self._product(states, f"{name}intermediate.dense")
        active = self._graph.add("BiasGelu", inner, bias, domain=_FUSED)
        return self._added(states, active, f"{name}output.")

    def _attention(self, states: str, name: str) -> str:
        all_three, bias = self._product(states, *(f"{name}{part}" for part in ("query", "key", "value")))
        parts = self._graph.add_many("Split", all_three, count=3, axis=-1, num_outputs=3)
        return self._graph.add("MultiHeadAttention", *parts, bias, domain=_FUSED, num_heads=self._heads)

    def _added(self, states: str, change: str, name: str) -> str:
        """`change`, through a matrix, added to `states`; normalised."""
        product, bias = self._product(change, f"{name}dense")
        return self._normed(self._graph.add("Add", self._graph.add("Add", product, bias), states), f"{name}LayerNorm.")

    def _product(self, states: str, *names: str) -> tuple[str, str]:
        """`states` times the matrices of `names`, side by side, and their biases, which the caller adds."""
        graph = self._graph
        matrix = np.concatenate([self._float(f"{name}.weight") for name in names]).T
        bias = np.concatenate([self._float(f"{name}.bias") for name in names])
        scales = np.maximum(np.abs(matrix).max(axis=0), np.float32(1e-12)) / np.float32(_WEIGHT_LIMIT)
        whole = np.rint(matrix / scales).astype(np.int8)
        tokens, steps, lowest = self._whole(states)
        product = graph.add(
            "MatMulIntegerToFloat",
            tokens,
            graph.constant(whole),
            graph.constant(np.float32(1)),
            graph.constant(scales),
            domain=_FUSED,
        )
        # states = tokens * steps + lowest, and the second part times a matrix is lowest times the sums of its columns.
        sums = graph.constant((whole * scales).sum(axis=0))
        return graph.add("Add", graph.add("Mul", product, steps), graph.add("Mul", lowest, sums)), graph.constant(bias)

    def _whole(self, states: str) -> tuple[str, str, str]:
        """Each token's row as whole numbers from 0 to 255, what one step is worth in that row, and what 0 stands for.

        From the lowest to the highest instead of around 0: rows have single values far out on one side.
        """
        graph = self._graph
        row = graph.constant(np.array([-1]))
        lowest, highest = (graph.add(end, states, row, keepdims=1) for end in ("ReduceMin", "ReduceMax"))
        steps = graph.add("Mul", graph.add("Sub", highest, lowest), graph.constant(np.float32(1 / _TOKEN_LIMIT)))
        rounded = graph.add("Round", graph.add("Div", graph.add("Sub", states, lowest), steps))
        return graph.add("Cast", rounded, to=TensorProto.UINT8), steps, lowest

    def _normed(self, states: str, name: str) -> str:
        scale, bias = (self._graph.constant(self._float(f"{name}{part}")) for part in ("weight", "bias"))
        return self._graph.add("LayerNormalization", states, scale, bias, axis=-1, epsilon=self._epsilon)

    def _float(self, name: str) -> npt.NDArray[np.float32]:
        return np.asarray(self._weights[name], dtype=np.float32)


class _Graph:
    """Nodes and constants under numbered names."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, value: npt.NDArray[Any] | np.generic) -> str:
        name = f"constant{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def add(self, operator: str, *inputs: str, output: str = "", domain: str = "", **attributes: Any) -> str:
        output = output or f"{operator}{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def add_many(self, operator: str, *inputs: str, count: int, **attributes: Any) -> list[str]:
        outputs = [f"{operator}{len(self._nodes)}.{number}" for number in range(count)]
        self._nodes.append(helper.make_node(operator, inputs, outputs, **attributes))
        return outputs

    def model(self, *, dimension: int) -> bytes:
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "tokens"])
        vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", dimension])
        graph = helper.make_graph(self._nodes, "bert", [ids], [vectors], self._constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        model: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=_IR).SerializeToString()
        return model
