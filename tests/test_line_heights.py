"""Texts have the lines that they have with Agg, without a look at the font for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontManager, FontProperties
from matplotlib.testing.conftest import text_placeholders  # noqa: F401 (asked for by name)
from matplotlib.text import Text

from drypoint.adapter import fonts, text
from drypoint.adapter.renderer import Renderer

BUNDLED = Path(mpl.get_data_path(), "fonts", "ttf")


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    """The style of Matplotlib's defaults, and nothing of it left to other tests."""
    with mpl.rc_context():
        mpl.rcdefaults()
        yield


def layouts(written: Text, dpi: float) -> tuple[Any, Any]:
    """What a text makes of ours and of Agg's measures."""
    ours, aggs = Renderer(100, 100, dpi), RendererAgg(100, 100, dpi)
    return tuple(repr(written._get_layout(r)) for r in (ours, aggs))  # type: ignore[attr-defined,return-value]


FONTS: list[dict[str, Any]] = [
    {},
    {"size": 7.3, "weight": "bold"},
    {"family": ["STIXGeneral", "DejaVu Sans"], "style": "italic"},
    {"family": "cmr10", "size": 41},
    {"family": "monospace", "size": "x-small"},
]


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("s", ["one line", "two\nlines", "", "a\n\n$x^2$\nb"])
@pytest.mark.parametrize("dpi", [72, 100.7])
@pytest.mark.parametrize("spacing", ["normal", 1.2])
def test_lines_are_where_they_are_with_agg(
    font: dict[str, Any], s: str, dpi: float, spacing: Any
) -> None:
    figure = Figure(dpi=dpi)
    written = figure.text(
        0.5, 0.5, s, fontproperties=FontProperties(**font), linespacing=spacing, rotation=30
    )
    ours, aggs = layouts(written, dpi)
    assert ours == aggs


def test_the_dpi_is_that_of_the_figure() -> None:
    figure = Figure(dpi=100)
    written = figure.text(0.5, 0.5, "lines\nof text")
    ours, aggs = layouts(written, 160)
    assert ours == aggs
    ours, aggs = (
        written.get_window_extent(renderer, dpi=233).bounds
        for renderer in (Renderer(100, 100, 100), RendererAgg(100, 100, 100))
    )
    assert ours == aggs


def test_placeholders_of_image_tests(request: pytest.FixtureRequest) -> None:
    figure = Figure(dpi=100)
    figure.text(0.5, 0.5, "first")._get_layout(Renderer(100, 100, 100))  # type: ignore[attr-defined]
    request.getfixturevalue("text_placeholders")
    ours, aggs = layouts(figure.text(0.5, 0.5, "lines\nof text"), 100)
    assert ours == aggs


class Asking(Text):
    """A text that lays out another one."""

    def lay_out(self, other: Text, renderer: Any) -> str:
        """The layout of the other."""
        return repr(other._get_layout(renderer))  # type: ignore[attr-defined]


def test_a_text_without_figure_may_ask_for_another() -> None:
    written = Figure(dpi=130).text(0.5, 0.5, "lines\nof text")
    ours, aggs = (
        Asking().lay_out(written, renderer)
        for renderer in (Renderer(100, 100, 100), RendererAgg(100, 100, 100))
    )
    assert ours == aggs


@pytest.mark.parametrize("without", [["OS/2"], ["OS/2", "post"], ["OS/2", "head"]])
def test_fonts_that_lack_tables(without: list[str], tmp_path: Path) -> None:
    font = TTFont(BUNDLED / "DejaVuSans.ttf")
    for table in without:
        del font[table]
    path = tmp_path / "font.ttf"
    font.save(path)
    written = Figure(dpi=100).text(0.5, 0.5, "abc\nd", fontproperties=FontProperties(fname=path))
    try:
        _, aggs = layouts(written, 100)
    except RuntimeError as error:
        with pytest.raises(RuntimeError, match=str(error).split(" ", maxsplit=1)[0]):
            written._get_layout(Renderer(100, 100, 100))  # type: ignore[attr-defined]
    else:
        assert layouts(written, 100)[0] == aggs


def test_a_font_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = Figure(dpi=100)
    renderer = Renderer(100, 100, 100)
    figure.text(0.1, 0.1, "first")._get_layout(renderer)  # type: ignore[attr-defined]

    def forbid(*args: Any, **keywords: Any) -> Any:
        raise AssertionError("should be known")

    monkeypatch.setattr(FontManager, "_find_fonts_by_props", forbid)
    figure.text(0.1, 0.1, "second")._get_layout(renderer)  # type: ignore[attr-defined]


def test_all_sizes_have_one_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_font_stacks", text.Recent(16))
    stacks = {
        text.font_stack_of(FontProperties(family="DejaVu Serif", size=size), text.settings())
        for size in (9.25, 10, 33)
    }
    assert len(stacks) == 1


def test_a_font_that_is_missing_is_logged_as_often(monkeypatch: pytest.MonkeyPatch) -> None:
    written = Figure().text(0.5, 0.5, "abc", family=["No Such Font", "DejaVu Sans"])
    logged: list[str] = []
    monkeypatch.setattr(
        font_manager._log,  # type: ignore[attr-defined]
        "warning",
        lambda message, *values: logged.append(message % values),
    )
    counts = []
    for renderer in (Renderer(100, 100, 100), RendererAgg(100, 100, 100)):
        for _ in range(2):
            written._get_layout(renderer)  # type: ignore[attr-defined]
        counts.append(sum("No Such Font" in message for message in logged))
        logged.clear()
    assert counts[1] > 0
    assert counts[0] == counts[1]


def test_nobody_else_is_told() -> None:
    renderer = Renderer(100, 100, 100)
    assert renderer._get_font_height_metrics(FontProperties()) == (None, None, None)


def test_a_face_is_opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_thread_fonts", fonts._ThreadFonts())
    stack = text.font_stack_of(FontProperties(), text.settings())
    assert fonts.open_face(stack.faces[0]) is fonts.open_face(stack.faces[0])
    alone = fonts.open_face(stack.faces[0])
    opened = fonts.open_stack(stack)
    assert fonts.open_face(stack.faces[0]) is alone
    monkeypatch.setattr(fonts, "_thread_fonts", fonts._ThreadFonts())
    opened = fonts.open_stack(stack)
    assert fonts.open_face(stack.faces[0]) is opened.font
