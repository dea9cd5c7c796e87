"""The plots of runs: `python -m benches plot` draws the last records, with drypoint."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .backends import AGG, CAIRO, DOCUMENT_FORMATS, OURS, canvas_class
from .history import last_with, sets

FOLDER = Path(__file__).parents[1] / "docs"
LABELS = {OURS: "drypoint", AGG: "Agg", CAIRO: "mplcairo"}
STYLES = {
    backend: {"color": color, "marker": marker, "markersize": size, "linestyle": "none"}
    for backend, color, marker, size in (
        (OURS, "C3", "o", 5),
        (AGG, "0.35", "s", 3.5),
        (CAIRO, "C0", "^", 4),
    )
}


def plot(record: dict[str, Any], path: Path) -> None:
    """Draw how many times the floor each backend needs for PNG, figure by figure, both sets.

    The ordinary figures are too many for names: they stand in the order of Agg's ratio.
    """
    figure = _figure(9)
    upper, lower = figure.subplots(2, height_ratios=(2, 3))
    _draw_ordinary(upper, _rows(record, "ordinary"))
    _draw_heavy(lower, _rows(record, "heavy"))
    upper.set(ylabel="PNG save ÷ floor", xlabel="figures, in the order of Agg's ratio")
    upper.set_yticks([1, 2, 5, 10])
    upper.legend()
    lower.set(xlabel="PNG save ÷ floor", title="heavy figures")
    _save(figure, record, path)


def plot_documents(record: dict[str, Any], path: Path) -> None:
    """Draw the same for PDF, SVG and EPS, with Matplotlib's own backends in the place of Agg."""
    figure = _figure(11)
    axes = figure.subplots(2, len(DOCUMENT_FORMATS), height_ratios=(3, 2))
    for (upper, lower), format in zip(axes.T, DOCUMENT_FORMATS, strict=True):
        upper.sharey(axes[0, 0])
        _draw_ordinary(upper, _rows(record, f"ordinary {format}"), {AGG: "Matplotlib"})
        _draw_heavy(lower, _rows(record, f"heavy {format}"))
        upper.set_xlabel("in the order of Matplotlib's ratio")
        upper.set_title(f"{format.upper()}: {upper.get_title()}")
        lower.set_xlabel(f"{format.upper()} save ÷ floor")
    axes[0, 0].set_ylabel("save ÷ floor")
    axes[0, 0].legend()
    axes[1, 1].set_title("heavy figures")
    _save(figure, record, path)


def _figure(width: float) -> Figure:
    figure = Figure(figsize=(width, 7.5), layout="constrained", dpi=110)
    canvas_class(OURS)(figure)
    return figure


def _rows(record: dict[str, Any], set_name: str) -> list[dict[str, Any]]:
    """The rows of a set, in the order of Agg's ratio."""
    rows = [row for row in record["rows"] if row["set"] == set_name and AGG in row["by_floor"]]
    return sorted(rows, key=lambda row: row["by_floor"][AGG])


def _draw_ordinary(
    axes: Axes, rows: list[dict[str, Any]], labels: dict[str, str] | None = None
) -> None:
    for backend, label in {**LABELS, **(labels or {})}.items():
        places = [k for k, row in enumerate(rows) if backend in row["by_floor"]]
        ratios = [rows[k]["by_floor"][backend] for k in places]
        axes.plot(places, ratios, label=label, **STYLES[backend])
    axes.set(yscale="log", title=f"{len(rows)} ordinary figures")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(lambda value, position: "")
    axes.axhline(1, color="0.7", linewidth=0.8, zorder=0)


def _draw_heavy(axes: Axes, rows: list[dict[str, Any]]) -> None:
    for backend in LABELS:
        places = [k for k, row in enumerate(rows) if backend in row["by_floor"]]
        axes.plot([rows[k]["by_floor"][backend] for k in places], places, **STYLES[backend])
    axes.set(xscale="log", yticks=range(len(rows)))
    axes.set_yticklabels([row["figure"] for row in rows], fontsize=8)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.axvline(1, color="0.7", linewidth=0.8, zorder=0)
    axes.grid(axis="y", linewidth=0.3)


def _save(figure: Figure, record: dict[str, Any], path: Path) -> None:
    machine = record["machine"]
    figure.supxlabel(
        f"{machine['processor']}, {machine['cores']} cores, Matplotlib {machine['matplotlib']}, "
        f"commit {machine['commit']}",
        fontsize=7,
        color="0.4",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


# Pictures: their names, a set that a record must have, and who draws them.
PICTURES: dict[str, tuple[str, Callable[[dict[str, Any], Path], None]]] = {
    "speed.png": ("ordinary", plot),
    "vector-speed.png": ("ordinary pdf", plot_documents),
}


def main(source: Path | None, folder: Path = FOLDER) -> int:
    """Draw the last records, or a file of --json; 1 if there is none."""
    given = json.loads(source.read_text(encoding="utf-8")) if source is not None else None
    drawn = 0
    for name, (set_name, draw) in PICTURES.items():
        record = last_with(set_name) if given is None else given
        if record is not None and set_name in sets(record):
            draw(record, folder / name)
            print(folder / name)
            drawn += 1
    if not drawn:
        print("There is no record yet: make bench ARGS=--record.")
    return 0 if drawn else 1
