"""Draw once more with Matplotlib's own Agg what a canvas under test has drawn, and compare.

`watch` wraps the methods of a canvas class that make pixels: ``print_png`` and its
siblings, ``print_to_buffer`` and ``draw``. Whenever one of them has finished, the figure
is drawn by Agg as well, in the state that it is in at that moment: resolution, colours
and bounding box as set for the save, layout already done. The files are decoded before
they are compared, so that what counts is what a reader of the file gets.

Drawing a figure twice can change it: a layout moves on, an artist draws random numbers,
a callback counts draws. The generators of random numbers are therefore set back, draw
events and warnings of the second draw are kept from everybody, and the layout engine is
not asked again. When Agg differs, it draws yet another time: if it then differs from
itself, the figure is called unstable. (`verify` does more to that end.)

The verdicts are listed at ``results.Drawn``.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import logging
import os
import random
import re
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from drypoint.conformance import pixels, redirect
from drypoint.conformance.results import Drawn

Image = tuple[pixels.Pixels, dict[str, str]]  # as pixels.read gives it

# What print_figure offers to every print method, wanted or not.
OFFERED = ("dpi", "facecolor", "edgecolor", "orientation", "bbox_inches_restore")

records: list[Drawn] = []  # everything of the current test that is not identical
counts: Counter[str] = Counter()  # "save png identical" and the like, for the current test
context = ""  # what the pictures of differences are named after
picture_folder: Path | None = None  # where they go
pictures_left = 0  # how many differences may still be pictured

_index = 0
_thread = threading.local()


def busy() -> bool:
    """Whether this thread is in the middle of a draw that nobody but us asked for."""
    return getattr(_thread, "in_twin", False)


def begin(name: str) -> None:
    """Forget what was recorded; what is drawn from now on belongs to `name`."""
    global context, _index
    context, _index = name, 0
    records.clear()
    counts.clear()


def watch(canvas: type[Any], formats: tuple[str, ...]) -> None:
    """Compare with Agg everything that canvases of class `canvas` draw from now on."""
    redirect.second_agg()  # loaded before anybody patches anything
    for fmt in formats:
        if hasattr(canvas, f"print_{fmt}"):
            _wrap(canvas, f"print_{fmt}", functools.partial(_save, fmt))
    if hasattr(canvas, "print_to_buffer"):
        _wrap(canvas, "print_to_buffer", _print_to_buffer)
    _wrap(canvas, "draw", _draw)


def _wrap(canvas: type[Any], name: str, compare: Callable[..., Any]) -> None:
    """Replace a method of `canvas` by one that ends in `compare`."""
    definition = inspect.getattr_static(canvas, name)  # may be a partialmethod
    visible = getattr(canvas, name)

    @functools.wraps(visible)
    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        method = definition.__get__(self, type(self))
        # A draw replaced on the figure is a measurement, or a test's own idea of drawing.
        if getattr(_thread, "watching", False) or "draw" in vars(self.figure):
            return method(*args, **kwargs)
        _thread.watching = True
        try:
            return compare(self, method, args, kwargs)
        finally:
            _thread.watching = False

    if not watched.__module__.startswith("matplotlib."):
        # print_figure treats methods by the module they are from; a partialmethod has none.
        watched.__module__ = canvas.__module__
    setattr(canvas, name, watched)


# --- the three kinds of draws


def _save(fmt: str, canvas: Any, method: Any, args: tuple[Any, ...], kwargs: Any) -> Any:
    """Save with the canvas under test, then with Agg; compare the files."""
    if not args:
        return method(**kwargs)
    target, *rest = args
    state = RandomState()
    start = position(target)

    def expected() -> bytes:
        return _agg_save(canvas, fmt, state, rest, kwargs)

    try:
        result = method(*args, **kwargs)
    except Exception as error:
        _compare_errors(canvas.figure, _new_record("save", fmt), error, expected)
        raise
    size = canvas.get_width_height(physical=True)

    def actual() -> Image:
        content = written(target, start)
        if content is None:  # into a pipe, say: it is gone
            state.set_back()
            buffer = BytesIO()
            method(buffer, *rest, **kwargs)
            content = buffer.getvalue()
        return pixels.read(content, fmt, size)

    name = os.path.basename(target) if isinstance(target, (str, os.PathLike)) else ""
    drawn = _new_record("save", fmt, str(name))
    _compare(canvas.figure, drawn, actual, lambda: pixels.read(expected(), fmt, size))
    return result


def _draw(canvas: Any, method: Any, args: tuple[Any, ...], kwargs: Any) -> Any:
    """Draw with the canvas under test, then with Agg; compare the buffers."""
    state = RandomState()

    def expected() -> Image:
        return _agg_draw(canvas, state), {}

    try:
        result = method(*args, **kwargs)
    except Exception as error:
        _compare_errors(canvas.figure, _new_record("draw"), error, expected)
        raise
    _compare(canvas.figure, _new_record("draw"), lambda: (_buffer(canvas), {}), expected)
    return result


def _print_to_buffer(canvas: Any, method: Any, args: tuple[Any, ...], kwargs: Any) -> Any:
    """Let the canvas under test draw into bytes, then Agg; compare them."""
    state = RandomState()
    result = method(*args, **kwargs)

    def actual() -> Image:
        content, size = result
        return pixels.read(bytes(content), "rgba", size)

    _compare(canvas.figure, _new_record("buffer"), actual, lambda: (_agg_draw(canvas, state), {}))
    return result


def _new_record(how: str, fmt: str = "", file: str = "") -> Drawn:
    """Record of the next draw of the current test, taken for identical so far."""
    global _index
    _index += 1
    return Drawn(index=_index - 1, how=how, format=fmt, verdict="identical", file=file)


# --- drawing with Agg


class RandomState:
    """The states of the two global generators of random numbers, to go back to."""

    def __init__(self) -> None:
        self.numpy, self.python = np.random.get_state(), random.getstate()  # noqa: NPY002

    def set_back(self) -> None:
        """Go back to them."""
        np.random.set_state(self.numpy)  # noqa: NPY002
        random.setstate(self.python)


@contextlib.contextmanager
def second_time(figure: Any, *, quiet: bool = True) -> Iterator[None]:
    """Context for drawing `figure` again without anybody noticing.

    Warnings are kept from everybody if `quiet`.
    """
    after, canvas = RandomState(), figure.canvas
    # Texts remember the renderer that they were measured with last.
    texts = [(text, text._renderer) for text in _texts(figure)]
    logging_level = logging.root.manager.disable
    already = busy()
    with contextlib.ExitStack() as stack:
        stack.enter_context(_unheard("draw_event", figure._canvas_callbacks))
        if quiet:
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
            logging.disable(logging.CRITICAL)
        _thread.in_twin = True
        layout_engine, figure._layout_engine = figure._layout_engine, None
        try:
            yield
        finally:
            figure._layout_engine = layout_engine
            _thread.in_twin = already
            logging.disable(logging_level)
            figure.canvas = canvas
            after.set_back()
            for text, renderer in texts:
                text._renderer = renderer


@contextlib.contextmanager
def _unheard(name: str, callbacks: Any) -> Iterator[None]:
    """Context in which nobody is told of an event of this name.

    `CallbackRegistry.blocked` takes the connections away meanwhile, so that who disconnects then gets a `KeyError`.
    """
    process = callbacks.process

    def others(signal: str, *args: Any, **kwargs: Any) -> None:
        if signal != name:
            process(signal, *args, **kwargs)

    callbacks.process = others
    try:
        yield
    finally:
        del callbacks.process


def _texts(figure: Any) -> list[Any]:
    from matplotlib.text import Text

    try:
        found: list[Any] = figure.findobj(Text)
    except Exception:  # a test may break its figure on purpose
        return []
    return found


def _twin_canvas(canvas: Any) -> Any:
    """Make an Agg canvas for the figure of `canvas`; the caller gives the figure back."""
    twin = redirect.second_agg().FigureCanvasAgg(canvas.figure)
    twin._is_saving = canvas._is_saving
    twin._device_pixel_ratio = canvas._device_pixel_ratio
    return twin


def _agg_save(
    canvas: Any, fmt: str, state: RandomState, args: list[Any], kwargs: dict[str, Any]
) -> bytes:
    """Return the file that Agg makes of the figure of `canvas`."""
    state.set_back()
    method = getattr(_twin_canvas(canvas), f"print_{fmt}")
    accepted = inspect.signature(method).parameters
    wanted = {k: v for k, v in kwargs.items() if k not in OFFERED or k in accepted}
    buffer = BytesIO()
    method(buffer, *args, **wanted)
    return buffer.getvalue()


def _agg_draw(canvas: Any, state: RandomState) -> pixels.Pixels:
    """Return the pixels that Agg makes of the figure of `canvas`."""
    state.set_back()
    twin = _twin_canvas(canvas)
    twin.draw()
    return np.array(twin.buffer_rgba())


# --- reading what was drawn


def position(target: Any) -> int:
    """Where in the file object `target` a save will begin; 0 when it does not say."""
    try:
        return int(target.tell())
    except (AttributeError, OSError, ValueError):
        return 0


def written(target: Any, start: int) -> bytes | None:
    """Return what was written to `target` since `start`; None when it cannot be read."""
    try:
        if isinstance(target, (str, os.PathLike)):
            path = Path(target)
            return path.read_bytes() if path.is_file() else None
        if isinstance(target, BytesIO):
            return target.getvalue()[start:]
        target.flush()
        path = Path(target.name)
        return path.read_bytes()[start:] if path.is_file() else None
    except (AttributeError, OSError, TypeError, ValueError):
        return None


def _buffer(canvas: Any) -> pixels.Pixels:
    """Return the pixels that a canvas holds after a draw."""
    holder = canvas if hasattr(canvas, "buffer_rgba") else canvas.get_renderer()
    content = np.asarray(holder.buffer_rgba(), np.uint8)
    if content.ndim != 3:
        width, height = canvas.get_width_height(physical=True)
        content = content.reshape(height, width, 4)
    return content


# --- judging


def _compare(
    figure: Any,
    drawn: Drawn,
    read_actual: Callable[[], Image],
    make_expected: Callable[[], Image],
) -> None:
    """Compare what was drawn with Agg's; complete the record and keep it."""
    with second_time(figure):
        try:
            actual, actual_says = read_actual()
        except ValueError as error:
            return _conclude(drawn, "different", what="error", note=str(error))
        except Exception as error:  # no buffer to read, for one
            return _conclude(drawn, "not comparable", note=_describe(error))
        try:
            expected, expected_says = make_expected()
        except Exception as error:
            note = f"only Agg raises {_describe(error)}"
            return _conclude(drawn, "different", what="error", note=note)
        if np.array_equal(expected, actual):
            if expected_says == actual_says:
                return _conclude(drawn, "identical")
            keys = sorted({*expected_says, *actual_says})
            note = "; ".join(
                f"{key}: {actual_says.get(key)}, Agg: {expected_says.get(key)}"
                for key in keys
                if actual_says.get(key) != expected_says.get(key)
            )
            return _conclude(drawn, "different", what="metadata", note=note[:600])
        again, _ = make_expected()
    verdict = "different" if np.array_equal(expected, again) else "unstable"
    if expected.shape != actual.shape:
        note = f"{_size(actual)} pixels, Agg: {_size(expected)}"
        _conclude(drawn, verdict, what="size", note=note)
    else:
        _conclude(drawn, verdict, what="pixels", **vars(pixels.measure(expected, actual)))
    _keep_pictures(drawn, expected, actual)
    return None


