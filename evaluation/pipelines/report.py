"""The comparison as a page with tables and as a picture."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from evaluation.pipelines.contender import (
    CONTENDERS,
    FOLDS_OF_ALL,
    FOLDS_OF_SAMPLE,
    IN_RASA,
    PARSE,
    TRAIN,
    through_rasa,
)

Row = Mapping[str, Any]  # of one contender: a mapping of figures for each stage
COMMAND = ".venv/bin/python -m evaluation.pipelines.compare"
QUALITY = (("accuracy", 3), ("recall", 3), ("calibration_error", 3), ("brier", 4))
LATENCIES = (0.1, 0.3, 1, 3, 10, 30, 100)  # ms, the ticks of the picture
INTRODUCTION = """\
All contenders learnt the same {phrases} phrases; each was measured in processes of its own, one
after the other. Recall: share of the red flags above the threshold at which 5 % of the hard
negatives alarm. ECE (expected calibration error, 10 bins) and Brier score: of the probability of
a report. Accuracy: of the intents, a fallback counted as out of scope; on messages over
information, out of scope and small talk. DIET learnt for {diet} epochs (Rasa's default is 100,
hours on these phrases), the encoder was tuned for {tuned}. Except in Rasa's default, which has its
own, the fallback follows config.yml. An empty cell was not measured: it would take hours."""
COST_NOTE = """\
Latency: one message on one thread, p50 / p95 over the same 300 messages after a warm-up, each
text once. "In Rasa" is the whole understanding through Agent.parse_message (for the pipeline in
force with clauses, aspects, fallback and gate); "bare" is features and classifier alone, in a
process without Rasa. The two do not compare with each other. Memory is resident, of the process
that parses; some 400 MB of each is TensorFlow, which spaCy loads wherever it is installed.
Training: features and fit with an empty cache; of Rasa's default the whole command."""


def number(value: Optional[float], digits: int) -> str:
    """The value with so many digits; nothing for None."""
    return "" if value is None else f"{value:,.{digits}f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> list[str]:
    """Lines of a Markdown table, the first `words` columns to the left, the others to the right."""
    rule = [*["---"] * words, *["---:"] * (len(header) - words)]
    return [f"| {' | '.join(cells)} |" for cells in (header, rule, *rows)]


def _found(row: Row, *path: str) -> Any:
    value: Any = row
    for key in path:
        value = (value or {}).get(key)
    return value


def quality_rows(rows: Mapping[str, Row], *path: str) -> list[list[str]]:
    """Accuracy, recall, ECE and Brier score of each contender on the set at `path`."""
    return [[f"`{name}`", *(number(_found(row, *path, figure), digits)
                            for figure, digits in QUALITY)]
            for name, row in rows.items()]


def cost_rows(rows: Mapping[str, Row]) -> list[list[str]]:
    """Latency and memory, bare and in Rasa, sizes and training time of each contender."""
    return [[f"`{name}`", *_speed(_bare(name, row)), *_speed(_in_rasa(name, row)),
             number(_found(row, TRAIN, "model_mb"), 1), number(_found(row, TRAIN, "encoder_mb"), 0),
             number(_found(row, TRAIN, "training_s"), 0)] for name, row in rows.items()]


def _bare(name: str, row: Row) -> Optional[Row]:
    return None if through_rasa(name) else row.get(PARSE)


def _in_rasa(name: str, row: Row) -> Optional[Row]:
    return row.get(PARSE) if through_rasa(name) else row.get(IN_RASA)


def _speed(figures: Optional[Row]) -> list[str]:
    if not figures:
        return ["", ""]
    times = " / ".join(number(figures["ms"][share], 1) for share in ("p50", "p95"))
    return [times, number(figures["memory_mb"], 0)]


def page(results: Mapping[str, Any]) -> str:
    """The whole report in Markdown."""
    rows: Mapping[str, Row] = results["contenders"]
    dates = sorted({row["measured"] for row in rows.values()})
    header = ["contender", "accuracy", "recall", "ECE", "Brier"]
    parts = ["# Language pipelines compared", "",
             f"Measured on {', '.join(dates)} by `{COMMAND}`.", "",
             INTRODUCTION.format(phrases=f"{results['phrases']:,}", diet=results["epochs"][0],
                                 tuned=results["epochs"][1]), ""]
    parts += table(["contender", "what it is"],
                   [[f"`{name}`", CONTENDERS[name].about] for name in rows], words=2)
    for title, path in (("On evaluation/messages", (PARSE, "messages")),
                        (f"On {results['data']}", (PARSE, "data")),
                        ("Two-fold cross-validation on a sample", (FOLDS_OF_SAMPLE,)),
                        ("Five-fold cross-validation on all phrases", (FOLDS_OF_ALL,))):
        lines = next((f"{found} lines" for row in rows.values()
                      if (found := _found(row, *path, "lines"))), "not measured")
        parts += ["", f"## {title} ({lines})", "", *table(header, quality_rows(rows, *path))]
    parts += ["", "## Cost", "", COST_NOTE, "", *table(
        ["contender", "ms bare", "MB bare", "ms in Rasa", "MB in Rasa", "model MB", "encoder MB",
         "training s"], cost_rows(rows))]
    return "\n".join(parts) + "\n"


def picture(results: Mapping[str, Any], path: Path) -> None:
    """Recall at fixed alarms against median latency, a panel a set of messages."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import NullFormatter, StrMethodFormatter
    figure, panels = pyplot.subplots(1, 2, figsize=(13, 5.5), sharey=True)
    for panel, (key, title) in zip(panels, (("messages", "evaluation/messages"),
                                            ("data", results["data"]))):
        for name, row in results["contenders"].items():
            recall = _found(row, PARSE, key, "recall")
            rasa = _in_rasa(name, row)
            latency = _found(rasa or row.get(PARSE) or {}, "ms", "p50")
            if recall is not None and latency is not None:
                panel.plot(latency, recall, "o" if rasa else "^", color="#1f4e79")
                panel.annotate(name, (latency, recall), xytext=(6, 4),
                               textcoords="offset points", fontsize=8)
        panel.set_xscale("log")
        panel.set_xticks(LATENCIES)
        panel.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        panel.xaxis.set_minor_formatter(NullFormatter())
        panel.set_xlim(LATENCIES[0], LATENCIES[-1])
        panel.set_title(title)
        panel.set_xlabel("median latency of one message, ms\n"
                         "(circle: in Rasa; triangle: bare, without Rasa)")
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("red flags recalled where 5 % of hard negatives alarm")
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
