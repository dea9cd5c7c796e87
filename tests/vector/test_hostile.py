"""Whatever numbers come, documents are written and can be opened."""

import random
import shutil
import subprocess
import warnings
import xml.etree.ElementTree as ET
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from drypoint import _core
from drypoint.adapter.document_text import DocumentText
from drypoint.adapter.renderer import Renderer
from drypoint.adapter.surfaces import Output

NUMBERS = [0, 1, -1, 1e-300, 1e300, -1e300, np.nan, np.inf, -np.inf, 50, 3.3, 1e9, 2.0**31, 5e-324]
STRINGS = ["", "a\x01b<&]]>", "שלום", "$x^2$", "\U0001f600", "(\\", "a  b "]
URL = "https://x/<>&()\\\x00é"


def draw(renderer: Any, choose: random.Random) -> None:
    def points(count: int) -> np.ndarray:
        return np.array([[choose.choice(NUMBERS), choose.choice(NUMBERS)] for _ in range(count)])

    def number() -> Any:
        return choose.choice(NUMBERS)

    gc: Any = renderer.new_gc()
    gc.set_linewidth(number())
    gc.set_dashes(0, None)
    gc._dashes = (number(), choose.choice([None, [1, 2], [1e300, 1], [1e-300, 1e-300]]))
    gc._rgb = tuple(number() for _ in range(4))
    gc.set_hatch(choose.choice([None, None, "x*"]))
    gc.set_sketch_params(choose.choice([None, None, 1, 1e3]), choose.choice([1, 100]), 2)
    gc.set_url(choose.choice([None, URL]))
    count = choose.randrange(2, 9)
    path = Path(points(count))
    codes = [choose.choice([0, 1, 2, 3, 4, 79]) for _ in range(count)]
    path._codes = choose.choice([None, np.array(codes, np.uint8)])  # type: ignore[attr-defined]
    transform = Affine2D().scale(choose.choice([1, 1e-200, 1e200, 0]))
    face = choose.choice([None, (1, 0, 0), (0, 1, 0, 0.5), (np.nan,) * 4])
    kind = choose.randrange(7)
    if kind == 0:
        renderer.draw_path(gc, path, transform, face)
    elif kind == 1:
        renderer.draw_markers(gc, path, transform, Path(points(5)), IdentityTransform(), face)
    elif kind == 2:
        offsets = points(choose.choice([1, 40]))
        faces, edges = np.array([[1, 0, 0, 0.5]]), np.array([[0, np.nan, 0, 1]])
        renderer.draw_path_collection(
            *(gc, transform, [path, path], np.empty((0, 3, 3)), offsets, transform),
            *(faces, edges, [number()], [(0, None)], [True], [URL, None], None),
        )
    elif kind == 3:
        corners, colors = points(9).reshape(3, 3, 2), np.array([[1, 0, 0, 1], [0, np.nan, 1, 0.5]])
        renderer.draw_quad_mesh(
            *(gc, transform, 2, 2, corners, np.zeros((1, 2)), IdentityTransform()),
            *(colors, True, np.empty((0, 4))),
        )
    elif kind == 4:
        colors = np.full((2, 3, 4), number())
        renderer.draw_gouraud_triangles(gc, points(6).reshape(2, 3, 2), colors, transform)
    elif kind == 5:
        image = np.zeros((choose.choice([0, 1, 3]), choose.choice([0, 2]), 4), np.uint8)
        renderer.draw_image(gc, number(), number(), image, choose.choice([None, transform]))
    else:
        prop = FontProperties(size=choose.choice([0, 10, 1e3]))
        angle = choose.choice([0, 30, 1e300])
        s = choose.choice(STRINGS)
        renderer.draw_text(gc, number(), number(), s, prop, angle, ismath="$" in s)


@pytest.mark.parametrize("seed", range(60))
def test_hostile_scenes_are_written(seed: int, tmp_path: FilePath) -> None:
    choose = random.Random(seed)
    output = Output(DocumentText(), is_document=True, flipy=bool(seed % 2), scales_images=True)
    sides = choose.choice([0, 1, 100, 1e6]), choose.choice([0, 1, 100])
    renderer = Renderer(*sides, 72, output)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(12):
            draw(renderer, choose)
    svg, _ = renderer.document.write_svg(resolution=2)
    ET.fromstring(svg)
    svg, _ = renderer.document.write_svg(text_as_path=False)
    ET.fromstring(svg)
    file = _core.PdfFile(0 if seed % 2 else 6, False)
    file.add_page(renderer.document, "a (figure")
    (tmp_path / "a.pdf").write_bytes(file.finish([("Title", "x")]))
    for type3 in (False, True):
        paper = (None, *sides)
        ps = renderer.document.write_ps(
            encapsulated=bool(seed % 2), paper=paper, compression=6 * type3, type3=type3
        )
        (tmp_path / "a.ps").write_bytes(ps)
        if shutil.which("gs") and max(sides) <= 100:
            command = ["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pgm", "-r20"]
            done = subprocess.run(
                [*command, "-o", "a.pgm", "a.ps"],
                cwd=tmp_path,
                capture_output=True,
                check=True,
                timeout=60,
            )
            assert done.stdout + done.stderr == b""
    if shutil.which("qpdf"):
        subprocess.run(["qpdf", "--check", "a.pdf"], cwd=tmp_path, check=True, capture_output=True)
