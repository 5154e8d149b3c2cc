"""One feature row a message: sentence vectors, hashed n-grams, and what the rules found.

The encoder carries meaning, the n-grams carry spelling (typos, Hinglish, names of drugs), the
rules carry negation: the classifiers learn how far to trust each. Hashing keeps no vocabulary,
so a model file holds nothing but weights.
"""
from __future__ import annotations

import re
import unicodedata
from typing import Callable, Optional, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from spinebot.nlu.encoder import Encoder
from spinebot.red_flags.findings import CONTEXTS, NO, QUESTIONS, YES, find

CHARACTER_BUCKETS, WORD_BUCKETS = 2 ** 15, 2 ** 14
RULE_COLUMNS = 2 * len(QUESTIONS) + len(CONTEXTS) + 2
RULE_WEIGHT = 0.5  # half a unit vector's weight; chosen with docs/decisions/language-pipeline.md

_ELONGATED = re.compile(r"(\w)\1{2,}")
_EMOJI, _VARIATION = ("So", "Sk"), "\ufe0f"  # pictures, skin tones; "show it as a picture"
CHARACTERS = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), norm="l2",
                               n_features=CHARACTER_BUCKETS, lowercase=False, dtype=np.float32)
WORDS = HashingVectorizer(analyzer="word", ngram_range=(1, 2), token_pattern=r"[^\W_]+|[^\w\s]",
                          norm="l2", n_features=WORD_BUCKETS, lowercase=False, dtype=np.float32)


def normalise(text: str) -> str:
    """Lower case, compatible characters, straight quotes, no stretched letters or odd blanks.

    Emoji go where words are left: they say how somebody feels, not what they have.
    """
    text = unicodedata.normalize("NFKC", text).replace("’", "'").lower()
    bare = _without_emoji(text)
    chosen = bare if any(map(str.isalnum, bare)) else text
    return " ".join(_ELONGATED.sub(r"\1\1", chosen).split())


def _without_emoji(text: str) -> str:
    return "".join(" " if unicodedata.category(sign) in _EMOJI or sign == _VARIATION else sign
                   for sign in text)


def featurise(encoder: Encoder, texts: Sequence[str],
              progress: Optional[Callable[[int], object]] = None) -> csr_matrix:
    """Sparse rows, one a text, in the order of `texts`.

    Args:
        encoder: gives the sentence vectors.
        texts: messages as the visitor wrote them.
        progress: called with the number of texts encoded in each step.
    """
    clean = [normalise(text) for text in texts]
    return _beside(encoder.encode(clean, progress),
                   [CHARACTERS.transform(clean), WORDS.transform(clean)], _rule_rows(texts))


def _beside(first: NDArray[np.float32], middle: Sequence[csr_matrix],
            last: NDArray[np.float32]) -> csr_matrix:
    """The blocks side by side; scipy's own hstack takes a third of the time of a message."""
    ends = np.cumsum([first.shape[1], *(block.shape[1] for block in middle), last.shape[1]])
    columns, values, places = [], [], [0]
    for row in range(len(first)):
        columns.append(np.arange(ends[0]))
        values.append(first[row])
        for block, start in zip(middle, ends):
            chosen = slice(block.indptr[row], block.indptr[row + 1])
            columns.append(block.indices[chosen] + start)
            values.append(block.data[chosen])
        columns.append(np.arange(ends[-2], ends[-1]))
        values.append(last[row])
        places.append(places[-1] + sum(map(len, columns[-len(middle) - 2:])))
    return csr_matrix((np.concatenate(values), np.concatenate(columns), places),
                      shape=(len(first), ends[-1]))


def _rule_rows(texts: Sequence[str]) -> NDArray[np.float32]:
    """Two columns a finding (said to be present, said to be absent), one a context, one for a
    person spoken of, one for a time of onset."""
    rows = []
    for text in texts:
        found = find(text)
        rows.append([*(found.values.get(question) == value
                       for question in QUESTIONS for value in (YES, NO)),
                     *(context in found.contexts for context in CONTEXTS),
                     found.person is not None, found.onset is not None])
    return np.array(rows, np.float32) * RULE_WEIGHT
