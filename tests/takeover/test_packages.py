"""The takeover reaches what draws with Matplotlib: each with the real package.

That drypoint drew is seen from its count of surfaces, and from the pixels being Agg's.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import textwrap
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.animation import FFMpegWriter, FuncAnimation, HTMLWriter, PillowWriter
from matplotlib.figure import Figure
from PIL import Image, ImageSequence

import drypoint
from drypoint.adapter import grafts

pytestmark = pytest.mark.usefixtures("agg")


def pixels(figure: Any) -> np.ndarray:
    file = io.BytesIO()
    figure.savefig(file, format="rgba")
    return np.frombuffer(file.getvalue(), np.uint8)


def assert_same_pixels(draw: Callable[[], Any]) -> None:
    """Draw with Agg and with drypoint and compare."""
    expected = pixels(draw())
    drypoint.install()
    before = grafts.surfaces_made()
    result = pixels(draw())
    assert grafts.surfaces_made() > before
    assert np.array_equal(result, expected)


def run(folder: Path, *command: str, **environment: str) -> str:
    """What a command prints; fails with that if the command does."""
    settings = {
        "MPLBACKEND": "agg",
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYTHONWARNINGS": "default",
        **environment,
    }
    finished = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=300,
    )
    printed = finished.stdout + finished.stderr
    assert finished.returncode == 0, printed
    return printed


# --- figures


def test_pyplot() -> None:
    def draw() -> Figure:
        figure, axes = plt.subplots()
        axes.plot([1, 3, 2])
        return figure

    assert_same_pixels(draw)


def test_figure_without_pyplot() -> None:
    def draw() -> Figure:
        figure = Figure()
        figure.subplots().scatter([1, 2, 3], [3, 1, 2])
        return figure

    assert_same_pixels(draw)


@pytest.mark.parametrize("kind", ["line", "bar", "hist", "box", "area"])
@pytest.mark.filterwarnings("ignore")
def test_pandas(kind: str) -> None:
    pandas = pytest.importorskip("pandas", reason="needs pandas")
    table = pandas.DataFrame({"a": [1, 3, 2, 4], "b": [2, 1, 4, 3]})
    assert_same_pixels(lambda: table.plot(kind=kind).figure)


@pytest.mark.filterwarnings("ignore")
def test_seaborn() -> None:
    seaborn = pytest.importorskip("seaborn", reason="needs seaborn")
    pandas = pytest.importorskip("pandas", reason="needs pandas")
    table = pandas.DataFrame({"x": [1, 3, 2, 4], "y": [2, 1, 4, 3], "kind": list("abab")})
    assert_same_pixels(
        lambda: seaborn.relplot(table, x="x", y="y", hue="kind", col="kind", height=2).figure
    )


@pytest.mark.filterwarnings("ignore")
def test_seaborn_objects() -> None:
    objects = pytest.importorskip("seaborn.objects", reason="needs seaborn")

    def save() -> np.ndarray:
        file = io.BytesIO()
        objects.Plot([1, 2, 3], [3, 1, 2]).add(objects.Line()).save(file, format="png")
        return np.asarray(Image.open(file))

    expected = save()
    drypoint.install()
    before = grafts.surfaces_made()
    assert np.array_equal(save(), expected)
    assert grafts.surfaces_made() > before


def test_networkx() -> None:
    networkx = pytest.importorskip("networkx", reason="needs networkx")

    def draw() -> Figure:
        figure, axes = plt.subplots()
        graph = networkx.path_graph(5)
        networkx.draw(graph, pos=networkx.circular_layout(graph), ax=axes, with_labels=True)
        return figure

    assert_same_pixels(draw)


def test_scikit_learn() -> None:
    tree = pytest.importorskip("sklearn.tree", reason="needs scikit-learn")
    model = tree.DecisionTreeClassifier(random_state=0).fit([[0], [1], [2], [3]], [0, 1, 1, 0])

    def draw() -> Figure:
        figure, axes = plt.subplots()
        tree.plot_tree(model, ax=axes)
        return figure

    assert_same_pixels(draw)


def test_the_canvas_of_webagg_made_before_and_after() -> None:
    from matplotlib.backends.backend_webagg_core import FigureCanvasWebAggCore

    def difference_image() -> bytes:
        figure = Figure(figsize=(2, 1))
        figure.subplots().plot([1, 3, 2])
        canvas: Any = FigureCanvasWebAggCore(figure)
        canvas.manager = SimpleNamespace(refresh_all=lambda: None)
        canvas.draw()
        data = canvas.get_diff_image()
        assert data
        return data

    expected = np.asarray(Image.open(io.BytesIO(difference_image())))
    drypoint.install()
    before = grafts.surfaces_made()
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(difference_image()))), expected)
    assert grafts.surfaces_made() == before + 1


# --- animations


def animation() -> FuncAnimation:
    figure, axes = plt.subplots(figsize=(2, 1.5))
    (line,) = axes.plot([0, 1, 2], [0, 1, 0])

    def update(frame: int) -> list[Any]:
        line.set_ydata([0, frame, 1])
        return [line]

    return FuncAnimation(figure, update, frames=3, cache_frame_data=False)


def test_pillow_writer(tmp_path: Path) -> None:
    def save(name: str) -> list[np.ndarray]:
        animation().save(tmp_path / name, writer=PillowWriter(fps=5))
        with Image.open(tmp_path / name) as image:
            return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]

    expected = save("agg.gif")
    drypoint.install()
    before = grafts.surfaces_made()
    frames = save("ours.gif")
    assert grafts.surfaces_made() > before
    assert len(frames) == 3
    assert all(map(np.array_equal, frames, expected))


def test_html_writer(tmp_path: Path) -> None:
    drypoint.install()
    before = grafts.surfaces_made()
    animation().save(tmp_path / "a.html", writer=HTMLWriter(fps=5, embed_frames=True))
    assert (tmp_path / "a.html").read_text().count("data:image/png;base64") == 3
    assert grafts.surfaces_made() > before
    before = grafts.surfaces_made()
    assert animation().to_jshtml().count("data:image/png;base64") == 3
    assert grafts.surfaces_made() > before


def test_ffmpeg_writer(tmp_path: Path) -> None:
    if not FFMpegWriter.isAvailable():
        imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="needs ffmpeg")
        mpl.rcParams["animation.ffmpeg_path"] = imageio_ffmpeg.get_ffmpeg_exe()
    drypoint.install()
    before = grafts.surfaces_made()
    animation().save(tmp_path / "a.mp4", writer=FFMpegWriter(fps=5))
    assert (tmp_path / "a.mp4").stat().st_size > 500
    assert grafts.surfaces_made() > before


# --- image tests


def test_matplotlib_testing(tmp_path: Path) -> None:
    (tmp_path / "test_picture.py").write_text(
        textwrap.dedent("""
            import matplotlib.pyplot as plt
            from matplotlib.testing.decorators import check_figures_equal, image_comparison

            @image_comparison(["picture.png"], tol=0, style="mpl20")
            def test_picture():
                plt.figure().subplots().plot([1, 3, 2], "o--")

            @check_figures_equal()
            def test_equal(fig_test, fig_ref):
                for figure in (fig_test, fig_ref):
                    figure.subplots().plot([1, 2])
            """)
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    options = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
    baseline = tmp_path / "baseline_images" / "test_picture" / "picture.png"
    baseline.parent.mkdir(parents=True)
    Image.new("RGBA", (5, 5)).save(baseline)
    # The first run is there for its picture.
    subprocess.run([sys.executable, *options], cwd=tmp_path, capture_output=True, check=False)
    shutil.copy(tmp_path / "result_images" / "test_picture" / "picture.png", baseline)
    printed = run(tmp_path, *options, "-p", "drypoint.pytest")
    assert "2 passed" in printed
    assert "drypoint: 3 canvases" in printed
    # That it would have been seen.
    with Image.open(baseline) as image:
        image.load()
    image.putpixel((100, 100), (1, 2, 3, 255))
    image.save(baseline)
    with pytest.raises(AssertionError, match="1 failed"):
        run(tmp_path, *options, "-p", "drypoint.pytest")


def test_pytest_mpl(tmp_path: Path) -> None:
    pytest.importorskip("pytest_mpl", reason="needs pytest-mpl")
    (tmp_path / "test_picture.py").write_text(
        textwrap.dedent("""
            import matplotlib.pyplot as plt
            import pytest

            @pytest.mark.mpl_image_compare(tolerance=0)
            def test_picture():
                figure, axes = plt.subplots()
                axes.plot([1, 3, 2], "o--")
                return figure
            """)
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    options = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
    run(tmp_path, *options, "--mpl-generate-path=baseline")
    assert (tmp_path / "baseline" / "test_picture.png").exists()
    printed = run(tmp_path, *options, "--mpl", "-p", "drypoint.pytest")
    assert "1 passed" in printed
    assert "drypoint: 1 canvases" in printed


# --- documents

CONF = """
import drypoint
drypoint.install()
extensions = {extensions}
{settings}

