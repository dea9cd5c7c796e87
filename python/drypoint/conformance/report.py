"""One HTML page about the runs in a folder: numbers by module, then every difference.

Each difference shows expected | difference | actual, the worst module and in it the worst
figure first. The page refers to pictures beside it and needs nothing from the network.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path

from drypoint.conformance import results as results_file
from drypoint.conformance import summary
from drypoint.conformance.ratchet import Ratchet
from drypoint.conformance.results import Comparison, Drawn, Observed, Results

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem;
       padding: 0 1rem; color: #1b1b1b; background: #fff }
h1, h2, h3, h4 { line-height: 1.2 }
h3 { margin-top: 2.5rem; border-top: 1px solid #ccc; padding-top: 1rem }
h4 { margin-bottom: .2rem; font-family: ui-monospace, monospace; font-weight: 600;
     overflow-wrap: anywhere }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .15rem .7rem; text-align: right; border-bottom: 1px solid #ddd }
th:first-child, td:first-child { text-align: left }
thead th { position: sticky; top: 0; background: #f4f4f4; vertical-align: bottom }
tbody tr:hover { background: #f4f7ff }
.zero { color: #b5b5b5 }
.bad { color: #b00020; font-weight: 600 }
.known { color: #6b5900 }
.three { display: grid; grid-template-columns: repeat(3, 1fr); gap: .7rem; margin: .4rem 0 }
figure { margin: 0 }
figcaption { color: #666; font-size: .85rem }
img { max-width: 100%; image-rendering: pixelated; border: 1px solid #ccc;
      background: repeating-conic-gradient(#eee 0 25%, #fff 0 50%) 0 0 / 16px 16px }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere }
li { margin: .2rem 0 }
"""


def write(folder: Path, ratchet: Ratchet) -> Path:
    """Write ``report.html`` about the runs whose results are in `folder`.

    Raises
    ------
    FileNotFoundError
        There are none.
    """
    runs = load_runs(folder)
    if not runs:
        raise FileNotFoundError(f"There are no results in {folder}.")
    backend = runs[0]["meta"]["backend"] or "Agg itself"
    known = {(entry.id, entry.what): entry.reason for entry in ratchet.known}
    body = "".join(_run(results, known, folder) for results in runs)
    title = f"{escape(backend)} and Agg"
    page = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><h1>{title}</h1>{body}</body></html>\n"
    )
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


def load_runs(folder: Path) -> list[Results]:
    """Load the results in a folder: of the tests, of the gallery, or of both."""
    paths = [folder / "tests.json", folder / "gallery.json"]
    return [results_file.load(path) for path in paths if path.exists()]


def _run(results: Results, known: dict[tuple[str, str], str], folder: Path) -> str:
    """Make the section about one run."""
    tests = list(results["tests"].values())
    saves = results_file.saves(tests).most_common()
    parts = [
        f"<h2>{escape(summary.head(results))}</h2>",
        _totals(tests),
        _list("Saved by", (f"{n} {fmt} by <code>{escape(by)}</code>" for (fmt, by), n in saves)),
        _modules(results),
        _failures(results, known),
        _baselines(results, folder),
        _differences(results, known),
        _set_aside(results),
        _skipped(results),
    ]
    return "".join(parts)


# --- numbers


def _table(rows: Iterable[Sequence[object]], header: Sequence[str], alarming: set[int]) -> str:
    """Make a table whose numbers stand out in the columns that should be 0."""
    lines = []
    for name, *values in rows:
        cells = [f"<td>{name}</td>"]
        for column, value in enumerate(values, start=1):
            style = "zero" if value == 0 else "bad" if column in alarming else ""
            cells.append(f'<td class="{style}">{value}</td>')
        lines.append(f"<tr>{''.join(cells)}</tr>")
    heads = "".join(f"<th>{escape(name)}</th>" for name in header)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _totals(tests: Sequence[Observed]) -> str:
    rows = []
    for how, label in summary.HOW.items():
        verdicts = results_file.verdicts(tests, how)
        rows.append(
            [label, verdicts.total(), *(verdicts[verdict] for verdict in results_file.VERDICTS)]
        )
    header = ["drawn by both", "number", *results_file.VERDICTS]
    return _table(rows, header, {header.index("different")})


def _modules(results: Results) -> str:
    """Make the table by module; those with most differences first."""
    modules = summary.by_module(results)
    rows = {module: summary.module_row(group) for module, group in modules.items()}
    columns = summary.MODULE_COLUMNS
    alarming = {i for i, name in enumerate(columns, start=1) if name in ("failed", "different")}
    ranked = sorted(rows, key=lambda module: [-rows[module][i - 1] for i in sorted(alarming)])
    links = {
        module: f'<a href="#{_anchor(results, module)}">{escape(module)}</a>' for module in rows
    }
    return "<h3>By module</h3>" + _table(
        ([links[module], *rows[module]] for module in ranked), ["module", *columns], alarming
    )


def _anchor(results: Results, module: str) -> str:
    return escape(f"{results['meta']['kind']}-{module}", quote=True)


# --- lists


def _list(title: str, items: Iterable[str], *, folded: bool = False) -> str:
    entries = [f"<li>{item}</li>" for item in items]
    if not entries:
        return ""
    content = f"<ul>{''.join(entries)}</ul>"
    if folded:
        heading = f"{escape(title)} ({len(entries)})"
        return f"<details><summary>{heading}</summary>{content}</details>"
    return f"<p>{escape(title)}:</p>{content}"


