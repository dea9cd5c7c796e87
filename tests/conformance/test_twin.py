"""Drawing once more with Agg: what is compared, what is found, and that nobody notices."""

import io
import random
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from drypoint.conformance import redirect, twin

Canvas = Callable[[str], type[Any]]
FORMATS = redirect.FAMILIES["raster"]


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    twin.begin("a test")
    yield
    twin.begin("")
    twin.picture_folder, twin.pictures_left = None, 0


@pytest.fixture
def same(fresh_canvas: Canvas) -> type[Any]:
    canvas = fresh_canvas("same_agg")
    twin.watch(canvas, FORMATS)
    return canvas


@pytest.fixture
def wrong(fresh_canvas: Canvas) -> type[Any]:
    canvas = fresh_canvas("wrong_agg")
    twin.watch(canvas, FORMATS)
    return canvas


def figure_with(canvas: type[Any], **options: Any) -> Figure:
    figure = Figure(figsize=(2, 1), **options)
    canvas(figure)
    figure.add_subplot().plot([1, 3, 2])
    return figure


@pytest.mark.parametrize("fmt", ["png", "raw", "rgba", "jpg", "jpeg", "tif", "tiff", "webp"])
def test_saves_that_are_the_same_are_identical(same: type[Any], fmt: str) -> None:
    figure_with(same).savefig(io.BytesIO(), format=fmt)
    assert twin.counts == {f"save {fmt} identical": 1}
    assert twin.records == []


@pytest.mark.parametrize("fmt", ["png", "raw", "rgba", "tif", "tiff"])
def test_one_pixel_is_found(wrong: type[Any], fmt: str) -> None:
    figure_with(wrong).savefig(io.BytesIO(), format=fmt)
    (found,) = twin.records
    assert (found["verdict"], found["what"]) == ("different", "pixels")
    assert (found["pixels"], found["max"]) == (1, 1)


def test_every_way_to_draw_is_compared(wrong: type[Any]) -> None:
    figure = figure_with(wrong)
    figure.canvas.draw()
    figure.canvas.draw_idle()
    figure.canvas.print_to_buffer()
    figure.canvas.print_png(io.BytesIO())
    figure.savefig(io.BytesIO())
    assert [drawn["how"] for drawn in twin.records] == ["draw", "draw", "buffer", "save", "save"]
    assert [drawn["index"] for drawn in twin.records] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "options",
    [
        {"dpi": 33},
        {"facecolor": "red"},
        {"transparent": True},
        {"bbox_inches": "tight", "pad_inches": 0.3},
        {"metadata": {"Title": "a", "Software": None}},
        {"pil_kwargs": {"compress_level": 1}},
    ],
)
def test_the_options_of_a_save_reach_agg_too(same: type[Any], options: dict[str, Any]) -> None:
    figure_with(same, layout="constrained").savefig(io.BytesIO(), **options)
    assert twin.counts == {"save png identical": 1}


def test_measuring_draws_are_not_compared(same: type[Any]) -> None:
    figure = figure_with(same, layout="tight")
    figure.draw_without_rendering()
    figure.savefig(io.BytesIO(), bbox_inches="tight")
    assert twin.counts == {"save png identical": 1}


class Unreadable(io.RawIOBase):
    """A file object that takes bytes and gives none back."""

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        return len(content)


def test_all_kinds_of_files_are_read_back(wrong: type[Any], tmp_path: Path) -> None:
    figure = figure_with(wrong)
    figure.savefig(tmp_path / "a.png")
    figure.savefig(str(tmp_path / "b.png"))
    with open(tmp_path / "c.png", "wb") as file:
        file.write(b"something before")
        figure.savefig(file, format="png")
    with io.BytesIO(b"something before") as buffer:
        buffer.seek(0, io.SEEK_END)
        figure.savefig(buffer, format="png")
    figure.savefig(Unreadable(), format="png")
    assert [drawn["pixels"] for drawn in twin.records] == [1] * 5
    assert [drawn["file"] for drawn in twin.records] == ["a.png", "b.png", "", "", ""]


def test_another_size_is_found(same: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same, "buffer_rgba", lambda self: np.zeros((2, 3, 4), np.uint8))
    figure_with(same).canvas.draw()
    assert twin.records[0]["what"] == "size"
    assert twin.records[0]["note"] == "3×2 pixels, Agg: 200×100"


def test_other_metadata_is_found(fresh_canvas: Canvas) -> None:
    canvas = fresh_canvas("same_agg")
    plain = canvas.print_png
    canvas.print_png = lambda self, file, **kwargs: plain(self, file, metadata={"Title": "x"})
    twin.watch(canvas, FORMATS)
    figure_with(canvas).savefig(io.BytesIO())
    assert twin.records[0]["what"] == "metadata"
    assert twin.records[0]["note"] == "Title: 'x', Agg: None"


