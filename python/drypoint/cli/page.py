"""The HTML page of `drypoint compare`: one file with all pictures in it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from pathlib import Path

from drypoint.cli import compare
from drypoint.cli.machine import cores, processor, versions
from drypoint.cli.recorder import Figure
from drypoint.cli.recording import Outcome

__all__ = ["write"]

_STYLE = """
:root { color-scheme: light; --good: #1a7f37; --bad: #b3261e; --quiet: #667; --line: #dde }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 84rem; padding: 1.5rem;
       color: #1c1c22; background: #fff }
h1 { font-size: 1.5rem; margin: 0 0 .8rem }
.banner { display: flex; flex-wrap: wrap; gap: 1rem; margin-bottom: 1.2rem }
.tile { border: 1px solid var(--line); border-radius: .6rem; padding: .6rem 1.2rem; min-width: 9rem }
.tile b { display: block; font-size: 1.7rem; line-height: 1.3 }
.tile span { color: var(--quiet) }
.good { color: var(--good) } .bad { color: var(--bad) }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th { text-align: right; color: var(--quiet); font-weight: 500; vertical-align: bottom }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line) }
td { text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere }
td.bars { width: 16rem; text-align: left }
.bar { height: .5rem; border-radius: .2rem; min-width: 2px }
.agg { background: #b9bdc9 } .ours { background: #2a6fdb; margin-top: 2px }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .4rem; padding-top: 1rem; border-top: 1px solid var(--line);
     overflow-wrap: anywhere }
