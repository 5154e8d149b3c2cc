"""Load the clinical vocabulary into a spaCy matcher; an unknown key or word class raises."""
from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import spacy
import yaml
from spacy.language import Language
from spacy.matcher import Matcher

VOCABULARY = Path(__file__).with_name("vocabulary.yml")
GAP_WORDS = 3
CONTEXT = "context"
_WORD_LISTS = ("negators", "scope_ends", "after_answers", "copulas", "clause_starts", "doubters",
               "unsure", "other_time", "askers")
_KEYS = {"words", "findings", "persons", "procedures", "contexts", *_WORD_LISTS}
_FINDING_KEYS = {"source", "present", "absent"}


class VocabularyError(ValueError):
    """The vocabulary file says something that the loader does not know."""


@dataclass(frozen=True)
class Vocabulary:
    """The vocabulary, ready to match.

    Attributes:
        language: blank English; only its tokenizer is used, without special cases, so that
            "can't" stays one word.
        matcher: patterns labelled `<finding>/present`, `<finding>/absent`, `person`, `procedure`
            or `context/<context>`.
        findings: names of the findings, in the order of the file.
        negators: words that negate what follows them in the same clause.
        scope_ends: words and marks that end the reach of a negator.
        after_answers: words that deny what stands before them ("numb no").
        copulas: words that may end such a denial ("kamzori nahi hai").
        clause_starts: words after which a "no" in front is an answer ("no my feet are numb").
        doubters: words that undo an absence ("can barely walk").
        unsure: words that turn a negator into doubt ("not sure").
        other_time: words that place an absence in another time ("walked fine before").
        askers: first words of a question.
    """

    language: Language
    matcher: Matcher
    findings: tuple[str, ...]
    negators: frozenset[str]
    scope_ends: frozenset[str]
    after_answers: frozenset[str]
    copulas: frozenset[str]
    clause_starts: frozenset[str]
    doubters: frozenset[str]
    unsure: frozenset[str]
    other_time: frozenset[str]
    askers: frozenset[str]


@lru_cache(maxsize=1)
def vocabulary(path: Path = VOCABULARY) -> Vocabulary:
    """The vocabulary of `path`.

    Raises:
        VocabularyError: an unknown key, a missing one, or an undefined `$name`.
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    _expect(set(data), _KEYS, "vocabulary")
    language = spacy.blank("en")
    language.tokenizer.rules = {}
    matcher = Matcher(language.vocab)
    words = data["words"]
    for name, finding in data["findings"].items():
        _expect(set(finding), _FINDING_KEYS, name)
        for sense in ("present", "absent"):
            if finding[sense]:
                matcher.add(f"{name}/{sense}", [_pattern(p, words) for p in finding[sense]])
    for label, key in (("person", "persons"), ("procedure", "procedures")):
        matcher.add(label, [_pattern(p, words) for p in data[key]], greedy="LONGEST")
    for name, lines in data["contexts"].items():
        matcher.add(f"{CONTEXT}/{name}", [_pattern(p, words) for p in lines])
    return Vocabulary(language, matcher, tuple(data["findings"]),
                      **{key: frozenset(data[key].split("|")) for key in _WORD_LISTS})


def _expect(found: set[str], wanted: set[str], where: str) -> None:
    if found != wanted:
        raise VocabularyError(f"{where}: keys {sorted(found ^ wanted)} are unknown or missing")


def _pattern(text: str, words: dict[str, str]) -> list[dict[str, Any]]:
    """Token pattern of one line of the vocabulary."""
    tokens: list[dict[str, Any]] = []
    for part in text.split():
        if part == "...":
            tokens += [{"OP": "?", "IS_PUNCT": False}] * GAP_WORDS
        else:
            tokens.append({"LOWER": _alternatives(part, words)})
    return tokens


def _alternatives(part: str, words: dict[str, str]) -> dict[str, Any] | str:
    choices: list[str] = []
    for choice in part.split("|"):
        if choice.startswith("$"):
            if choice[1:] not in words:
                raise VocabularyError(f"undefined word class {choice}")
            choices += words[choice[1:]].split("|")
        else:
            choices.append(choice)
    begins = [choice[:-1] for choice in choices if choice.endswith("%")]
    if len(choices) == 1 and not begins:
        return choices[0]  # compared by spaCy itself; a list is asked about in Python
    if not begins:
        return {"IN": choices}
    exact = "|".join(choice for choice in choices if not choice.endswith("%"))
    return {"REGEX": f"^(?:(?:{'|'.join(begins)}).*{'|(?:' + exact + ')' if exact else ''})$"}
