"""The lines everything is measured with: training phrases and labelled messages."""
from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Iterator, NamedTuple, Optional, Sequence

import yaml

from spinebot.paths import ROOT

TRAINING_PHRASES = ROOT / "data" / "nlu"
MESSAGES = ROOT / "evaluation" / "messages"
REPORT, OUT_OF_SCOPE, FALLBACK = "report_red_flag", "out_of_scope", "nlu_fallback"
RED_FLAG, HARD_NEGATIVE, PLAIN = "redflag", "hard_negative", "plain"
LABELLED = ("info", "out_of_scope", "smalltalk")  # files whose labels name an intent
HARD_KINDS = frozenset({"negated", "info_question", "hypothetical", "past_resolved", "other_body",
                        "recovered_thanks", "third_party_general"})
SMALLTALK = frozenset({"greet", "goodbye", "thank", "affirm", "deny", "bot_challenge"})
LEAST = 12  # phrases of an intent in a sample, so that folds inside folds have some of each


class Line(NamedTuple):
    """One text, the intent it ought to get (None where none is laid down), its group and labels.

    Labels are a message's kind and tags.
    """

    text: str
    intent: Optional[str]
    group: str
    labels: tuple[str, ...] = ()


def training_phrases(folder: Path = TRAINING_PHRASES) -> list[Line]:
    """Every example of the NLU files below `folder`, in the order of their paths."""
    return [line for path in sorted(folder.rglob("*.yml")) for line in _examples(path)]


def _examples(path: Path) -> Iterator[Line]:
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        kind = (block.get("metadata") or {}).get("kind", "")
        hard = HARD_NEGATIVE if kind in HARD_KINDS else PLAIN
        for example in block["examples"].splitlines():
            if example.strip():
                yield Line(example.strip().removeprefix("- ").strip(), block["intent"],
                           RED_FLAG if block["intent"] == REPORT else hard)


def messages(folder: Path) -> list[Line]:
    """The labelled messages of a folder in the format of `evaluation/messages`."""
    return [Line(row["text"], intent_of(row["label"]) if group in LABELLED else None, group,
                 (row.get("kind", row["label"]), *row.get("tags", [])))
            for group in (RED_FLAG, HARD_NEGATIVE, *LABELLED)
            for row in map(json.loads, _rows(folder / f"{group}.jsonl"))]


def _rows(path: Path) -> list[str]:
    return [row for row in path.read_text(encoding="utf-8").split("\n") if row.strip()]


def intent_of(label: str) -> str:
    """The intent that a message's label stands for."""
    if label in SMALLTALK or label == OUT_OF_SCOPE:
        return label
    return f"ask_{label}"


def sample(lines: Sequence[Line], size: int) -> list[Line]:
    """About `size` lines, always the same ones, each intent with its share and at least LEAST."""
    if size >= len(lines):
        return list(lines)
    by_intent: defaultdict[Optional[str], list[Line]] = defaultdict(list)
    for line in lines:
        by_intent[line.intent].append(line)
    draw = random.Random(0)
    chosen: list[Line] = []
    for group in by_intent.values():
        wanted = max(LEAST, round(size * len(group) / len(lines)))
        chosen += draw.sample(group, min(wanted, len(group)))
    draw.shuffle(chosen)
    return chosen


def checksum(lines: Sequence[Line]) -> str:
    """The same for the same texts under the same intents, in whatever order and files."""
    pairs = sorted((str(line.intent), line.text) for line in lines)
    return hashlib.sha256(json.dumps(pairs).encode()).hexdigest()