.three { display: grid; grid-template-columns: repeat(3, 1fr); gap: .8rem }
figure { margin: 0 } figcaption { color: var(--quiet); margin-bottom: .2rem }
img { width: 100%; border: 1px solid var(--line); box-sizing: border-box;
      background: repeating-conic-gradient(#eee 0 25%, #fff 0 50%) 0 0 / 16px 16px }
.same { display: flex; flex-direction: column; align-items: center; justify-content: center;
        border: 1px solid var(--line); background: #f2faf4; color: var(--good); text-align: center }
.same b { font-size: 2.2rem; line-height: 1.2 }
.note { color: var(--quiet); margin-top: 2.5rem }
"""


def write(path: Path, outcomes: Sequence[Outcome], pictures: Path) -> None:
    """Write the page.

    Parameters
    ----------
    path : Path
        The file.
    outcomes : sequence of Outcome
        What to tell of.
    pictures : Path
        The folder with the pictures, in it one for each outcome, by number.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    entries = [
        (f"f{number}-{index}", outcome, figure, pictures / str(number))
        for number, outcome in enumerate(outcomes)
        for index, figure in enumerate(outcome.figures)
    ]
    # What somebody has to look at comes first, the worst of it foremost.
    entries.sort(key=lambda entry: (not entry[2].get("error"), -entry[2].get("pixels", 0)))
    slowest = max((ms for _, _, figure, _ in entries for ms in _times(figure)), default=1.0)
    rows = "".join(
        _rows(anchor, outcome, figure, slowest) for anchor, outcome, figure, _ in entries
    )
    sections = "".join(_section(*entry) for entry in entries)
    failed = "".join(
        f'<p class="bad">{escape(outcome.title)} failed: {escape(outcome.error)}</p>'
        for outcome in outcomes
        if outcome.error
    )
    about = ", ".join(f"{name} {version}" for name, version in versions().items())
    heads = ["figure", "format", "time: Agg above, drypoint below", "Agg’s time", "drypoint’s"]
    heads += ["times as fast", "Agg’s file", "drypoint’s", "differing pixels"]
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Matplotlib and drypoint, compared</title>
<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>
<h1>Matplotlib’s own backend and drypoint, compared</h1>
{_banner(outcomes)}{failed}
<table><thead><tr>{"".join(f"<th>{head}</th>" for head in heads)}</tr></thead>
<tbody>{rows}</tbody></table>
{sections}
<p class="note">{escape(about)}; {escape(processor())}, {cores()} cores. A time is the median of saves into
memory, with everything laid out, both backends in turns. A difference picture is black where
both agree; what differs is shown 8 times as bright.</p>
</body></html>
"""
    path.write_text(page, encoding="utf-8")


def _times(figure: Figure) -> list[float]:
    return [ms for save in figure["saves"].values() for ms in save["ms"].values()]


def _banner(outcomes: Sequence[Outcome]) -> str:
    """Make the tiles that say it all: figures, equal ones, speed, size."""
    figures = [figure for outcome in outcomes for figure in outcome.figures]
    equal = sum(figure.get("pixels") == 0 and not figure.get("error") for figure in figures)
    saves = [figure["saves"]["png"] for figure in figures if "png" in figure["saves"]]
    tiles = [
        (str(len(figures)), f"figures of {len(outcomes)} programs", ""),
        (
            f"{equal} of {len(figures)}",
            "have equal pixels",
            "good" if equal == len(figures) else "bad",
        ),
    ]
    if saves:
        faster = compare.speed(figures)
        bytes_of = {
            side: sum(save["bytes"][side] for save in saves) for side in ("agg", "drypoint")
        }
        share = bytes_of["drypoint"] / bytes_of["agg"]
        tiles.append(
            (f"{faster:.1f}×", "as fast (PNG, geometric mean)", "good" if faster > 1 else "bad")
        )
        tiles.append(
            (f"{share:.0%}", "of the size of Agg’s PNG files", "good" if share <= 1 else "")
        )
    return (
        '<div class="banner">'
        + "".join(
            f'<div class="tile"><b class="{style}">{escape(number)}</b><span>{escape(text)}</span></div>'
            for number, text, style in tiles
        )
        + "</div>"
    )


def _rows(anchor: str, outcome: Outcome, figure: Figure, slowest: float) -> str:
    name = f'<a href="#{anchor}">{escape(_name(outcome, figure))}</a>'
    rows = []
    for fmt, save in figure["saves"].items():
        ms, size = save["ms"], save["bytes"]
        bars = "".join(
            f'<div class="bar {style}" style="width:{100 * ms[side] / slowest:.1f}%"></div>'
            for side, style in (("agg", "agg"), ("drypoint", "ours"))
        )
        cells = [
            fmt.upper(),
            f"{ms['agg']:.1f} ms",
            f"{ms['drypoint']:.1f} ms",
            f"{ms['agg'] / ms['drypoint']:.1f}",
            f"{size['agg'] / 1e3:.1f} KB",
            f"{size['drypoint'] / 1e3:.1f} KB",
        ]
        cells = [f"<td>{cell}</td>" for cell in cells]
        cells.insert(1, f'<td class="bars">{bars}</td>')
        verdict = _verdict(figure) if fmt == "png" else "<td></td>"
        rows.append(f"<tr><td>{name}</td>{''.join(cells)}{verdict}</tr>")
    if not rows:
        rows.append(f'<tr><td>{name}</td><td colspan="7"></td>{_verdict(figure)}</tr>')
    return "".join(rows)


def _verdict(figure: Figure) -> str:
    if figure.get("error"):
        return f'<td class="bad">{escape(figure["error"])}</td>'
    style = "bad" if figure.get("pixels") else "good"
    return f'<td class="{style}">{escape(compare.difference(figure))}</td>'


def _name(outcome: Outcome, figure: Figure) -> str:
    return f"{Path(outcome.title).name}: {figure['title']}"


def _section(anchor: str, outcome: Outcome, figure: Figure, folder: Path) -> str:
    heading = f'<h2 id="{anchor}">{escape(_name(outcome, figure))}</h2>'
    stem = figure.get("pictures")
    if not stem:
        return f'{heading}<p class="bad">{escape(figure.get("error", ""))}</p>'
    total = figure["width_px"] * figure["height_px"]
    if (folder / f"{stem}-difference.png").exists():
        middle = _picture(
            folder / f"{stem}-difference.png", f"difference: {compare.difference(figure)}"
        )
    elif figure.get("error"):
        middle = f'<figure><figcaption>difference</figcaption><p class="bad">{escape(figure["error"])}</p></figure>'
    else:
        middle = f'<div class="same"><b>✓</b>all {total:,} pixels<br>are equal</div>'
    return (
        f'{heading}<div class="three">{_picture(folder / f"{stem}-agg.png", "Matplotlib’s Agg")}'
        f"{middle}{_picture(folder / f'{stem}-drypoint.png', 'drypoint')}</div>"
    )


def _picture(path: Path, caption: str) -> str:
    data = b64encode(path.read_bytes()).decode("ascii")
    return (
        f"<figure><figcaption>{escape(caption)}</figcaption>"
        f'<img alt="{escape(caption)}" src="data:image/png;base64,{data}"></figure>'
    )