def test_a_file_that_is_no_image_is_found(fresh_canvas: Canvas) -> None:
    canvas = fresh_canvas("same_agg")
    canvas.print_png = lambda self, file, **kwargs: file.write(b"nonsense")
    twin.watch(canvas, FORMATS)
    figure_with(canvas).savefig(io.BytesIO())
    assert twin.records[0]["what"] == "error"


def test_errors_are_compared(same: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    figure = figure_with(same)
    with pytest.raises(TypeError):
        figure.savefig(io.BytesIO(), format="png", nonsense=1)
    assert twin.counts == {"save png both raise": 1}

    def fail(*args: object) -> None:
        raise RuntimeError("too hard")

    monkeypatch.setattr(same, "get_renderer", fail)
    with pytest.raises(RuntimeError):
        figure.canvas.draw()
    (found,) = twin.records
    assert (found["what"], found["raised"]) == ("error", "RuntimeError")
    assert found["note"] == "raises RuntimeError: too hard, Agg does not"


class Restless(Line2D):
    """A line that moves on whenever it is drawn."""

    def draw(self, renderer: Any) -> None:
        super().draw(renderer)
        self.set_ydata([*self.get_ydata()[1:], 0])  # type: ignore[misc]


def test_a_figure_that_changes_itself_is_unstable(same: type[Any]) -> None:
    figure = figure_with(same)
    figure.axes[0].add_line(Restless(range(9), range(9)))
    figure.canvas.draw()
    assert twin.counts == {"draw  unstable": 1}
    assert twin.records[0]["verdict"] == "unstable"


class Random(Line2D):
    """A line that is somewhere else whenever it is drawn."""

    def draw(self, renderer: Any) -> None:
        numbers = np.random.random(2)  # noqa: NPY002
        self.set_data([0, random.random()], numbers)
        super().draw(renderer)


def test_random_numbers_are_the_same_for_both(same: type[Any]) -> None:
    figure = figure_with(same)
    figure.axes[0].add_line(Random([], []))
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002
    figure.canvas.draw()
    assert twin.counts == {"draw  identical": 1}
    drawn_once = random.random(), np.random.random()  # noqa: NPY002
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002
    assert random.random() != drawn_once[0]
    np.random.random(2)  # noqa: NPY002
    assert (random.random(), np.random.random()) == drawn_once  # noqa: NPY002


def test_nobody_notices(same: type[Any]) -> None:
    figure = figure_with(same)
    text = figure.text(0.5, 0.5, "text")
    canvas, events = figure.canvas, []
    canvas.mpl_connect("draw_event", lambda event: events.append(event.renderer))
    canvas.draw()
    assert events == [canvas.get_renderer()]  # type: ignore[attr-defined]
    assert figure.canvas is canvas
    assert text._renderer is canvas.get_renderer()  # type: ignore[attr-defined]
    assert twin.counts == {"draw  identical": 1}


def test_warnings_come_once(same: type[Any]) -> None:
    class Warning(Line2D):
        def draw(self, renderer: Any) -> None:
            warnings.warn("drawn", stacklevel=1)

    figure = figure_with(same)
    figure.axes[0].add_line(Warning([], []))
    with pytest.warns(UserWarning, match="drawn") as caught:
        figure.canvas.draw()
    assert len(caught) == 1
    with warnings.catch_warnings(action="error"), pytest.raises(UserWarning):
        figure.canvas.draw()
    assert twin.counts == {"draw  identical": 1, "draw  both raise": 1}


def test_pictures_of_a_difference_are_kept_as_long_as_there_is_room(
    wrong: type[Any], tmp_path: Path
) -> None:
    twin.picture_folder, twin.pictures_left = tmp_path, 1
    figure = figure_with(wrong)
    figure.canvas.draw()
    figure.canvas.draw()
    stem = twin.records[0]["pictures"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"{stem}-actual.png",
        f"{stem}-difference.png",
        f"{stem}-expected.png",
    ]
    assert "pictures" not in twin.records[1]


def test_a_second_time_nobody_hears_of_it_and_all_may_stop_listening(
    fresh_canvas: Canvas,
) -> None:
    figure = figure_with(fresh_canvas("same_agg"))
    heard: list[Any] = []
    first = figure.canvas.mpl_connect("draw_event", heard.append)
    with twin.second_time(figure):
        figure.canvas.draw()
        figure.canvas.mpl_disconnect(first)
        figure.canvas.mpl_connect("draw_event", heard.append)
        figure.canvas.draw()
    assert heard == []
    figure.canvas.draw()
    assert len(heard) == 1
