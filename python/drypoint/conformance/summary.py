"""The numbers of a run, as text for a terminal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from drypoint.conformance import ratchet
from drypoint.conformance import results as results_file
from drypoint.conformance.results import VERDICTS, Drawn, Observed, Results

HOW = {"save": "saves", "draw": "canvas.draw()", "buffer": "print_to_buffer"}


def table(rows: Iterable[Sequence[object]], header: Sequence[str]) -> str:
    """Make a text table: the first column to the left, the others to the right."""
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        lines.append("  ".join([row[0].ljust(widths[0]), *rest]).rstrip())
    return "\n".join(lines) + "\n"


def worst_first(results: Results) -> list[tuple[str, Drawn]]:
    """Return the draws that differ, with the id of their test: errors, then by size."""
    found = [
        (name, drawn)
        for name, test in results["tests"].items()
        for drawn in results_file.differences(test)
    ]
    order = {"error": 0, "size": 1, "pixels": 2, "metadata": 3}
    return sorted(
        found,
        key=lambda item: (
            order[item[1]["what"]],
            -item[1].get("rms", 0),
            item[0],
            item[1]["index"],
        ),
    )


def describe(drawn: Drawn) -> str:
    """Say how a draw differs, in a few words."""
    where = f"{drawn['how']} {drawn['index']} {drawn['format']} {drawn['file']}".strip()
    if "pixels" in drawn:
        return (
            f"{where}: {drawn['pixels']} pixels ({100 * drawn['share']:.3g} %), "
            f"largest difference {drawn['max']}, rms {drawn['rms']:.3g}"
        )
    return f"{where}: {drawn.get('what', '')} {drawn.get('note', '')}".rstrip()


def first_line(text: str | None) -> str:
    """Return the first line of an error, not too long."""
    return next(iter((text or "").strip().splitlines()), "")[:160]


MODULE_COLUMNS = (
    "tests",
    "failed",
    "saves",
    "identical",
    "different",
    "unstable",
    "not comparable",
    "draws",
    "different",
    "baselines",
    "within",
    "exact",
)


def module_row(tests: Sequence[Observed]) -> list[int]:
    """Return the numbers of ``MODULE_COLUMNS`` for some tests."""
    save = results_file.verdicts(tests, "save") + results_file.verdicts(tests, "buffer")
    draw = results_file.verdicts(tests, "draw")
    baseline = ratchet.baselines(tests)
    return [
        len(tests),
        sum(map(results_file.failed, tests)),
        save.total(),
        save["identical"] + save["both raise"],
        save["different"],
        save["unstable"],
        save["not comparable"],
        draw.total(),
        draw["different"],
        baseline["compared"],
        baseline["within"],
        baseline["exact"],
    ]


def by_module(results: Results) -> dict[str, list[Observed]]:
    """Sort the tests of a run by module or folder."""
    modules: dict[str, list[Observed]] = defaultdict(list)
    for name, test in results["tests"].items():
        modules[results_file.module_of(name)].append(test)
    return dict(sorted(modules.items()))


def head(results: Results) -> str:
    """Say what was run, and with what."""
    meta = results["meta"]
    what = meta.get("suite", "") + " tests" if meta["kind"] == "tests" else "gallery"
    part = "" if meta["complete"] else " (a part)"
    return (
        f"{what.strip()}{part}, {meta['backend'] or 'Agg itself'}, "
        f"Matplotlib {meta['matplotlib']}, {meta['seconds']} s"
    )


def summarize(results: Results, *, modules: bool = False, worst: int = 20) -> str:
    """Put the numbers of a run into words and tables.

    Parameters
    ----------
    modules : bool
        With a line for each test module or folder of the gallery.
    worst : int
        How many differences to list.
    """
    tests = list(results["tests"].values())
    parts = [head(results) + "\n"]
    saves, draws = results_file.saves(tests), results_file.draws(tests)
    parts.append(
        "".join(f"{n:8} saves of {fmt} by {by}\n" for (fmt, by), n in saves.most_common(6))
        + "".join(f"{n:8} draws by {renderer}\n" for renderer, n in draws.most_common(4))
    )
    if results["meta"]["unused"]:
        parts.append(f"NOTHING WENT THROUGH THE BACKEND: {results['meta']['unused']}\n")
    rows = []
    for how, label in HOW.items():
        verdicts = results_file.verdicts(tests, how)
        rows.append([label, verdicts.total(), *(verdicts[verdict] for verdict in VERDICTS)])
    parts.append(table(rows, ["drawn by both", "number", *VERDICTS]))
    baseline = ratchet.baselines(tests)
    if baseline["compared"]:
        parts.append(
            f"Matplotlib's PNG baselines: {baseline['compared']} compared, "
            f"{baseline['within']} within tolerance, {baseline['exact']} exact\n"
        )
    outcomes = Counter(str(test["outcome"]) for test in tests)
    unit = "tests" if results["meta"]["kind"] == "tests" else "scripts"
    parts.append(
        f"{unit}: " + ", ".join(f"{n} {what}" for what, n in outcomes.most_common()) + "\n"
    )
    if modules:
        parts.append(
            table(
                ([module, *module_row(group)] for module, group in by_module(results).items()),
                ["module", *MODULE_COLUMNS],
            )
        )
    parts += _failures(results)
    different = worst_first(results)
    if different:
        lines = [f"  {name}\n      {describe(drawn)}" for name, drawn in different[:worst]]
        more = [f"  … and {len(different) - worst} more"] if len(different) > worst else []
        parts.append("Different from Agg:\n" + "\n".join(lines + more) + "\n")
    return "\n".join(parts)


def _failures(results: Results, limit: int = 60) -> list[str]:
    """List the tests that fail, by whose fault it is."""
    tests = results["tests"]
    bad = {name: test for name, test in tests.items() if test["outcome"] in results_file.FAILURES}
    groups = {
        "Failing, and not with Agg": {n: t for n, t in bad.items() if results_file.failed(t)},
        "Failing with Agg as well": {n: t for n, t in bad.items() if not results_file.failed(t)},
        "Passing only when everything is drawn once": {
            n: t for n, t in tests.items() if t.get("once")
        },
    }
    parts = []
    for title, group in groups.items():
        if group:
            lines = [
                f"  {name}: {test['outcome']}: {first_line(test['error'])}"
                for name, test in list(group.items())[:limit]
            ]
            more = [f"  … and {len(group) - limit} more"] if len(group) > limit else []
            parts.append(f"{title} ({len(group)}):\n" + "\n".join(lines + more) + "\n")
    return parts
