"""The canvas: what programs call on Agg's, with the same pixels, bytes and errors."""

import copy
import errno
import gc
import io
import os
import pickle
import subprocess
import sys
import textwrap
import threading
import warnings
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import PIL.features
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.artist import Artist
from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image, ImageSequence
from PIL.PngImagePlugin import PngInfo, iTXt

import drypoint
from drypoint.adapter.renderer import Renderer
from drypoint.backends import agg
from drypoint.backends.agg import FigureCanvas

BACKEND = "module://drypoint.backends.agg"
FORMATS = ["png", "raw", "rgba", "jpg", "jpeg", "tif", "tiff", "webp", "gif", "avif"]
# What Pillow can write depends on how it was built.
if not PIL.features.check("avif"):
    FORMATS.remove("avif")


def draw_something(figure: Figure) -> Figure:
    ax = figure.add_subplot()
    ax.plot([1, 3, 2, 5], "o-", label="line")
    ax.fill_between(range(4), [0, 2, 1, 2], alpha=0.4, hatch="//")
    ax.set_title("Title $x^2$")
    ax.set_xlabel("label")
    ax.legend()
    return figure


def figure(canvas: type[FigureCanvasBase] = FigureCanvas, **keywords: Any) -> Figure:
    made = draw_something(Figure(**{"figsize": (3, 2), **keywords}))
    canvas(made)
    return made


def saved(figure: Figure, format: str = "png", **keywords: Any) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format=format, **keywords)
    return file.getvalue()


def pixels(file: bytes) -> np.ndarray[Any, Any]:
    with Image.open(io.BytesIO(file)) as image:
        return np.asarray(image)


def info(file: bytes) -> dict[Any, Any]:
    with Image.open(io.BytesIO(file)) as image:
        image.load()
        return dict(image.info)


@contextmanager
def fresh_pyplot() -> Iterator[None]:
    """pyplot with our backend, as it was before afterwards."""
    before = mpl.get_backend()
    plt.switch_backend(BACKEND)
    try:
        yield
    finally:
        plt.close("all")
        plt.switch_backend(before)


# --- the picture


def test_draw_and_look_at_the_pixels() -> None:
    ours, theirs = figure().canvas, figure(FigureCanvasAgg).canvas
    ours.draw()
    theirs.draw()
    view = ours.buffer_rgba()
    assert isinstance(view, memoryview)
    assert (view.shape, view.format) == ((200, 300, 4), "B")
    np.testing.assert_array_equal(np.asarray(view), np.asarray(theirs.buffer_rgba()))
    assert ours.tostring_argb() == theirs.tostring_argb()
    rgb = np.asarray(theirs.buffer_rgba())[..., :3].tobytes()
    assert ours.tostring_rgb() == rgb
    assert ours.print_to_buffer() == theirs.print_to_buffer()


def test_the_view_is_the_picture() -> None:
    canvas = figure().canvas
    canvas.draw()
    view = np.asarray(canvas.buffer_rgba())
    view[5, 7] = 1, 2, 3, 4
    assert np.asarray(canvas.buffer_rgba())[5, 7].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("look", ["buffer_rgba", "tostring_argb", "tostring_rgb"])
def test_there_is_no_picture_before_it_is_drawn(look: str) -> None:
    canvas = figure().canvas
    assert not hasattr(canvas, "renderer")
    with pytest.raises(AttributeError, match=r"call canvas\.draw"):
        getattr(canvas, look)()


def test_the_renderer_lasts_as_long_as_size_and_dpi() -> None:
    made = figure()
    canvas = made.canvas
    renderer = canvas.get_renderer()
    assert isinstance(renderer, Renderer)
    assert (renderer.width, renderer.height, renderer.dpi) == (300, 200, 100)
    canvas.draw()
    assert canvas.renderer is canvas.get_renderer() is renderer
    made.set_size_inches(4, 2)
    assert canvas.get_renderer() is not renderer
    assert canvas.renderer.width == 400
    made.dpi = 50
    canvas.draw()
    assert np.asarray(canvas.buffer_rgba()).shape == (100, 200, 4)


def test_sizes_are_cut_to_whole_pixels_with_a_tolerance() -> None:
    # 3.3 * 200 is 659.9999999999999 in doubles.
    made = Figure(figsize=(3.3, 1.999), dpi=200)
    FigureCanvas(made).draw()
    assert made.canvas.buffer_rgba().shape == (399, 660, 4)


