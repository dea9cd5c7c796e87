"""What the canvases of all toolkits share: which pixels a window shows, and saving beside it."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.backend_bases import FigureCanvasBase

from drypoint import _core
from drypoint.adapter.preview import View, move_part, moved_axes, views_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drypoint.adapter.canvas import FigureCanvasDrypoint
    from drypoint.adapter.renderer import Renderer

__all__ = ["WindowCanvas", "premultiplied_argb"]


# Seconds that a draw may take before it is done beside the window's own work.
_SLOW_S = 0.01
# How often (ms) it is looked whether that is done.
_LOOK_MS = 2
# Seconds between previews: as often as quick screens change, and time is left for the picture itself.
_PREVIEW_S = 0.007
# How long (s) a draw may wait for its turn to be played. What it shows is that much older, but a walk that comes late
# leaves nothing to play.
_EARLY_S = 0.02


class _Frame(NamedTuple):
    """A draw that is played while the window answers its user.

    Attributes
    ----------
    core : Renderer of the engine
        What it is drawn on.
    key : object
        Size and dpi of that.
    walked_s : float
        When all artists had been asked.
    views : dict
        Where its axes are.
    """

    core: _core.Renderer
    key: object
    walked_s: float
    views: dict[int, View]


if TYPE_CHECKING:
    _Drawing = FigureCanvasDrypoint
else:
    _Drawing = object


class WindowCanvas(_Drawing):
    """A canvas in a window: the first base class, before the one that draws and the toolkit's of Matplotlib's.

    The one that draws is `FigureCanvasDrypoint`, one of its kin, or Agg's when drypoint has taken over.

    The pixels that a window shows are those of the renderer, so that what programs draw or write
    there by themselves is shown when the toolkit next asks. Only while a slow draw asked for by `draw_idle`
    is played, it shows the last whole picture, its axes moved and scaled as they have been since. While one
    is played, the artists of the next are asked; no more than these two are under way.
    """

    #: What can be saved, in every toolkit; that of wx would add what its own renderer writes.
    filetypes = FigureCanvasBase.filetypes

    # What is played, and what has been walked since.
    _background: _Frame | None = None
    _next: _Frame | None = None
    # The last one that has been shown: what it was drawn on is free for the next.
    _shown: _Frame | None = None
    # What is shown instead of the renderer's pixels, if anything is, and as it was drawn.
    _instead: NDArray[np.uint8] | None = None
    _whole: NDArray[np.uint8] | None = None
    # How long the last draw took, how long of that its walk, and where its axes were.
    _draw_s = 0.0
    _walk_s = 0.0
    # When the last picture was whole.
    _whole_s = 0.0
    _views: dict[int, View] | None = None
    _drawn_again = False
    _looks: Any = None
    _preview_s = 0.0

    # --- what is shown

    def shown_pixels(self) -> NDArray[np.uint8] | None:
        """What the window shows.

        Returns
        -------
        (h, w, 4) uint8 or None
            Red, green, blue and straight alpha, top row first: a view to be read, and to be let go of soon, since
            drawing does not run beside Python as long as there is one. None before the first draw.
        """
        if self._instead is not None:
            return self._instead
        core = self.shown_core()
        if core is not None:
            return np.asarray(core.reader())
        try:
            renderer = self.renderer
        except AttributeError:
            return None
        return np.asarray(renderer.buffer_rgba())

    def shown_core(self) -> _core.Renderer | None:
        """The engine's renderer whose pixels the window shows, if it shows those."""
        renderer = getattr(self, "renderer", None)
        core = getattr(renderer, "_core", None)
        is_shown = self._instead is None and isinstance(core, _core.Renderer)
        return core if is_shown else None

    def is_opaque(self) -> bool:
        """Whether nothing behind the figure is seen through it."""
        patch = self.figure.patch
        face: Any = patch.get_facecolor()
        return bool(self.figure.get_frameon() and patch.get_visible() and face[3] == 1)

    def present(self) -> None:
        """Have the toolkit show `shown_pixels` soon; each toolkit has its way."""
        raise NotImplementedError

    def request_draw(self) -> None:
        """Have the toolkit call `draw_from_idle` soon, once for many requests."""
        super().draw_idle()

    # --- drawing

    def _draw_picture(self, *, wait: bool = True) -> Renderer:
        begin = time.perf_counter()
        self._forget_background()
        renderer = super()._draw_picture(wait=wait)
        if not self.is_saving():
            self._draw_s = time.perf_counter() - begin
            self._views = views_of(self.figure)
        return renderer

    def draw_from_idle(self) -> bool:
        """Draw because `draw_idle` asked: artists are walked now, the rest may be played beside.

        Returns
        -------
        bool
            Whether the picture is whole, so that it can be shown.
        """
        if not self._is_time():
            # What is under way is finished first: with a newer one each time, none would ever be seen.
            self._drawn_again = True
            return False
        renderer = self.get_renderer()
        # Only the engine's own pixels can be played by another thread, Cairo's cannot.
        if not isinstance(renderer._core, _core.Renderer) or not self._make_room(renderer):
            self._draw_picture()
            return True
        frame = self._walk(renderer)
        # Who has listened to the walk may have waited for all that was under way.
        if self._background is None:
            self._background = frame
        else:
            self._next = frame
        if self._looks is None:
            self._looks = self.new_timer(interval=_LOOK_MS)
            self._looks.add_callback(self._look_whether_done)
        self._looks.start()
        return False

    def _is_time(self) -> bool:
        """Whether a draw is to begin: at once, or so that it can be played when the one under way has been."""
        background = self._background
        if background is None or self._next is not None:
            return background is None
        # If it takes as long as the last one.
        due_s = self._begin_s(background) + self._draw_s - self._walk_s
        return time.perf_counter() >= due_s - self._walk_s - _EARLY_S or background.core.is_finished

    def _begin_s(self, frame: _Frame) -> float:
        """When it could be played: after its walk, and after the one before it."""
        return max(frame.walked_s, self._whole_s)

    def _make_room(self, renderer: Renderer) -> bool:
        """Have something to show and something to draw on while the next frame is played; whether there is."""
        background = self._background
        if background is None:
            before = self._copy_of_shown() if self._draw_s >= _SLOW_S else None
            if before is None:
                return False
            self._instead = self._whole = before
            self._preview()
            return True
        if background.key != self._lastKey or background.core.has_views:
            return False
        spare, self._shown = self._shown, None
        is_fit = spare is not None and spare.key == self._lastKey and not spare.core.has_views
        renderer.swap_core(spare.core if spare is not None and is_fit else None)
        return True

    def _walk(self, renderer: Renderer) -> _Frame:
        """Ask all artists; what they draw is played by others."""
        begin_s, views = time.perf_counter(), views_of(self.figure)
        core = renderer._core
        core.set_defers(True)
        try:
            renderer.clear()
            self.figure.draw(renderer)
        except BaseException:
            self._forget_background()
            raise
        finally:
            core.set_defers(False)
        core.start()
        walked_s = time.perf_counter()
        self._walk_s = walked_s - begin_s
        return _Frame(core, self._lastKey, walked_s, views)

    def _copy_of_shown(self) -> NDArray[np.uint8] | None:
        """The last whole picture, if it has the size of the next one."""
        width, height = self.get_width_height(physical=True)
        if self._lastKey != (width, height, self.figure.dpi):
            return None
        pixels = self.shown_pixels()
        return None if pixels is None else pixels.copy()

    def _look_whether_done(self) -> None:
        background, following = self._background, self._next
        if background is None:
            # Somebody has waited for it: nothing of it, nor what was asked for since, may be lost.
            self._looks.stop()
            self._show()
            return
        if following is not None and following.core.is_finished:
            background = following
        if not background.core.is_finished:
            if self._drawn_again and self._is_time():
                self._drawn_again = False
                self.request_draw()
            return
        try:
            background.core.finish()
        except (MemoryError, RuntimeError):
            traceback.print_exc()
        now_s = time.perf_counter()
        self._draw_s = self._walk_s + now_s - self._begin_s(background)
        self._whole_s, self._views = now_s, background.views
        if following is None or background is following:
            self._looks.stop()
            self._forget_background()
        else:
            # Its pixels are wanted by the one after the next.
            self._shown, self._background, self._next = background, following, None
            self._instead = self._whole = np.array(background.core)
            self._preview()
        self._show()

    def _show(self) -> None:
        """Have a picture shown that is whole, and the figure drawn again if that has been asked for."""
        again, self._drawn_again = self._drawn_again, False
        if again:
            self.draw_idle()
        self.present()

    def _forget_background(self) -> None:
        self._background = self._next = self._instead = self._whole = None

    def draw_idle(self) -> None:
        """Have the figure drawn when there is time; while that lasts, show what has moved."""
        self.request_draw()
        now_s = time.perf_counter()
        slow = self._draw_s >= _SLOW_S
        if slow and now_s - self._preview_s >= _PREVIEW_S and self._preview():
            self._preview_s = now_s
            self.present()

    def _preview(self) -> bool:
        """Show the last whole picture with its axes moved and scaled; whether there was a need."""
        if self._views is None or self.is_saving():
            return False
        now = views_of(self.figure)
        moved = moved_axes(self._views, now)
        if not moved:
            if self._instead is None:
                return False
            # It is back where it was.
            self._instead = self._whole
            return True
        if self._whole is None:
            self._whole = self._copy_of_shown()
        if self._whole is None:
            return False
        self._instead = self._whole.copy()
        for before, after in moved:
            move_part(self._instead, self._whole, before, after)
        return True

    def wait_for_picture(self) -> None:
        """Finish what is played; the window shows the renderer's pixels from here on."""
        if self._background is not None or self._instead is not None:
            self.renderer.finish()
            last = self._next or self._background
            if last is not None:
                self._views = last.views
            self._forget_background()

    def print_figure(self, *arguments: Any, **keywords: Any) -> Any:
        """Save the figure, as in `FigureCanvasBase`; the window keeps its own picture."""
        kept = {name: vars(self)[name] for name in _PICTURE if name in vars(self)}
        for name in kept:
            delattr(self, name)
        try:
            return super().print_figure(*arguments, **keywords)
        finally:
            # Saved pixels have another size; the window may be painted before it is drawn again.
            for name in _PICTURE:
                vars(self).pop(name, None)
            vars(self).update(kept)


# The attributes that say what the window shows.
_PICTURE = ("renderer", "_lastKey", "_background", "_next", "_shown", "_instead", "_whole")


def premultiplied_argb(pixels: NDArray[np.uint8], *, opaque: bool) -> NDArray[np.uint32]:
    """Pixels as Cairo has them.

    Parameters
    ----------
    pixels : (h, w, 4) uint8
        Red, green, blue and straight alpha.
    opaque : bool
        Whether alpha is not to be looked at.

    Returns
    -------
    (h, w) uint32
        Alpha in the uppermost byte, then red, green and blue multiplied by it, the product rounded;
        contiguous.
    """
    channels = pixels.astype(np.uint32)
    red, green, blue, alpha = (channels[..., index] for index in range(4))
    if opaque:
        return np.ascontiguousarray(0xFF000000 | red << 16 | green << 8 | blue)
    red, green, blue = ((channel * alpha + 127) // 255 for channel in (red, green, blue))
    return np.ascontiguousarray(alpha << 24 | red << 16 | green << 8 | blue)
