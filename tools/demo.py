"""Render the examples through drypoint and through Matplotlib's own backends, side by side.

    python -m tools.demo [NAME ...] [--out FOLDER]

Writes FOLDER (default: demo) with both pictures of every script in examples/ and an index.html
that shows them beside each other with the number of differing pixels and the time of a save; and the same figure as
PDF, SVG and EPS by both, with times and sizes. Prints one line for each figure. The exit status is 1 when any pixel
differs.
"""

import argparse
import html
import io
import logging
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import matplotlib as mpl
import numpy as np
from PIL import Image

from benches.backends import AGG as MATPLOTLIB
from benches.backends import DOCUMENT_FORMATS, OURS, canvas_class
from benches.figures import AGG, DRYPOINT, EXAMPLES, Drawing, draw, script
from benches.measure import geometric_mean, in_turns

PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>drypoint beside Matplotlib</title>
<style>
  body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 1400px;
         padding: 0 1em; color: #222; background: #fff; }}
  h2 {{ margin: 2em 0 0; font-size: 1.1em; }}
  p {{ margin: .2em 0 .5em; }}
  .pair {{ display: grid; grid-template-columns: 1fr 1fr; gap: 1em; }}
  figure {{ margin: 0; }}
  img {{ max-width: 100%; border: 1px solid #ddd; }}
  figcaption {{ color: #666; }}
  .differs {{ color: #b00; font-weight: bold; }}
  table {{ border-spacing: 1em .1em; margin: .5em 0 0 -1em; }}
  td, th {{ text-align: right; font-weight: normal; }}
  th, td:first-child {{ text-align: left; color: #666; }}
</style>
<h1>drypoint beside Matplotlib's own backends</h1>
<p>{summary}</p>
<p>Matplotlib {matplotlib}. Times are medians of saves, taken in turns in one process after a
first, uncounted save.</p>
{rows}
</html>
"""

ROW = """<section>
<h2>{name}</h2>
<p>{about} <span class="{css}">{pixels}</span>; a save takes {ours:.1f} ms with drypoint,
{agg:.1f} ms with Agg.</p>
<div class="pair">
<figure><img src="{name}.png" alt="{name}, by drypoint"><figcaption>drypoint</figcaption></figure>
<figure><img src="{name}-agg.png" alt="{name}, by Agg"><figcaption>Agg</figcaption></figure>
</div>
<table>
<tr><th>documents</th><th>drypoint</th><th></th><th>Matplotlib</th><th></th></tr>
{documents}
</table>
</section>
"""

DOCUMENT = """<tr><td>{format}</td><td><a href="{name}.{ending}">{ours.kilobytes:.1f} kB</a></td>
<td>{ours.ms:.1f} ms</td>
<td><a href="{name}-matplotlib.{ending}">{matplotlib.kilobytes:.1f} kB</a></td>
<td>{matplotlib.ms:.1f} ms</td></tr>
"""


@dataclass(frozen=True)
class File:
    """A saved document: its size, ms per save."""

    kilobytes: float
    ms: float


@dataclass(frozen=True)
class Row:
    """One example: what it is, how many pixels differ, ms per save; files by format, ours and Matplotlib's."""

    name: str
    about: str
    differing: int
    ours_ms: float
    agg_ms: float
    documents: dict[str, tuple[File, File]]


def pixels(png: bytes) -> np.ndarray:
    """Decode a PNG file; (height, width, 4) uint8."""
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGBA"))


def differing_pixels(ours: bytes, agg: bytes) -> int:
    """How many pixels of two PNG files differ; all of the larger one when the sizes do."""
    a, b = pixels(ours), pixels(agg)
    if a.shape != b.shape:
        return max(a.size, b.size) // 4
    return int((a != b).any(axis=2).sum())


def render(path: Path, folder: Path, budget_ms: float) -> Row:
    """Draw one script with both, write the two pictures, compare and time."""
    drawings = {"agg": draw(script(path), AGG), "drypoint": draw(script(path), DRYPOINT)}
    (agg,), (ours,) = drawings["agg"].save(), drawings["drypoint"].save()
    (folder / f"{path.stem}.png").write_bytes(ours)
    (folder / f"{path.stem}-agg.png").write_bytes(agg)
    saves = {name: drawing.save for name, drawing in drawings.items()}
    times = in_turns(saves, budget_ms=budget_ms)
    about = path.read_text(encoding="utf-8").split('"""')[1].strip()
    documents = {
        format: render_document(drawings["agg"], format, folder / path.stem, budget_ms / 3)
        for format in DOCUMENT_FORMATS
    }
    differing = differing_pixels(ours, agg)
    return Row(
        path.stem, about, differing, times.median("drypoint"), times.median("agg"), documents
    )


def render_document(
    drawing: Drawing, format: str, stem: Path, budget_ms: float
) -> tuple[File, File]:
    """Save a figure in a format with both, write the files and time the saves."""
    names = (f"{stem}.{format}", f"{stem}-matplotlib.{format}")
    canvases = [canvas_class(backend, format) for backend in (OURS, MATPLOTLIB)]
    drawings = {name: drawing.on(canvas) for name, canvas in zip(names, canvases, strict=True)}
    sizes = {}
    for name, its in drawings.items():
        (file,) = its.save(format)
        Path(name).write_bytes(file)
        sizes[name] = len(file) / 1e3
    saves = {name: partial(its.save, format) for name, its in drawings.items()}
    times = in_turns(saves, budget_ms=budget_ms)
    ours, theirs = (File(sizes[name], times.median(name)) for name in names)
    return ours, theirs


def write_page(rows: list[Row], summary: str, folder: Path) -> Path:
    """Write index.html; its path."""
    sections = "".join(
        ROW.format(
            name=html.escape(row.name),
            about=html.escape(row.about),
            css="differs" if row.differing else "same",
            pixels=f"{row.differing or 'No'} pixels differ",
            ours=row.ours_ms,
            agg=row.agg_ms,
            documents="".join(
                DOCUMENT.format(
                    format=format.upper(),
                    ending=format,
                    name=html.escape(row.name),
                    ours=ours,
                    matplotlib=matplotlib,
                )
                for format, (ours, matplotlib) in row.documents.items()
            ),
        )
        for row in rows
    )
    page = folder / "index.html"
    text = PAGE.format(summary=html.escape(summary), matplotlib=mpl.__version__, rows=sections)
    page.write_text(text, encoding="utf-8")
    return page


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser("python -m tools.demo", description=__doc__.split("\n")[0])
    names = [path.stem for path in EXAMPLES]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(names)}")
    parser.add_argument("--out", type=Path, default=Path("demo"), metavar="FOLDER")
    parser.add_argument(
        "--budget-ms", type=float, default=600, help="time to spend on the saves of one figure"
    )
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(names):
        parser.error(f"no example is called {', '.join(sorted(unknown))}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    # Each save of Matplotlib's would say that PostScript has no transparency.
    logging.getLogger("matplotlib.backends.backend_ps").setLevel(logging.ERROR)

    print(f"{'figure':16}{'pixels differing':>18}{'drypoint ms':>13}{'Agg ms':>9}{'ratio':>8}")
    rows = []
    for path in EXAMPLES:
        if arguments.names and path.stem not in arguments.names:
            continue
        row = render(path, arguments.out, arguments.budget_ms)
        print(
            f"{row.name:16}{row.differing:18}{row.ours_ms:13.1f}{row.agg_ms:9.1f}"
            f"{row.agg_ms / row.ours_ms:8.2f}",
            flush=True,
        )
        rows.append(row)
    differing = sum(row.differing > 0 for row in rows)

    def of_format(format: str) -> str:
        pairs = [row.documents[format] for row in rows]
        times = geometric_mean(theirs.ms / ours.ms for ours, theirs in pairs)
        sizes = geometric_mean(theirs.kilobytes / ours.kilobytes for ours, theirs in pairs)
        return f"{format.upper()} {times:.1f} and {sizes:.1f}"

    ratio = geometric_mean(row.agg_ms / row.ours_ms for row in rows)
    summary = (
        f"{len(rows)} {'figure' if len(rows) == 1 else 'figures'}, {differing} with differing pixels; "
        f"Agg's time divided by drypoint's: {ratio:.2f} (geometric mean). "
        f"Matplotlib's time and bytes divided by drypoint's: {', '.join(map(of_format, DOCUMENT_FORMATS))}"
    )
    print(f"{summary}\n{write_page(rows, summary, arguments.out)}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