def test_high_dpi_screens_draw_physical_pixels() -> None:
    made = figure()
    assert made.canvas._set_device_pixel_ratio(2)
    made.canvas.draw()
    assert made.canvas.buffer_rgba().shape == (400, 600, 4)
    assert pixels(saved(made)).shape == (200, 300, 4)


def test_drawing_tells_who_listens() -> None:
    made = figure()
    seen = []
    made.canvas.mpl_connect("draw_event", lambda event: seen.append(event.renderer))
    made.canvas.draw()
    made.canvas.draw_idle()
    assert seen == [made.canvas.renderer] * 2


def test_drawing_asks_the_next_class() -> None:
    class Toolkit(FigureCanvasBase):
        drawn = 0

        def draw(self) -> None:  # type: ignore[override]
            self.drawn += 1
            super().draw()

    class Canvas(FigureCanvas, Toolkit):
        pass

    made = figure(Canvas)
    made.canvas.draw()
    assert made.canvas.drawn == 1
    # A picture for a file is none of the window's business.
    saved(made)
    assert made.canvas.drawn == 1


def test_the_toolbar_shows_that_one_must_wait() -> None:
    states = []

    class Toolbar:
        @contextmanager
        def _wait_cursor_for_draw_cm(self) -> Iterator[None]:
            states.append("wait")
            yield
            states.append("ready")

    made = figure()
    made.canvas.toolbar = Toolbar()
    made.canvas.mpl_connect("draw_event", lambda event: states.append("drawn"))
    made.canvas.draw()
    assert states == ["wait", "drawn", "ready"]


def test_regions_come_back() -> None:
    made = figure()
    canvas, ax = made.canvas, made.axes[0]
    assert canvas.supports_blit
    canvas.draw()
    before = np.asarray(canvas.buffer_rgba()).copy()
    region = canvas.copy_from_bbox(ax.bbox)
    ax.draw_artist(ax.text(1, 1, "moving", size=20))
    assert (np.asarray(canvas.buffer_rgba()) != before).any()
    canvas.restore_region(region)
    np.testing.assert_array_equal(np.asarray(canvas.buffer_rgba()), before)
    # Elsewhere, as Agg does it.
    theirs = figure(FigureCanvasAgg).canvas
    theirs.draw()
    for one in (canvas, theirs):
        one.restore_region(one.copy_from_bbox(ax.bbox), bbox=(60, 60, 120, 90), xy=(20, 30))
    np.testing.assert_array_equal(canvas.buffer_rgba(), theirs.buffer_rgba())


# --- files


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_what_agg_saves(format: str) -> None:
    ours, theirs = saved(figure(), format), saved(figure(FigureCanvasAgg), format)
    if format == "png":
        # Same pixels and texts; the compression is our own.
        np.testing.assert_array_equal(pixels(ours), pixels(theirs))
        assert info(ours) == info(theirs)
        assert list(info(ours)) == list(info(theirs))
    else:
        assert ours == theirs


@pytest.mark.parametrize("format", FORMATS)
def test_transparent_pictures_are_what_agg_saves(format: str) -> None:
    ours, theirs = (
        saved(figure(canvas), format, transparent=True)
        for canvas in (FigureCanvas, FigureCanvasAgg)
    )
    if format == "png":
        ours, theirs = pixels(ours).tobytes(), pixels(theirs).tobytes()
    assert ours == theirs


KEYWORDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "dpi": {"dpi": 77},
    "dpi of the figure": {"dpi": "figure"},
    "fractions of dpi": {"dpi": 33.3},
    "tight": {"bbox_inches": "tight"},
    "tight and padded": {"bbox_inches": "tight", "pad_inches": 0.5},
    "tight without padding": {"bbox_inches": "tight", "pad_inches": 0},
    "padded by the layout": {"bbox_inches": "tight", "pad_inches": "layout"},
    "a box": {"bbox_inches": Bbox([[0.5, 0.25], [2.5, 1.75]])},
    "a box beyond the figure": {"bbox_inches": Bbox([[-1, -1], [4, 3]]), "dpi": 50},
    "tight around nothing more": {"bbox_inches": "tight", "bbox_extra_artists": []},
    "own colours": {"facecolor": "auto", "edgecolor": "auto"},
    "other colours": {"facecolor": "tab:olive", "edgecolor": "red"},
    "translucent": {"facecolor": (1, 0, 0, 0.3)},
    "transparent": {"transparent": True},
    "landscape": {"orientation": "landscape"},
}


