"""One stage of one contender in a process of its own; started by `compare`."""
from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from pathlib import Path
from typing import Any, Callable, Sequence

from evaluation.pipelines.contender import (
    CONTENDERS,
    FOLDS_OF_ALL,
    FOLDS_OF_SAMPLE,
    IN_FORCE,
    IN_RASA,
    PARSE,
    TRAIN,
    Contender,
    Fold,
    load,
)
from evaluation.pipelines.figures import Answer, milliseconds, quality
from evaluation.pipelines.lines import (
    MESSAGES,
    Line,
    checksum,
    messages,
    sample,
    training_phrases,
)
from evaluation.pipelines.settings import Settings, add_arguments, from_arguments
from spinebot.paths import ENCODER, GRAPH_FILE

SAMPLE = 3_000  # phrases of the cross-validation that every contender goes through
TIMED, WARM_UP = 300, 20  # messages
TRAINING_NOTE = "training.json"
MB = 1e6


def phrases(settings: Settings) -> list[Line]:
    """The training phrases of this comparison."""
    lines = training_phrases()
    return lines if settings.sample is None else sample(lines, settings.sample)


def trained(contender: Contender, lines: Sequence[Line], folder: Path, reuse: bool) -> float:
    """Seconds of the training whose outcome lies in `folder`; trains if need be.

    Args:
        contender: what is trained.
        lines: what it is trained on.
        folder: where it keeps what it learnt; its TRAINING_NOTE says from which phrases.
        reuse: whether an earlier training on the same phrases will do.
    """
    note = folder / TRAINING_NOTE
    wanted = {"checksum": checksum(lines), "epochs": contender.epochs}
    kept = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {}
    if reuse and {key: kept.get(key) for key in wanted} == wanted:
        print(f"  trained before, in {kept['seconds']:.0f} s", flush=True)
        return float(kept["seconds"])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    started = time.perf_counter()
    contender.train(lines, folder)
    seconds = time.perf_counter() - started
    note.write_text(json.dumps({**wanted, "seconds": seconds}) + "\n", encoding="utf-8")
    return seconds


def train(name: str, settings: Settings) -> dict[str, Any]:
    """Training seconds and sizes of what was learnt; a long training is not repeated."""
    contender, folder = load(name, settings), settings.work / name
    seconds = trained(contender, phrases(settings), folder, reuse=contender.epochs is not None)
    graph = next(path for path in (folder / GRAPH_FILE, ENCODER / GRAPH_FILE) if path.is_file())
    return {"training_s": seconds, "model_mb": contender.weights(folder).stat().st_size / MB,
            "encoder_mb": graph.stat().st_size / MB if CONTENDERS[name].encoder else 0.0}


def parse(name: str, settings: Settings) -> dict[str, Any]:
    """Speed, memory, and quality on both sets of messages."""
    contender, folder = load(name, settings), settings.work / name
    lines = phrases(settings)
    trained(contender, lines, folder, reuse=True)
    del lines
    read = contender.parser(folder)
    found: dict[str, Any] = speed(read, messages(MESSAGES))
    for key, place in (("messages", MESSAGES), ("data", settings.data)):
        if place.is_dir():
            told = messages(place)
            print(f"  reading {len(told)} lines of {place.name}", flush=True)
            found[key] = quality(told, [read(line.text) for line in told])
    return found


def in_rasa(name: str, settings: Settings) -> dict[str, Any]:
    """Speed and memory in Rasa: of its default as it was trained, or of the assistant's model."""
    from evaluation.pipelines.rasa_default import agent_parser
    from spinebot.ops.train import MODEL
    model = MODEL if name == IN_FORCE else load(name, settings).weights(settings.work / name)
    return speed(agent_parser(model), messages(MESSAGES))


def speed(read: Callable[[str], Answer], lines: Sequence[Line]) -> dict[str, Any]:
    """Times of TIMED messages, each read once after a warm-up with others, and memory then."""
    texts = sorted({line.text for line in lines})
    random.Random(0).shuffle(texts)
    for text in texts[TIMED:TIMED + WARM_UP]:
        read(text)
    times = []
    for text in texts[:TIMED]:
        started = time.perf_counter()
        read(text)
        times.append(time.perf_counter() - started)
    return {"ms": milliseconds(times), "memory_mb": resident_mb()}


def resident_mb() -> float:
    """Resident memory of this process (Linux only)."""
    for row in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if row.startswith("VmRSS:"):
            return int(row.split()[1]) * 1_024 / MB
    raise RuntimeError("No VmRSS in /proc/self/status.")


def folds_of_sample(name: str, settings: Settings) -> dict[str, Any]:
    """Two-fold cross-validation on a sample."""
    return _cross_validation(load(name, settings), sample(phrases(settings), SAMPLE), 2)


def folds_of_all(name: str, settings: Settings) -> dict[str, Any]:
    """Five-fold cross-validation on all phrases."""
    return _cross_validation(load(name, settings), phrases(settings), 5)


def _cross_validation(contender: Contender, lines: Sequence[Line], count: int) -> dict[str, Any]:
    return quality(lines, contender.held_out(lines, folds(lines, count)))


def folds(lines: Sequence[Line], count: int) -> list[Fold]:
    """Places to learn from and to test on, each intent spread evenly, always the same."""
    from sklearn.model_selection import StratifiedKFold  # not into the memory of `parse`
    splitter = StratifiedKFold(count, shuffle=True, random_state=0)
    intents = [str(line.intent) for line in lines]
    return list(splitter.split(intents, intents))


STAGES: dict[str, Callable[[str, Settings], dict[str, Any]]] = {
    TRAIN: train, PARSE: parse, IN_RASA: in_rasa, FOLDS_OF_SAMPLE: folds_of_sample,
    FOLDS_OF_ALL: folds_of_all}


def main() -> None:
    """Measure and write the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=CONTENDERS)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("result", type=Path)
    add_arguments(parser)
    parsed = parser.parse_args()
    figures = STAGES[parsed.stage](parsed.name, from_arguments(parsed))
    parsed.result.write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
