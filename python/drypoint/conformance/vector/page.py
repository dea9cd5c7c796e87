"""The numbers of a run as text, and an HTML page with every difference side by side."""

from __future__ import annotations

import math
from collections import Counter
from html import escape
from pathlib import Path

from drypoint.conformance.report import STYLE
from drypoint.conformance.vector.known import CAUSES, Findings
from drypoint.conformance.vector.run import PICTURES, Compared, Run

VERDICTS = ("within", "edges", "different", "unreadable", "theirs unreadable", "not saved")
FOUR = ".three { grid-template-columns: repeat(4, 1fr) }"


def summarize(found: Run, findings: Findings) -> str:
    """Return a table of verdicts by format and program, causes and sizes below it."""
    meta = found["meta"]
    rows: dict[tuple[str, str], Counter[str]] = {}
    for one in found["compared"]:
        rows.setdefault((one["format"], one["program"]), Counter())[one["verdict"]] += 1
    gallery = meta.get("gallery", "none")
    lines = [
        f"vector formats: {meta['documents']} files of each kind; Matplotlib "
        f"{meta.get('matplotlib', '?')}, gallery {gallery}, {meta.get('seconds', 0)} s",
        f"{'':18}" + "".join(f"{name:>19}" for name in ("compared", *VERDICTS)),
    ]
    for (fmt, program), counts in sorted(rows.items()):
        numbers = [counts.total(), *(counts[verdict] for verdict in VERDICTS)]
        lines.append(f"{fmt:5}{program:13}" + "".join(f"{number:19}" for number in numbers))
    closer = sum(one["png_ours"] <= one["png_theirs"] for one in found["compared"])
    further = sum(one["further"] for one in found["compared"])
    lines.append(
        f"closer to the PNG than Matplotlib's, or as close: {closer} of {len(found['compared'])}; "
        f"further, visibly: {further}"
    )
    causes = Counter(entry.cause for _, _, entry in findings.explained)
    lines.append(
        "causes of the differences: "
        + ", ".join(f"{cause} {causes[cause]}" for cause in CAUSES if causes[cause])
        + f"; not known: {len(findings.new)}"
    )
    lines += [
        f"size against Matplotlib's, geometric mean, {fmt}: {ratio:.2f}"
        for fmt, ratio in size_ratios(found).items()
    ]
    if meta["missing"]:
        lines.append(f"programs that are not here: {', '.join(meta['missing'])}")
    return "\n".join(lines)


def size_ratios(found: Run) -> dict[str, float]:
    """Geometric mean of our file's size over Matplotlib's, by format."""
    logarithms: dict[str, dict[tuple[str, int], float]] = {}
    for one in found["compared"]:
        ours, theirs = one["sizes"]
        if ours and theirs:
            of_format = logarithms.setdefault(one["format"], {})
            of_format[one["id"], one["index"]] = math.log(ours / theirs)
    return {
        fmt: math.exp(sum(values.values()) / len(values))
        for fmt, values in sorted(logarithms.items())
    }


def describe(one: Compared) -> str:
    """Say in one line what was compared, and what came of it."""
    return (
        f"{one['id']}#{one['index']} {one['format']} {one['program']}: {one['verdict']}, "
        f"rms {one['rms']:.2f} (tolerance {one['tolerance']:g}), from the PNG "
        f"{one['png_ours']:.2f}, Matplotlib's {one['png_theirs']:.2f} {one['note']}"
    ).rstrip()


def write(folder: Path, found: Run, findings: Findings) -> Path:
    """Write ``vector.html``: what is not known first, then by entry of the list."""
    parts = [f"<pre>{escape(summarize(found, findings))}</pre>"]
    if findings.new:
        parts.append(f'<h2 class="bad">Not known ({len(findings.new)})</h2>')
        parts += [_show(one, what) for one, what in findings.new]
    for cause in CAUSES:
        groups: dict[str, list[str]] = {}
        for one, what, entry in findings.explained:
            if entry.cause == cause:
                groups.setdefault(entry.reason, []).append(_show(one, what))
        if groups:
            parts.append(f"<h2>{cause.capitalize()}</h2>")
        for reason, shown in groups.items():
            title = f"{escape(reason)} ({len(shown)})"
            parts.append(f"<details><summary>{title}</summary>{''.join(shown)}</details>")
    title = "drypoint's vector files and Matplotlib's"
    path = folder / "vector.html"
    path.write_text(
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}{FOUR}</style></head><body><h1>{title}</h1>{''.join(parts)}</body></html>\n",
        encoding="utf-8",
    )
    return path


def _show(one: Compared, what: str) -> str:
    """Show a difference: what was compared, and four pictures."""
    figures = []
    for name in ("ours", "matplotlib", "png", "difference") if one["pictures"] else ():
        source = escape(f"{PICTURES}/{one['pictures']}-{name}.png")
        figures.append(
            f'<figure><a href="{source}"><img loading="lazy" src="{source}"></a>'
            f"<figcaption>{name}</figcaption></figure>"
        )
    return (
        f"<h4>{escape(describe(one))}</h4><p>differs from: {what}</p>"
        f'<div class="three">{"".join(figures)}</div>'
    )