@pytest.mark.parametrize("layout", [None, "tight", "constrained", "compressed"])
@pytest.mark.parametrize("keywords", KEYWORDS.values(), ids=KEYWORDS)
def test_keywords_of_savefig_mean_what_they_mean(
    keywords: dict[str, Any], layout: str | None
) -> None:
    ours, theirs = (
        figure(canvas, layout=layout, facecolor="0.9", edgecolor="k", linewidth=3)
        for canvas in (FigureCanvas, FigureCanvasAgg)
    )
    ours_png, theirs_png = saved(ours, **keywords), saved(theirs, **keywords)
    np.testing.assert_array_equal(pixels(ours_png), pixels(theirs_png))
    assert info(ours_png) == info(theirs_png)
    # Nothing sticks to the figure.
    assert (ours.dpi, ours.get_facecolor()) == (theirs.dpi, theirs.get_facecolor())
    assert ours.canvas.manager is None
    assert not ours.canvas.is_saving()


def test_settings_of_savefig_mean_what_they_mean() -> None:
    settings = {
        "savefig.dpi": 60,
        "savefig.bbox": "tight",
        "savefig.pad_inches": 0.3,
        "savefig.facecolor": "pink",
        "savefig.transparent": False,
    }
    with mpl.rc_context(settings):
        ours, theirs = saved(figure()), saved(figure(FigureCanvasAgg))
    np.testing.assert_array_equal(pixels(ours), pixels(theirs))
    with mpl.rc_context({"savefig.format": "jpg"}):
        file = io.BytesIO()
        figure().savefig(file)
        assert file.getvalue()[:3] == b"\xff\xd8\xff"


def test_the_name_decides_the_format(tmp_path: Path) -> None:
    starts = {"png": b"\x89PNG", "JPG": b"\xff\xd8", "webp": b"RIFF", "gif": b"GIF8", "tiff": b"II"}
    for suffix, start in starts.items():
        figure().savefig(tmp_path / f"picture.{suffix}")
        assert (tmp_path / f"picture.{suffix}").read_bytes().startswith(start)
    figure().savefig(str(tmp_path / "without"))
    assert (tmp_path / "without.png").read_bytes().startswith(b"\x89PNG")
    assert len(os.listdir(tmp_path)) == len(starts) + 1


def test_raw_files_may_be_compressed_by_their_name(tmp_path: Path) -> None:
    expected = saved(figure(), "raw")
    for name in ("picture.gz", "picture.bz2", "picture"):
        figure().savefig(tmp_path / name, format="raw")
        figure().savefig(str(tmp_path / name), format="rgba")
        with mpl.cbook.open_file_cm(tmp_path / name, "rb") as file:
            assert file.read() == expected
    assert (tmp_path / "picture.gz").stat().st_size < len(expected) / 2


def test_the_buffer_is_the_saved_picture_afterwards() -> None:
    made = figure()
    made.canvas.draw()
    file = saved(made, dpi=50, facecolor="red")
    np.testing.assert_array_equal(np.asarray(made.canvas.buffer_rgba()), pixels(file))
    assert made.canvas.get_renderer().width == 300


@pytest.mark.parametrize("format", ["pdf", "svg", "ps", "eps", "svgz"])
def test_other_formats_are_matplotlibs(format: str, tmp_path: Path) -> None:
    made = figure()
    canvas = made.canvas
    made.savefig(tmp_path / f"file.{format}", metadata=None)
    assert (tmp_path / f"file.{format}").stat().st_size > 1000
    assert made.canvas is canvas


def test_a_single_file_by_our_backend() -> None:
    made = draw_something(Figure(figsize=(3, 2)))
    canvas = made.canvas
    file = saved(made, backend=BACKEND)
    np.testing.assert_array_equal(pixels(file), pixels(saved(figure(FigureCanvasAgg))))
    assert made.canvas is canvas
    with pytest.raises(ValueError, match="does not support pdf output"):
        saved(made, "pdf", backend=BACKEND)