def setup(app):
    from drypoint.adapter import grafts
    app.connect("build-finished", lambda app, error: print("surfaces:", grafts.surfaces_made()))
"""


def build(folder: Path, *, taken: bool) -> int:
    """Build the documents in a folder; how many surfaces drypoint was asked for."""
    conf = folder / "conf.py"
    text = conf.read_text()
    if not taken:
        conf.write_text(text.replace("drypoint.install()", ""))
    out = folder / ("ours" if taken else "agg")
    printed = run(folder, "-m", "sphinx", "-q", "-E", "-d", f"{out}-tree", ".", str(out))
    conf.write_text(text)
    return int(printed.split("surfaces:")[1].split()[0])


def pictures(folder: Path) -> dict[str, np.ndarray]:
    """All PNG files below a folder."""
    found = {}
    for path in sorted(folder.rglob("*.png")):
        with Image.open(path) as image:
            found[path.name] = np.asarray(image.convert("RGBA"))
    return found


def test_the_plot_directive_of_sphinx(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="needs sphinx")
    extensions = ["matplotlib.sphinxext.plot_directive"]
    settings = "plot_formats = [('png', 80), 'pdf']\nplot_html_show_source_link = False"
    (tmp_path / "conf.py").write_text(CONF.format(extensions=extensions, settings=settings))
    (tmp_path / "index.rst").write_text(
        textwrap.dedent("""
            Title
            =====

            .. plot::

               import matplotlib.pyplot as plt
               plt.plot([1, 3, 2])
            """)
    )
    assert build(tmp_path, taken=False) == 0
    shutil.rmtree(tmp_path / "plot_directive")  # where it keeps pictures
    assert build(tmp_path, taken=True) > 0
    ours, agg = (pictures(tmp_path / name / "_images") for name in ("ours", "agg"))
    assert ours.keys() == agg.keys()
    assert ours
    assert all(np.array_equal(ours[name], agg[name]) for name in agg)


def test_sphinx_gallery(tmp_path: Path) -> None:
    pytest.importorskip("sphinx_gallery", reason="needs sphinx-gallery")
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "README.rst").write_text("Gallery\n=======\n")
    (scripts / "plot_one.py").write_text(
        '"""\nOne\n===\n"""\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\n'
    )
    settings = "sphinx_gallery_conf = {'examples_dirs': 'scripts', 'gallery_dirs': 'gallery'}"
    (tmp_path / "conf.py").write_text(
        CONF.format(extensions=["sphinx_gallery.gen_gallery"], settings=settings)
    )
    (tmp_path / "index.rst").write_text("Title\n=====\n\n.. toctree::\n\n   gallery/index\n")
    assert build(tmp_path, taken=False) == 0
    agg = pictures(tmp_path / "gallery" / "images")
    shutil.rmtree(tmp_path / "gallery")
    assert build(tmp_path, taken=True) > 0
    ours = pictures(tmp_path / "gallery" / "images")
    assert ours.keys() == agg.keys()
    assert "sphx_glr_plot_one_001.png" in ours
    assert all(np.array_equal(ours[name], agg[name]) for name in agg)


# --- notebooks

NOTEBOOK_RUNNER = """
import json, sys
import nbclient, nbformat
from nbformat.v4 import new_code_cell, new_notebook

