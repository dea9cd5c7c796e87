"""The plot of a run: `python -m benches plot` draws the last record, with drypoint."""

import json
from pathlib import Path
from typing import Any

from .backends import AGG, CAIRO, OURS, canvas_class
from .history import records

PLOT = Path(__file__).parents[1] / "docs" / "speed.png"
LABELS = {OURS: "drypoint", AGG: "Agg", CAIRO: "mplcairo"}
STYLES = {OURS: ("C3", "o", 5), AGG: ("0.35", "s", 3.5), CAIRO: ("C0", "^", 4)}


def plot(record: dict[str, Any], path: Path) -> None:
    """Draw how many times the floor each backend needs, figure by figure, both sets.

    The ordinary figures are too many for names: they stand in the order of Agg's ratio.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 7.5), layout="constrained", dpi=110)
    canvas_class(OURS)(figure)
    upper, lower = figure.subplots(2, height_ratios=(2, 3))
    ordinary = [row for row in record["rows"] if row["set"] == "ordinary"]
    heavy = [row for row in record["rows"] if row["set"] == "heavy"]
    ordinary.sort(key=lambda row: row["by_floor"][AGG])
    heavy.sort(key=lambda row: row["by_floor"][AGG])
    for backend, label in LABELS.items():
        colour, marker, size = STYLES[backend]
        style = {"color": colour, "marker": marker, "markersize": size, "linestyle": "none"}
        places = [k for k, row in enumerate(ordinary) if backend in row["by_floor"]]
        upper.plot(places, [ordinary[k]["by_floor"][backend] for k in places], label=label, **style)
        places = [k for k, row in enumerate(heavy) if backend in row["by_floor"]]
        lower.plot([heavy[k]["by_floor"][backend] for k in places], places, label=label, **style)
    upper.set(
        yscale="log",
        ylabel="PNG save ÷ floor",
        xlabel="figures, in the order of Agg's ratio",
        title=f"{len(ordinary)} ordinary figures",
        yticks=[1, 2, 5, 10],
    )
    upper.yaxis.set_major_formatter("{x:g}")
    upper.yaxis.set_minor_formatter(lambda value, position: "")
    upper.axhline(1, color="0.7", linewidth=0.8, zorder=0)
    upper.legend()
    lower.set(
        xscale="log", xlabel="PNG save ÷ floor", title="heavy figures", yticks=range(len(heavy))
    )
    lower.set_yticklabels([row["figure"] for row in heavy], fontsize=8)
    lower.xaxis.set_major_formatter("{x:g}")
    lower.axvline(1, color="0.7", linewidth=0.8, zorder=0)
    lower.grid(axis="y", linewidth=0.3)
    machine = record["machine"]
    figure.supxlabel(
        f"{machine['processor']}, {machine['cores']} cores, Matplotlib {machine['matplotlib']}, "
        f"commit {machine['commit']}",
        fontsize=7,
        color="0.4",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def main(source: Path | None, path: Path = PLOT) -> int:
    """Draw the last record, or a file of --json; 1 if there is none."""
    if source is not None:
        record = json.loads(source.read_text(encoding="utf-8"))
    else:
        known = records()
        if not known:
            print("There is no record yet: make bench ARGS=--record.")
            return 1
        record = known[-1]
    plot(record, path)
    print(path)
    return 0