def test_what_a_canvas_says_about_itself() -> None:
    canvas = figure().canvas
    assert canvas.get_default_filetype() == "png"
    ours = canvas.get_supported_filetypes()
    assert ours == {**FigureCanvasAgg.get_supported_filetypes(), "html": ours["html"]}
    assert canvas.required_interactive_framework is None
    assert canvas.manager_class is FigureManagerBase
    assert canvas.fixed_dpi is None


# --- metadata and keywords of one format


def test_metadata_of_png() -> None:
    metadata = {
        "Title": "Größe",
        "Author": "Ωmega",
        "Comment": b"raw \xff",
        b"Key": "in bytes",
        "Software": None,
        "Tongue": iTXt("hello", lang="en", tkey="Zunge"),
    }
    ours, theirs = (
        saved(figure(canvas), metadata=metadata) for canvas in (FigureCanvas, FigureCanvasAgg)
    )
    assert info(ours) == info(theirs)
    assert "Software" not in info(ours)
    named = info(saved(figure(), metadata={"Software": "mine"}))
    assert named["Software"] == "mine"
    default = info(saved(figure()))
    assert default["Software"] == (f"Matplotlib version{mpl.__version__}, https://matplotlib.org/")


keys = st.text(st.characters(max_codepoint=255, exclude_characters="\0"), min_size=1, max_size=79)
values = st.none() | st.text(st.characters(exclude_categories=["Cs"])) | st.binary()


@given(metadata=st.dictionaries(keys | keys.map(lambda key: key.encode("latin-1")), values))
@settings(max_examples=50)
def test_any_metadata_is_what_agg_writes(metadata: dict[Any, Any]) -> None:
    ours, theirs = (Figure(figsize=(0.1, 0.1)) for _ in range(2))
    FigureCanvas(ours)
    FigureCanvasAgg(theirs)
    assert saved(ours, metadata=metadata)[:60] == saved(theirs, metadata=metadata)[:60]
    assert info(saved(ours, metadata=metadata)) == info(saved(theirs, metadata=metadata))


def test_keywords_of_pillow() -> None:
    note = PngInfo()
    note.add_text("Note", "mine")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("png", {"compress_level": 1}),
        ("png", {"dpi": (30, 40), "optimize": True}),
        ("png", {"pnginfo": note}),
        ("png", {"format": "bmp"}),
        ("jpg", {"quality": 30, "progressive": True}),
        ("tif", {"compression": "tiff_lzw"}),
        ("webp", {"lossless": True}),
        ("gif", {"comment": b"hi"}),
    ]
    for format, keywords in cases:
        given = dict(keywords)
        ours, theirs = (
            saved(figure(canvas), format, pil_kwargs=keywords)
            for canvas in (FigureCanvas, FigureCanvasAgg)
        )
        assert ours == theirs, (format, keywords)
        assert keywords == given


def test_pages_are_appended_to_an_old_file(tmp_path: Path) -> None:
    path = tmp_path / "pages.tiff"
    figure().savefig(path)
    more = {"append": True, "save_all": True, "append_images": [Image.new("RGBA", (5, 5))]}
    figure(figsize=(1, 1)).savefig(path, pil_kwargs=more)
    with Image.open(path) as image:
        sizes = []
        for page in range(image.n_frames):
            image.seek(page)
            sizes.append(image.size)
    assert sizes == [(300, 200), (100, 100), (5, 5)]


def test_pnginfo_takes_the_place_of_metadata_and_says_so_to_the_user() -> None:
    with pytest.warns(UserWarning, match="'metadata' is overridden") as caught:
        file = saved(figure(), metadata={"Title": "x"}, pil_kwargs={"pnginfo": PngInfo()})
    assert [warning.filename for warning in caught] == [__file__]
    assert "Title" not in info(file)