cells = json.loads(sys.argv[1])
notebook = new_notebook(cells=[new_code_cell(text) for text in cells])
nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
print("RESULT" + json.dumps([cell["outputs"] for cell in notebook.cells]))
"""

FIGURE = "fig, ax = plt.subplots(figsize=(2, 1)); ax.plot([1, 3, 2]);"
DRAWN_BY = """from drypoint.adapter import grafts
print(grafts.surfaces_made(), plt._get_backend_mod().FigureCanvas.__module__)"""


def notebook(folder: Path, *cells: str) -> list[list[Any]]:
    """Outputs of each cell, run by a kernel of its own."""
    printed = run(folder, "-c", NOTEBOOK_RUNNER, json.dumps(cells), MPLBACKEND="")
    outputs: list[list[Any]] = json.loads(printed.split("RESULT")[1].splitlines()[0])
    return outputs


def image_of(outputs: list[Any], kind: str = "image/png") -> np.ndarray:
    (data,) = (output["data"][kind] for output in outputs if kind in output.get("data", {}))
    with Image.open(io.BytesIO(b64decode(data))) as image:
        return np.asarray(image.convert("RGBA"))


@pytest.mark.parametrize("order", ["before", "after"])
def test_inline_pictures_of_notebooks(tmp_path: Path, order: str) -> None:
    pytest.importorskip("ipykernel", reason="needs ipykernel")
    pytest.importorskip("nbclient", reason="needs nbclient")
    inline = "%matplotlib inline\nimport matplotlib.pyplot as plt"
    install = "import drypoint; drypoint.install()"
    agg = notebook(tmp_path, inline, FIGURE, "%config InlineBackend.figure_format='retina'", FIGURE)
    first = [install, inline] if order == "before" else [inline, install]
    ours = notebook(
        tmp_path,
        *first,
        FIGURE,
        DRAWN_BY,
        "%config InlineBackend.figure_format='retina'",
        FIGURE,
        DRAWN_BY,
        "%config InlineBackend.figure_format='jpeg'",
        FIGURE,
    )
    normal, retina, jpeg = ours[2], ours[5], ours[8]
    assert np.array_equal(image_of(normal), image_of(agg[1]))
    assert np.array_equal(image_of(retina), image_of(agg[3]))
    width, height = image_of(normal).shape[1::-1]
    assert np.isclose(image_of(retina).shape[1], 2 * width, atol=4)
    (metadata,) = (output["metadata"] for output in retina if output.get("metadata"))
    assert metadata["image/png"]["width"] == image_of(retina).shape[1] // 2
    assert image_of(jpeg, "image/jpeg").shape[1::-1] == (width, height)
    (count, name), (later, _) = (ours[index][0]["text"].split() for index in (3, 6))
    if order == "before":
        assert name == "drypoint.backends.inline"
    else:
        assert 0 < int(count) < int(later)
