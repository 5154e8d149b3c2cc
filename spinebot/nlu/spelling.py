"""A second reading of a message with its slips mended: "nummb thihgs", "mylegsarenumb".

Only unknown words change, and only into words that reports use; the classifier reads the mended
message beside the original one, so that a slip can hide no red flag and mending can silence none.
"""
from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Iterable, Mapping

from symspellpy import SymSpell, Verbosity

LEAST_USES = 4  # of a word in reports, before others are mended into it
LEAST_LETTERS, GLUED_LETTERS = 4, 8  # shorter words are too close to each other
TWO_SLIPS_LETTERS = 6  # from here on a word may have two
_WORD = re.compile(r"[a-z']+")
_POSSESSIVE = re.compile(r"'s?$")
_LETTERS_THAT_ARE_WORDS = frozenset("ai")


def english_words() -> frozenset[str]:
    """The 82,765 words of the frequency dictionary inside symspellpy."""
    listed = resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    return frozenset(row.split()[0] for row in
                     listed.read_text(encoding="utf-8-sig").splitlines() if row.strip())


class Spelling:
    """Mends unknown words.

    Args:
        uses: word of the reports -> how often they use it.
        common: other words of the phrases that are no slip, such as Hinglish ones.
    """

    def __init__(self, uses: Mapping[str, int], common: Iterable[str]) -> None:
        self._uses, self._common = dict(uses), sorted(common)
        self._known = english_words().union(self._uses, self._common)
        self._speller = SymSpell(max_dictionary_edit_distance=2)
        for word, count in self._uses.items():
            self._speller.create_dictionary_entry(word, count)
        self._mended = lru_cache(maxsize=10_000)(self._mend)

    @classmethod
    def learn(cls, reports: Iterable[str], others: Iterable[str]) -> Spelling:
        """From normalised phrases; a word that they use often is no slip."""
        uses = _count(reports)
        return cls(_often(uses), _often(uses + _count(others)))

    def mend(self, text: str) -> str:
        """The normalised `text` with unknown words mended or parted; the same if none is."""
        return _WORD.sub(lambda found: self._mended(found[0]), text)

    def _mend(self, word: str) -> str:
        if len(word) < LEAST_LETTERS or _POSSESSIVE.sub("", word) in self._known:
            return word
        slips = 2 if len(word) >= TWO_SLIPS_LETTERS else 1
        near = self._speller.lookup(word, Verbosity.TOP, max_edit_distance=slips)
        if near:
            return str(near[0].term)
        if len(word) < GLUED_LETTERS:
            return word
        parted = str(self._speller.word_segmentation(word, max_edit_distance=0).segmented_string)
        meant = all(part in self._known and (len(part) > 1 or part in _LETTERS_THAT_ARE_WORDS)
                    for part in parted.split())
        return parted if meant else word

    def save(self, path: Path) -> None:
        """Write the words as JSON."""
        path.write_text(json.dumps({"uses": self._uses, "common": self._common}),
                        encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Spelling:
        """Read what `save` wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


def _count(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in _WORD.findall(text))


def _often(uses: Counter[str]) -> dict[str, int]:
    return {word: count for word, count in uses.items() if count >= LEAST_USES}