def _failures(results: Results, known: dict[tuple[str, str], str]) -> str:
    """List the tests that fail: with this backend only, with Agg too, only when drawn twice."""

    def items(wanted: Callable[[Observed], bool]) -> list[str]:
        found = []
        for name, test in results["tests"].items():
            if wanted(test):
                reason = known.get((name, "failed"))
                note = f'<span class="known">known: {escape(reason)}</span>' if reason else ""
                error = escape((test["error"] or "").strip()[-600:])
                found.append(f"<code>{escape(name)}</code> {note}<pre>{error}</pre>")
        return found

    own = items(results_file.failed)
    title = f'<h3 class="bad">Failing, and not with Agg ({len(own)})</h3>' if own else ""
    own_list = f"<ul>{''.join(f'<li>{item}</li>' for item in own)}</ul>" if own else ""
    return (
        title
        + own_list
        + _list(
            "Failing with Agg as well",
            items(
                lambda test: (
                    test["outcome"] in results_file.FAILURES and not results_file.failed(test)
                )
            ),
            folded=True,
        )
        + _list(
            "Passing only when everything is drawn once",
            items(lambda test: bool(test.get("once"))),
            folded=True,
        )
    )


def _set_aside(results: Results) -> str:
    """List the draws that nobody can judge."""
    parts = []
    for verdict in ("unstable", "not comparable"):
        items = [
            f"<code>{escape(name)}</code> {escape(summary.describe(drawn))}"
            for name, test in results["tests"].items()
            for drawn in test["drawn"]
            if drawn["verdict"] == verdict
        ]
        parts.append(_list(verdict.capitalize(), items, folded=True))
    return "".join(parts)


def _skipped(results: Results) -> str:
    """List the reasons for skipping, most frequent first."""
    reasons = Counter(
        summary.first_line(test["error"])
        for test in results["tests"].values()
        if test["outcome"] == "skipped"
    )
    items = [f"{n} × {escape(reason)}" for reason, n in reasons.most_common()]
    return _list("Reasons for skipping", items, folded=True)


# --- pictures


def _three(pictures: Sequence[tuple[str, str | None]]) -> str:
    """Put pictures side by side, with captions; those that are missing leave a gap."""
    figures = []
    for caption, source in pictures:
        image = (
            f'<a href="{escape(source)}"><img loading="lazy" src="{escape(source)}"></a>'
            if source
            else ""
        )
        figures.append(f"<figure>{image}<figcaption>{caption}</figcaption></figure>")
    return f'<div class="three">{"".join(figures)}</div>'


def _differences(results: Results, known: dict[tuple[str, str], str]) -> str:
    """Show every draw that differs; the module with most of them first."""
    modules: dict[str, list[tuple[str, Drawn]]] = {}
    for name, drawn in summary.worst_first(results):
        modules.setdefault(results_file.module_of(name), []).append((name, drawn))
    parts = []
    for module in sorted(modules, key=lambda module: -len(modules[module])):
        parts.append(
            f'<h3 id="{_anchor(results, module)}">{escape(module)}: '
            f"{len(modules[module])} different</h3>"
        )
        for name, drawn in modules[module]:
            reason = known.get((name, drawn["what"]))
            note = f'<p class="known">known: {escape(reason)}</p>' if reason else ""
            parts.append(f"<h4>{escape(name)}</h4>{escape(summary.describe(drawn))}{note}")
            if drawn.get("pictures"):
                stem = f"{results['meta']['pictures']}/{drawn['pictures']}"
                difference = f"{stem}-difference.png" if drawn["what"] == "pixels" else None
                parts.append(
                    _three(
                        [
                            ("expected (Agg)", f"{stem}-expected.png"),
                            ("difference", difference),
                            ("actual", f"{stem}-actual.png"),
                        ]
                    )
                )
    return "".join(parts)


def _baselines(results: Results, folder: Path) -> str:
    """Show the suite's own comparisons that are beyond its tolerance, worst first."""
    beyond = [
        (name, comparison)
        for name, test in results["tests"].items()
        for comparison in test["comparisons"]
        if not comparison["within"] and results_file.failed(test)
    ]
    if not beyond:
        return ""
    beyond.sort(key=lambda item: -(item[1]["rms"] or 1e9))
    parts = [f"<h3>Beyond the tolerance of Matplotlib's tests ({len(beyond)})</h3>"]
    for name, comparison in beyond:
        rms = comparison["rms"]
        said = comparison.get("error") or f"rms {rms:.3g}, tolerance {comparison['tolerance']:g}"
        parts.append(f"<h4>{escape(name)}</h4>{escape(comparison['kind'])}: {escape(said)}")
        if comparison["format"] == "png":
            parts.append(_three(_comparison_pictures(comparison, folder)))
    return "".join(parts)


def _comparison_pictures(comparison: Comparison, folder: Path) -> list[tuple[str, str | None]]:
    """Return captions and relative paths of the pictures that a test compared."""
    actual = Path(comparison["actual"])
    paths = [
        ("expected", Path(comparison["expected"])),
        ("difference", actual.with_name(f"{actual.stem}-failed-diff.png")),
        ("actual", actual),
    ]
    return [
        (caption, os.path.relpath(path, folder) if path.exists() else None)
        for caption, path in paths
    ]
