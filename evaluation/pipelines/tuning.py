"""Tune the sentence encoder so that the intents of the training phrases lie apart."""
from __future__ import annotations

import sys
from typing import Iterator, Sequence

import numpy as np
import tensorflow as tf  # type: ignore[import-untyped]
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm

from evaluation.pipelines.bert import Bert
from evaluation.pipelines.lines import Line
from spinebot.nlu.encoder_export import WIDTH
from spinebot.nlu.features import normalise
from spinebot.paths import ENCODER, TOKENIZER_FILE

BATCH, TOKENS = 32, 96
RATE, HEAD_RATE = 2e-4, 2e-3  # the classifier on top starts from nothing and learns faster
WARM_UP = 0.06  # of the steps
DECAY, SMOOTHING, DROPOUT = 0.01, 0.05, 0.1
SHARPNESS = 6.0  # of unit vectors under a softmax
SLIPS = 0.15  # of the phrases get a typing slip each time they are seen


class _Ramp(tf.keras.optimizers.schedules.LearningRateSchedule):
    """Up in a straight line, then down to nearly nothing."""

    def __init__(self, peak: float, steps: int) -> None:
        self._peak, self._steps = peak, float(steps)

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        """The rate of one step."""
        done = tf.cast(step, tf.float32) / self._steps
        return self._peak * tf.minimum(done / WARM_UP + 1 / self._steps,
                                       tf.maximum(0.02, 1 - done))


class _Tuner:
    """Encoder and a linear classifier on its views, learning together."""

    def __init__(self, bert: Bert, intents: int, steps: int) -> None:
        self._bert, self._intents = bert, intents
        draw = np.random.default_rng(0)
        self._head = [tf.Variable(draw.normal(0, 0.02, (WIDTH, intents)).astype(np.float32)),
                      tf.Variable(np.zeros(intents, np.float32))]
        self._body = list(bert.layers.values())
        self._optimisers = [
            tf.keras.optimizers.AdamW(_Ramp(rate, steps), weight_decay=DECAY, epsilon=1e-8)
            for rate in (RATE, HEAD_RATE)]
        for optimiser, variables in zip(self._optimisers, (self._body, self._head)):
            optimiser.build(variables)
        self.step = tf.function(self._step, input_signature=[
            tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([None, None], tf.int32),
            tf.TensorSpec([None], tf.int32)])

    def _step(self, ids: tf.Tensor, mask: tf.Tensor, wanted: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            views = tf.nn.dropout(self._bert.views(ids, mask, DROPOUT), DROPOUT) * SHARPNESS
            margins = tf.matmul(views, self._head[0]) + self._head[1]
            targets = (tf.one_hot(wanted, self._intents) * (1 - SMOOTHING)
                       + SMOOTHING / self._intents)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, margins))
        gradients, _ = tf.clip_by_global_norm(
            tape.gradient(loss, [*self._body, *self._head]), 1.0)
        for optimiser, part, variables in zip(
                self._optimisers, (gradients[:len(self._body)], gradients[len(self._body):]),
                (self._body, self._head)):
            optimiser.apply_gradients(zip(part, variables))
        return loss


def tune(weights: dict[str, NDArray[np.float32]], lines: Sequence[Line],
         epochs: int) -> dict[str, NDArray[np.float32]]:
    """The encoder's weights after `epochs` rounds over the lines, under the same names.

    Args:
        weights: as `encoder_export.published_weights` gives them.
        lines: phrases with intents.
        epochs: rounds over all lines.
    """
    tf.keras.utils.set_random_seed(0)
    draw = np.random.default_rng(1)
    tokenizer = Tokenizer.from_file(str(ENCODER / TOKENIZER_FILE))
    tokenizer.enable_truncation(TOKENS)
    tokenizer.enable_padding()
    texts = [normalise(line.text) for line in lines]
    intents = sorted({str(line.intent) for line in lines})
    wanted = np.array([intents.index(str(line.intent)) for line in lines], np.int32)
    batches = -(-len(texts) // BATCH)
    bert = Bert(weights)
    tuner = _Tuner(bert, len(intents), epochs * batches)
    for epoch in range(epochs):
        losses = []
        shown = tqdm(_batches(texts, draw), f"  tuning {epoch + 1}/{epochs}", batches,
                     file=sys.stderr)
        for places in shown:
            encodings = tokenizer.encode_batch([_slip(texts[place], draw) for place in places])
            ids = np.array([encoding.ids for encoding in encodings], np.int32)
            mask = np.array([encoding.attention_mask for encoding in encodings], np.int32)
            losses.append(float(tuner.step(ids, mask, wanted[places])))
            shown.set_postfix(loss=f"{np.mean(losses):.3f}")
    return weights | {name: value.numpy() for name, value in bert.layers.items()}


def _batches(texts: Sequence[str], draw: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Places of texts, in batches of nearly the same length: little padding."""
    lengths = np.array([len(text) for text in texts]) * (1 + 0.3 * draw.random(len(texts)))
    order = np.argsort(lengths)
    starts = np.arange(0, len(order), BATCH)
    draw.shuffle(starts)
    for start in starts:
        yield order[start:start + BATCH]


def _slip(text: str, draw: np.random.Generator) -> str:
    """The text, now and then with a letter lost, doubled, swapped, or a blank lost."""
    if len(text) <= 8 or draw.random() > SLIPS:
        return text
    place = int(draw.integers(1, len(text) - 2))
    before, letter, following, after = (text[:place], text[place], text[place + 1],
                                        text[place + 2:])
    return str(draw.choice([before + following + after, before + 2 * letter + following + after,
                            before + following + letter + after, text.replace(" ", "", 1)]))
