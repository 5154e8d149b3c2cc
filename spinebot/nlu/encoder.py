"""Sentence vectors from the exported MiniLM encoder, on one thread, cached by text."""
from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import Callable, Optional, Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from spinebot.nlu.encoder_export import WIDTH
from spinebot.paths import ENCODER, GRAPH_FILE, TOKENIZER_FILE, encoder_exported

MAX_TOKENS = 128  # the length the encoder was trained for
CACHED_TEXTS = 10_000  # about 80 MB; quick replies and repeated phrases cost nothing


class EncoderMissing(RuntimeError):
    """The exported encoder is not in `models/encoder`."""


class Encoder:
    """all-MiniLM-L6-v2, quantised to int8, run by ONNX Runtime."""

    def __init__(self, folder: Path) -> None:
        if not encoder_exported(folder):
            raise EncoderMissing(f"No encoder in models/{folder.name}; run `make train`.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors only
        self._session = onnxruntime.InferenceSession(
            str(folder / GRAPH_FILE), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()  # its file pads every text to 128 pieces
        self._cache: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def encode(self, texts: Sequence[str],
               progress: Optional[Callable[[int], object]] = None) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), WIDTH), in the order of `texts`: five unit views each.

        Args:
                texts: messages; only the first 128 word pieces of each are read.
            progress: called with the number of texts finished in each step.
        """
        vectors: dict[str, NDArray[np.float32]] = {}
        for text in {text for text in texts if text not in self._cache}:
            vectors[text] = self._run(text)
            if progress:
                progress(1)
        found = np.zeros((len(texts), WIDTH), np.float32)
        for row, text in enumerate(texts):
            found[row] = vectors[text] if text in vectors else self._cache[text]
        self._remember(vectors)
        return found

    def _run(self, text: str) -> NDArray[np.float32]:
        # One text at a time: the int8 scale is taken over the whole batch, so that a vector
        # would depend on its neighbours (0.7 % of 9,035 texts crossed the gate's threshold).
        encoding = self._tokenizer.encode(text)
        feed = {"input_ids": np.array([encoding.ids], np.int64),
                "attention_mask": np.array([encoding.attention_mask], np.int64)}
        vector: NDArray[np.float32] = self._session.run(None, feed)[0][0]
        return vector

    def _remember(self, vectors: dict[str, NDArray[np.float32]]) -> None:
        self._cache.update(vectors)
        while len(self._cache) > CACHED_TEXTS:
            self._cache.popitem(last=False)


@lru_cache(maxsize=1)
def shared_encoder(folder: Path = ENCODER) -> Encoder:
    """The one encoder of this process, so that its components share weights and cache."""
    return Encoder(folder)
