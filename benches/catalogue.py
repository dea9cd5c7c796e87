"""The two sets of figures by name, each a program that makes its figures with pyplot."""

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from . import heavy
from .figures import EXAMPLES, in_gallery, script

Program = Callable[[], object]

# Scripts of Matplotlib's gallery, one path in a line: `python -m benches.choose` made the list.
GALLERY = Path(__file__).with_name("gallery.txt")


def chosen() -> list[str]:
    """Paths, inside the gallery, of the scripts in the set."""
    lines = GALLERY.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@cache
def gallery_folder() -> Path | None:
    """Folder of the gallery of the installed Matplotlib; None, and a note, if it is out of reach.

    It comes with the source release, which is fetched once.
    """
    from drypoint.conformance.installation import SetupError, default_cache, source_release

    try:
        return source_release(default_cache()) / "galleries" / "examples"
    except SetupError as error:
        print(f"Without the gallery, the ordinary set is examples/ only. {error}", file=sys.stderr)
        return None


def examples() -> dict[str, Program]:
    """The scripts in examples/."""
    return {path.stem: script(path) for path in EXAMPLES}


def ordinary() -> dict[str, Program]:
    """The examples and the chosen figures of the gallery."""
    figures = examples()
    folder = gallery_folder()
    if folder is not None:
        for name in chosen():
            if (folder / name).exists():  # another release may have lost it
                figures[name.removesuffix(".py")] = in_gallery(folder / name)
    return figures


def heavy_figures() -> dict[str, Program]:
    """The functions of `heavy`."""
    return {function.__name__: function for function in heavy.FIGURES}


SETS: dict[str, Callable[[], dict[str, Program]]] = {"ordinary": ordinary, "heavy": heavy_figures}

# Of heavy figures, those that are heavy for vector formats. Matplotlib takes a minute for the worst.
HEAVY_DOCUMENTS = (
    "scatter_100k",
    "quad_mesh_500",
    "gouraud_300",
    "lines_100x10k",
    "contours",
    "markers_100k",
)
DOCUMENTS_STEP = 4  # every so many ordinary figures are saved in vector formats, too


def documents(set_name: str) -> dict[str, Program]:
    """Figures of a set that are saved in vector formats."""
    figures = SETS[set_name]()
    if set_name == "ordinary":
        return {name: figures[name] for name in list(figures)[::DOCUMENTS_STEP]}
    return {name: figures[name] for name in HEAVY_DOCUMENTS}


# For what starts a process for each figure: every so many of the set.
SAMPLE_STEP = {"ordinary": 8, "heavy": 4}


def sample(set_name: str) -> dict[str, Program]:
    """A part of a set, the same each time."""
    figures = SETS[set_name]()
    return {name: figures[name] for name in list(figures)[:: SAMPLE_STEP[set_name]]}
