"""Lines of collections have no more points than one can see."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from PIL import Image

from drypoint import options
from drypoint.backends import pdf, ps, svg
from drypoint.conformance.vector import programs
from drypoint.conformance.vector.compare import measure
from tests import files

from .drawings import empty

CANVASES = {"pdf": pdf, "svg": svg, "eps": ps}


def saved(fmt: str, points: int) -> bytes:
    """A spiral with so many points."""
    angle = np.linspace(0, 20, points)
    spiral = np.column_stack([36 + 1.5 * angle * np.cos(angle), 36 + 1.5 * angle * np.sin(angle)])
    figure = empty()
    figure.axes[0].add_collection(LineCollection([spiral], lw=0.5, colors="k"))
    with mpl.rc_context({"pdf.compression": 0}), options.context(ps_compression=0):
        return files.saved(figure, fmt, CANVASES[fmt].FigureCanvas)


@pytest.mark.parametrize("fmt", CANVASES)
def test_a_smooth_line_is_as_small_as_one_with_fewer_points(fmt: str) -> None:
    assert len(saved(fmt, 20_000)) < 1.1 * len(saved(fmt, 2_000))


@pytest.mark.parametrize("fmt", CANVASES)
def test_it_looks_the_same(fmt: str, tmp_path: Path) -> None:
    program = programs.READERS[fmt][0]
    if not programs.available()[program]:
        pytest.skip(f"needs {program}")
    pictures = []
    with programs.Programs(144) as readers:
        for points in (300, 20_000):
            path = tmp_path / f"{points}.{fmt}"
            path.write_bytes(saved(fmt, points))
            pictures.append(readers.picture(program, path))
    assert measure(*pictures)["edges"]
    assert np.asarray(Image.fromarray(pictures[0]).convert("L")).min() < 128