@pytest.mark.parametrize(
    ("format", "keywords", "error", "message"),
    [
        ("jpg", {"metadata": {}}, ValueError, "metadata not supported for format 'jpeg'"),
        ("tif", {"metadata": {"a": "b"}}, ValueError, "metadata not supported for format 'tiff'"),
        ("raw", {"metadata": {}}, ValueError, "metadata not supported for raw/rgba"),
        ("rgba", {"pil_kwargs": {}}, TypeError, r"print_raw\(\) got an unexpected .* 'pil_kwargs'"),
        ("png", {"metadata": {"Ω": "x"}}, ValueError, "outside latin-1"),
        ("png", {"metadata": {"x": 1}}, TypeError, "must be str or bytes, not int"),
        ("png", {"metadata": [1]}, TypeError, "mapping"),
        ("png", {"quality": 3}, TypeError, r"print_png\(\) got an unexpected .* 'quality'"),
        ("jpg", {"quality": 3}, TypeError, r"print_jpg\(\) got an unexpected .* 'quality'"),
        ("jpeg", {"papertype": "a4"}, TypeError, "unexpected keyword argument 'papertype'"),
        ("tif", {"dryrun": True}, TypeError, "unexpected keyword argument 'dryrun'"),
        ("foo", {}, ValueError, "Format 'foo' is not supported .*: avif, .*png"),
    ],
)
def test_what_cannot_be_asked_for(
    format: str, keywords: dict[str, Any], error: type[Exception], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(error, match=message):
        figure().savefig(path, format=format, **keywords)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize("format", FORMATS)
def test_a_full_disk(format: str, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"No space left on device: '/dev/full'"):
        figure().savefig("/dev/full", format=format)

    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left"):
        figure().savefig(Full(), format=format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_folder_that_is_not_there(format: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as info:
        figure().savefig(tmp_path / "missing" / "picture", format=format)
    assert info.value.filename == str(tmp_path / "missing" / "picture")
    assert os.listdir(tmp_path) == []


def test_avif_needs_a_pillow_that_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PIL.features, "check", lambda name: name != "avif")
    with pytest.raises(RuntimeError, match="does not support avif"):
        saved(figure(), "avif")


# --- print methods called by others than Figure.savefig


@pytest.mark.parametrize("format", FORMATS)
def test_print_methods_take_what_print_figure_gives_to_foreign_canvases(format: str) -> None:
    method = getattr(figure().canvas, f"print_{format}")
    alone, everything = io.BytesIO(), io.BytesIO()
    method(alone)
    method(
        everything,
        dpi=50,
        facecolor="red",
        edgecolor=(0, 0, 0, 0),
        orientation="portrait",
        bbox_inches_restore=None,
    )
    assert alone.getvalue() == everything.getvalue()
    with pytest.raises(TypeError, match="unexpected keyword argument 'bbox_inches'"):
        method(io.BytesIO(), bbox_inches=None)


@pytest.mark.parametrize("format", FORMATS)
def test_what_drawing_raises_comes_through(format: str) -> None:
    class Done(Exception):
        pass

    made = figure()
    renderers = []

    def draw(renderer: Any) -> None:
        renderers.append(renderer)
        raise Done

    made.draw = draw  # type: ignore[method-assign]
    file = io.BytesIO()
    with pytest.raises(Done):
        getattr(made.canvas, f"print_{format}")(file, orientation="portrait")
    assert file.getvalue() == b""
    del file, made
    # Good for measuring after all else is gone.
    (renderer,) = renderers
    width, height, _ = renderer.get_text_width_height_descent(
        "text", mpl.font_manager.FontProperties(), False
    )
    assert width > height > 0
    with renderer._draw_disabled():
        figure().draw(renderer)


def test_an_artist_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    class Broken(Artist):
        def draw(self, renderer: Any) -> None:
            raise RuntimeError("broken artist")

    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    made = figure()
    broken = made.add_artist(Broken())
    with pytest.raises(RuntimeError, match="broken artist"):
        made.savefig(path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["picture.png"]
    broken.remove()
    made.savefig(path)
    np.testing.assert_array_equal(pixels(path.read_bytes()), pixels(saved(figure())))


def test_options_reach_the_file(tmp_path: Path) -> None:
    made = figure()
    stored = saved(made)
    with drypoint.options.context(png_compression=0):
        assert len(saved(made)) > 300 * 200 * 4 > len(stored)
    path = tmp_path / "picture.png"
    path.touch()
    for atomic in (True, False):
        before = path.stat().st_ino
        with drypoint.options.context(atomic_saves=atomic):
            made.savefig(path)
        assert (path.stat().st_ino != before) == atomic


# --- sizes that cannot be


def sized(width: float, height: float) -> Figure:
    made = figure()
    made.bbox_inches.p1 = width, height
    return made


@pytest.mark.parametrize("format", [format for format in FORMATS if format not in ("raw", "rgba")])
@pytest.mark.parametrize("size", [(0, 0), (0, 2), (3, 0.001), (np.nan, 2)])
def test_a_figure_without_pixels_is_no_picture(size: tuple[float, float], format: str) -> None:
    with pytest.raises(ValueError, match=r"empty image: \d+ x \d+ pixels"):
        saved(sized(*size), format)


def test_a_figure_without_pixels_can_be_drawn_all_the_same() -> None:
    made = sized(0, 2)
    made.canvas.draw()
    assert made.canvas.buffer_rgba().nbytes == 0
    assert saved(made, "raw") == b""


@pytest.mark.parametrize(
    ("size", "error", "message"),
    [
        ((1e5, 0.01), ValueError, "10000000x1 pixels is too large"),
        ((0.01, 1e5), ValueError, "1x10000000 pixels is too large"),
        ((1e12, 1e12), ValueError, "is too large"),
        ((8e4, 8e4), MemoryError, "not enough memory"),
        ((3, np.inf), ValueError, "300.0 x inf pixels .* must be finite"),
    ],
)
def test_sizes_that_cannot_be(
    size: tuple[float, float], error: type[Exception], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    made = sized(*size)
    with pytest.raises(error, match=message):
        made.canvas.draw()
    with pytest.raises(error, match=message):
        made.canvas.print_png(path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["picture.png"]
    # The canvas goes on.
    made.bbox_inches.p1 = 3, 2
    np.testing.assert_array_equal(pixels(saved(made)), pixels(saved(figure())))


# --- figures go elsewhere


def test_figures_can_be_pickled_and_copied() -> None:
    made = figure()
    expected = saved(made)
    for again in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
        FigureCanvas(again)
        np.testing.assert_array_equal(pixels(saved(again)), pixels(expected))


def test_pyplot_figures_come_back_with_a_manager() -> None:
    with fresh_pyplot():
        made = draw_something(plt.figure(figsize=(3, 2)))
        made.canvas.draw()
        data = pickle.dumps(made)
        plt.close("all")
        again = pickle.loads(data)
        assert isinstance(again.canvas, FigureCanvas)
        assert again.number in plt.get_fignums()


def test_canvases_die_with_their_figures() -> None:
    made = figure()
    made.canvas.draw()
    saved(made)
    canvas, renderer = weakref.ref(made.canvas), weakref.ref(made.canvas.renderer)
    del made
    gc.collect()
    assert canvas() is None
    assert renderer() is None


def test_closing_gives_the_figure_a_plain_canvas() -> None:
    with fresh_pyplot():
        made = plt.figure()
        assert isinstance(made.canvas, FigureCanvas)
        plt.close(made)
        assert not isinstance(made.canvas, FigureCanvas)
        plt.figure(made)
        assert isinstance(made.canvas, FigureCanvas)


def test_figures_in_different_threads() -> None:
    def one(number: int) -> tuple[bytes, bytes]:
        made = Figure(figsize=(3, 2), dpi=50 + number)
        FigureCanvas(made)
        ax = made.add_subplot()
        x = np.linspace(0, 7, 5000)
        for shift in range(3):
            ax.plot(x, np.sin(x * number + shift), alpha=0.5, label=f"line {shift} of {number}")
        ax.set_title(f"Figure {number}")
        ax.legend()
        return saved(made), saved(made, "jpg", pil_kwargs={"quality": 90})

    alone = [one(number) for number in range(24)]
    before = dict(mpl.rcParams)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(one, range(24)))
    assert together == alone
    assert dict(mpl.rcParams) == before


def test_many_saves_leave_nothing_behind() -> None:
    def cycle() -> None:
        made = figure(figsize=(1, 1), dpi=20)
        saved(made)
        references.append(weakref.ref(made.canvas.renderer))

    references: list[weakref.ref[Any]] = []
    files = Path("/proc/self/fd")
    cycle()
    opened = len(os.listdir(files)) if files.exists() else 0
    threads = threading.active_count()
    for _ in range(50):
        cycle()
    gc.collect()
    assert [reference() for reference in references] == [None] * 51
    assert threading.active_count() == threads
    if files.exists():
        assert len(os.listdir(files)) == opened


def test_movies_are_made_of_pictures(tmp_path: Path) -> None:
    def frames(canvas: type[FigureCanvasBase], blit: bool) -> list[np.ndarray[Any, Any]]:
        made = figure(canvas)
        (line,) = made.axes[0].plot([0, 1])

        def step(number: int) -> list[Artist]:
            line.set_ydata([0, number])
            return [line]

        path = tmp_path / "movie.gif"
        FuncAnimation(made, step, frames=3, blit=blit).save(path, PillowWriter())
        with Image.open(path) as image:
            return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]

    for blit in (False, True):
        ours, theirs = frames(FigureCanvas, blit), frames(FigureCanvasAgg, blit)
        assert len(ours) == 3
        np.testing.assert_array_equal(ours, theirs)


# --- the module of the backend


def test_names_of_the_module() -> None:
    assert agg.backend_version == drypoint.__version__
    assert agg.FigureManager is FigureManagerBase
    manager = agg.new_figure_manager(5, figsize=(3, 2), FigureClass=Figure)
    assert isinstance(manager, FigureManagerBase)
    assert isinstance(manager.canvas, FigureCanvas)
    assert manager.canvas.figure.get_size_inches().tolist() == [3, 2]
    given = Figure()
    assert agg.new_figure_manager_given_figure(6, given).canvas.figure is given
    assert isinstance(given.canvas, FigureCanvas)


def test_nothing_is_shown_and_the_user_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without a display Matplotlib finds this too obvious to tell.
    monkeypatch.setenv("DISPLAY", ":99")
    with fresh_pyplot(), mpl.rc_context({"interactive": True}):
        agg.show()
        made = plt.figure()
        with pytest.warns(UserWarning, match="FigureCanvasDrypoint is non-interactive"):
            plt.show()
        with pytest.warns(UserWarning, match="FigureCanvasDrypoint is non-interactive"):
            agg.show(block=False)
        # Interactive or not, nothing is drawn before somebody wants to see it.
        plt.plot([1, 2])
        agg.draw_if_interactive()
        assert not hasattr(made.canvas, "renderer")


SHOW_CANVAS = """
    import warnings
    warnings.simplefilter("error")
    import matplotlib.pyplot as plt
    figure = plt.figure()
    figure.gca().plot([1, 2])
    figure.savefig("picture.png")
    print(type(figure.canvas).__module__)
    """


def run(code: str, folder: Path, **environment: str) -> str:
    kept = {k: v for k, v in os.environ.items() if k not in ("MPLBACKEND", "MATPLOTLIBRC")}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=folder,
        env={**kept, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


# pyplot.switch_backend and savefig(backend=) of Matplotlib 3.11 do not look for entry points.
WAYS = [
    (way, name)
    for way in ("MPLBACKEND", "matplotlibrc", "use", "switch_backend")
    for name in ("drypoint-agg", "DRYPOINT-AGG", BACKEND)
    if way != "switch_backend" or name == BACKEND
]


@pytest.mark.parametrize(("way", "name"), WAYS)
def test_ways_to_choose_the_backend(way: str, name: str, tmp_path: Path) -> None:
    first, environment = "", {}
    if way == "MPLBACKEND":
        environment = {"MPLBACKEND": name}
    elif way == "matplotlibrc":
        (tmp_path / "matplotlibrc").write_text(f"backend: {name}\n", encoding="utf-8")
    elif way == "use":
        first = f"import matplotlib; matplotlib.use({name!r})"
    else:
        first = f"import matplotlib.pyplot; matplotlib.pyplot.switch_backend({name!r})"
    said = run(first + "\n" + textwrap.dedent(SHOW_CANVAS), tmp_path, **environment)
    assert said == "drypoint.adapter.canvas\n"
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_a_program_may_end_with_a_figure_drawn_or_half_drawn(tmp_path: Path) -> None:
    code = """
        import numpy, warnings
        warnings.simplefilter("error")
        import matplotlib; matplotlib.use("drypoint-agg")
        import matplotlib.pyplot as plt
        figure, ax = plt.subplots()
        ax.plot(numpy.random.default_rng(1).random(200_000))
        view = None
        figure.canvas.draw()
        view = figure.canvas.buffer_rgba()
        figure.draw(figure.canvas.get_renderer())
        """
    run(code, tmp_path)


def test_warnings_are_not_ours(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for format in FORMATS:
            figure().savefig(tmp_path / f"picture.{format}")