def _compare_errors(
    figure: Any, drawn: Drawn, error: Exception, make_expected: Callable[[], object]
) -> None:
    """See whether Agg raises, too, as the canvas under test did with `error`."""
    with second_time(figure, quiet=False):  # a warning may be what is raised
        try:
            make_expected()
        except Exception as agg_error:
            if type(agg_error) is type(error):
                return _conclude(drawn, "both raise")
            note = f"raises {_describe(error)}, Agg: {_describe(agg_error)}"
        else:
            note = f"raises {_describe(error)}, Agg does not"
    raised = type(error).__name__
    return _conclude(drawn, "different", what="error", note=note, raised=raised)


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _size(image: pixels.Pixels) -> str:
    return f"{image.shape[1]}×{image.shape[0]}"


def _conclude(drawn: Drawn, verdict: str, **details: Any) -> None:
    """Count a verdict; record it unless there is nothing to say."""
    counts[f"{drawn['how']} {drawn['format']} {verdict}"] += 1
    if verdict not in ("identical", "both raise"):
        drawn["verdict"] = verdict
        drawn.update(details)  # type: ignore[typeddict-item]
        records.append(drawn)


def _keep_pictures(drawn: Drawn, expected: pixels.Pixels, actual: pixels.Pixels) -> None:
    """Write expected, difference and actual for the report, as long as there is room."""
    global pictures_left
    if picture_folder is None or pictures_left <= 0:
        return
    pictures_left -= 1
    readable = re.sub(r"[^A-Za-z0-9]+", "-", context.split("/")[-1])[:80].strip("-")
    stem = f"{readable}-{crc32(context.encode()):08x}-{drawn['index']}"
    pixels.write_png(picture_folder / f"{stem}-expected.png", expected)
    pixels.write_png(picture_folder / f"{stem}-actual.png", actual)
    if expected.shape == actual.shape:
        picture = pixels.show_difference(expected, actual)
        pixels.write_png(picture_folder / f"{stem}-difference.png", picture)
    drawn["pictures"] = stem
