"""The sentence encoder in TensorFlow, so that its layers can be tuned."""
from __future__ import annotations

import math

import numpy as np
import tensorflow as tf  # type: ignore[import-untyped]
from numpy.typing import NDArray

from spinebot.nlu.encoder_export import HEAD_WIDTH, HEADS, LAYERS, MIDDLE_LAYER

FAR = -1e4  # added where there is padding


class Bert:
    """The graph of `encoder_export` with weights that can change; embeddings stay as they are.

    Attributes:
        layers: the tunable weights of the six layers under their published names.
    """

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self.layers = {name: tf.Variable(value) for name, value in weights.items()
                       if name.startswith("encoder.")}
        self._weights = {name: tf.constant(value) for name, value in weights.items()
                         if name.startswith("embeddings.")} | self.layers

    def views(self, ids: tf.Tensor, mask: tf.Tensor, dropout: float) -> tf.Tensor:
        """Five unit vectors a sentence, side by side, as the exported encoder gives them."""
        present = tf.cast(mask, tf.float32)
        blocked = (1 - present)[:, None, None, :] * FAR
        hidden = middle = tf.nn.dropout(self._embedded(ids), dropout)
        for layer in range(LAYERS):
            hidden = self._layer(f"encoder.layer.{layer}", hidden, blocked, dropout)
            if layer == MIDDLE_LAYER:
                middle = hidden
        column = present[:, :, None]
        pooled = [_mean(hidden, column), _maximum(hidden, column), hidden[:, 0],
                  _mean(middle, column), _maximum(middle, column)]
        return tf.concat([tf.math.l2_normalize(view, 1) for view in pooled], 1)

    def _embedded(self, ids: tf.Tensor) -> tf.Tensor:
        words = tf.gather(self._weights["embeddings.word_embeddings.weight"], ids)
        places = self._weights["embeddings.position_embeddings.weight"][:tf.shape(ids)[1]]
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        return self._norm("embeddings.LayerNorm", words + places + kind)

    def _layer(self, name: str, value: tf.Tensor, blocked: tf.Tensor,
               dropout: float) -> tf.Tensor:
        query, key, content = (self._heads(f"{name}.attention.self.{part}", value)
                               for part in ("query", "key", "value"))
        scores = tf.matmul(query, key, transpose_b=True) / math.sqrt(HEAD_WIDTH)
        weights = tf.nn.dropout(tf.nn.softmax(scores + blocked), dropout)
        mixed = tf.transpose(tf.matmul(weights, content), [0, 2, 1, 3])
        joined = self._dense(f"{name}.attention.output.dense",
                             tf.reshape(mixed, tf.shape(value)))
        attended = self._norm(f"{name}.attention.output.LayerNorm",
                              tf.nn.dropout(joined, dropout) + value)
        inner = tf.nn.gelu(self._dense(f"{name}.intermediate.dense", attended))
        outer = self._dense(f"{name}.output.dense", inner)
        return self._norm(f"{name}.output.LayerNorm", tf.nn.dropout(outer, dropout) + attended)

    def _heads(self, name: str, value: tf.Tensor) -> tf.Tensor:
        shape = tf.shape(value)
        split = tf.reshape(self._dense(name, value), [shape[0], shape[1], HEADS, HEAD_WIDTH])
        return tf.transpose(split, [0, 2, 1, 3])

    def _dense(self, name: str, value: tf.Tensor) -> tf.Tensor:
        kernel, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        flat = tf.matmul(tf.reshape(value, [-1, kernel.shape[1]]), kernel, transpose_b=True)
        shape = tf.concat([tf.shape(value)[:-1], [kernel.shape[0]]], 0)
        return tf.reshape(flat + bias, shape)

    def _norm(self, name: str, value: tf.Tensor) -> tf.Tensor:
        mean, variance = tf.nn.moments(value, [-1], keepdims=True)
        scaled = (value - mean) * tf.math.rsqrt(variance + 1e-12)
        return scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def _mean(hidden: tf.Tensor, present: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(hidden * present, 1) / tf.reduce_sum(present, 1)


def _maximum(hidden: tf.Tensor, present: tf.Tensor) -> tf.Tensor:
    return tf.reduce_max(hidden + (1 - present) * FAR, 1)
