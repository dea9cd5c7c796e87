"""Files that a canvas saves: the bytes, keywords and errors of Agg's."""

import errno
import io
import os
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import PIL.features
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.artist import Artist
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image
from PIL.PngImagePlugin import PngInfo, iTXt

import drypoint
from drypoint.backends.agg import FigureCanvas
from tests import files
from tests.canvas.figures import BACKEND, FORMATS, draw_something, figure, info, pixels
from tests.files import saved

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
    assert [warning.filename for warning in caught] == [files.__file__]
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
