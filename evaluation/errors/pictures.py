"""Pictures of the error analysis."""
from __future__ import annotations

from pathlib import Path
from typing import Mapping, Sequence

import matplotlib
import numpy as np
from numpy.typing import NDArray

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402 - a back end must be chosen first
from matplotlib.axes import Axes  # noqa: E402

BLUE, RED, GREY = "#1f5a94", "#b3261e", "#8a8f98"
DOTS_PER_INCH = 110
Curve = tuple[NDArray[np.float32], NDArray[np.bool_]]  # probabilities of a report; is it one


def precision_recall(path: Path, curves: Mapping[str, Curve],
                     chosen: float) -> None:
    """One curve a set of lines, with the point of the threshold in force.

    Args:
        path: of the picture.
        curves: one for each set of lines.
        chosen: the threshold in force.
    """
    figure, axes = _frame("Recall", "Precision", "The gate: precision against recall")
    for (name, (probabilities, flags)), colour in zip(curves.items(), (BLUE, RED, GREY)):
        order = np.argsort(-probabilities, kind="stable")
        hits = np.cumsum(flags[order])
        recall, precision = hits / hits[-1], hits / np.arange(1, len(order) + 1)
        axes.plot(recall, precision, color=colour, label=name)
        place = int((probabilities >= chosen).sum()) - 1
        axes.plot(recall[place], precision[place], "o", color=colour)
        axes.annotate(f"{chosen:.2f}", (recall[place], precision[place]), xytext=(-32, -14),
                      textcoords="offset points", color=colour)
    axes.set(xlim=(0.5, 1.01), ylim=(0.5, 1.01))
    axes.legend(loc="lower left", frameon=False)
    _save(figure, path)


def reliability(path: Path, curves: Mapping[str, Curve],
                bins: int = 10) -> None:
    """How often a report is one, against the probability it was given."""
    figure, axes = _frame("Probability of a report", "Share that is one", "Reliability")
    axes.plot([0, 1], [0, 1], "--", color=GREY, label="perfectly calibrated")
    for (name, (probabilities, flags)), colour in zip(curves.items(), (BLUE, RED)):
        shares, came = probabilities.astype(float), flags.astype(float)
        places = np.minimum((shares * bins).astype(int), bins - 1)
        filled = [place for place in range(bins) if (places == place).any()]
        axes.plot([shares[places == place].mean() for place in filled],
                  [came[places == place].mean() for place in filled], "o-", color=colour,
                  label=name)
    axes.legend(loc="upper left", frameon=False)
    _save(figure, path)


def recall_by_kind(path: Path, kinds: Mapping[str, tuple[int, int]]) -> None:
    """One bar a kind of red flag.

    Args:
        path: of the picture.
        kinds: name -> how many were caught, how many there are.
    """
    names = list(kinds)[::-1]
    figure, axes = _frame("Caught", "", "Red flags caught, by kind", height=0.3 * len(names) + 1.5)
    shares = [kinds[name][0] / kinds[name][1] for name in names]
    axes.barh(names, shares, color=[BLUE if share >= 0.95 else RED for share in shares])
    for place, name in enumerate(names):
        axes.annotate("{} of {}".format(*kinds[name]), (0.51, place), va="center", color="white")
    axes.set(xlim=(0.5, 1.0))
    _save(figure, path)


def learning_curve(path: Path, amounts: Sequence[int],
                   shares: Mapping[str, Sequence[float]]) -> None:
    """Scores against the number of training phrases."""
    figure, axes = _frame("Training phrases", "Share", "Learning curve")
    for (name, values), colour in zip(shares.items(), (BLUE, RED, GREY)):
        axes.plot(amounts, values, "o-", color=colour, label=name)
    axes.legend(loc="lower right", frameon=False)
    _save(figure, path)


def _frame(x: str, y: str, title: str, height: float = 4.2) -> tuple[plt.Figure, Axes]:
    figure, axes = plt.subplots(figsize=(6.4, height))
    axes.set(xlabel=x, ylabel=y, title=title)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    return figure, axes


def _save(figure: plt.Figure, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=DOTS_PER_INCH)
    plt.close(figure)
