"""A whole backend that draws nothing: where writing one begins.

Every program runs with it: all artists are walked, all text is measured, files are saved, and the
picture in them is empty. Fill in the methods of `RendererTemplate` one by one and watch it come to
life; `draw_path` alone shows lines, patches, text, markers and collections, since the other methods
go back to it until you write better ones.

``drypoint new-backend NAME`` makes a package of your own from this file, which needs nothing but
Matplotlib. This one can be selected as ``drypoint-template``.

Coordinates are pixels with the origin at the lower left and y up, except for the y of text (see
`RendererTemplate.flipy`) and the rows of images.
"""

from __future__ import annotations

from typing import Any

from matplotlib.backend_bases import (
    FigureCanvasBase,
    FigureManagerBase,
    GraphicsContextBase,
    RendererBase,
)
from matplotlib.cbook import open_file_cm

__all__ = ["FigureCanvas", "FigureManager"]

#: The ending of the files that are written, without the dot.
FORMAT = "template"


class RendererTemplate(RendererBase):
    """Draws what the artists ask for.

    Parameters
    ----------
    width, height : float
        Size of the canvas in pixels.
    dpi : float
        Pixels per inch.

    Attributes
    ----------
    marks : list of str
        What has been drawn: elements of SVG, here. Put in its place what your format is made of.

    Notes
    -----
    Each method is called with a graphics context `gc`, which says how to draw: ``get_rgb()`` (stroke and
    text, 3 or 4 numbers from 0 to 1), ``get_alpha()`` with ``get_forced_alpha()`` (whether it overrides the alpha of
    all colours), ``get_linewidth()`` in points (0 for no line), ``get_dashes()`` (offset and lengths in points, or
    None), ``get_capstyle()``, ``get_joinstyle()``, ``get_antialiased()``, ``get_clip_rectangle()`` (a Bbox or None),
    ``get_clip_path()`` (a path and its affine, or None twice), ``get_hatch_path()`` with its colour and line width,
    ``get_snap()``, ``get_sketch_params()``, ``get_url()``, ``get_gid()``. Do not keep it: it changes after the call.
    """

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__()
        self.width = width
        self.height = height
        self.dpi = dpi
        self.marks: list[str] = []

    # --- what has to be written: these have no way round

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:
        """Draw a path.

        Parameters
        ----------
        path : Path
            ``vertices`` (N, 2) float, maybe with NaN or infinite ones, which interrupt the line; ``codes`` (N,)
            uint8, or None for one open polyline. ``should_simplify`` says that points which do not show may go.
        transform : Transform
            Affine, from the vertices to pixels.
        rgbFace : 3 or 4 numbers from 0 to 1, or None
            What the path is filled with. The line is painted after the fill, the hatch between them.
        """

    def draw_image(self, gc: Any, x: float, y: float, im: Any, transform: Any = None) -> None:
        """Draw an image with its lower left corner at (*x*, *y*).

        Parameters
        ----------
        im : (h, w, 4) uint8
            Red, green, blue and straight alpha; row 0 is at the bottom.
        transform : Transform, optional
            Only if `option_scale_image` says so: from the unit square to pixels; then ``gc.get_alpha()`` is still to
            be applied. Without it, it has been.
        """

    def draw_gouraud_triangles(
        self, gc: Any, triangles_array: Any, colors_array: Any, transform: Any
    ) -> None:
        """Draw triangles whose colour runs from corner to corner.

        Parameters
        ----------
        triangles_array : (N, 3, 2) float
            Corners.
        colors_array : (N, 3, 4) float
            Their colours, from 0 to 1.
        transform : Transform
            Affine, from corners to pixels.
        """

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Width and height in pixels."""
        return self.width, self.height

    # --- what is worth writing: until then it is done by means of draw_path

    def draw_markers(
        self,
        gc: Any,
        marker_path: Any,
        marker_trans: Any,
        path: Any,
        trans: Any,
        rgbFace: Any = None,
    ) -> None:
        """Draw a marker at every vertex of *path* (not at control points).

        Define it once and stamp it, and scatter plots become small and quick. *marker_trans* leads to pixels around
        the place, *trans* from the vertices of *path* to pixels.
        """
        super().draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)

    def draw_path_collection(
        self,
        gc: Any,
        master_transform: Any,
        paths: Any,
        all_transforms: Any,
        offsets: Any,
        offset_trans: Any,
        facecolors: Any,
        edgecolors: Any,
        linewidths: Any,
        linestyles: Any,
        antialiaseds: Any,
        urls: Any,
        offset_position: Any,
        *,
        hatchcolors: Any = None,
    ) -> None:
        """Draw many paths whose attributes repeat.

        Item i takes ``paths[i % len(paths)]``, and so on for each list. There are as many items as the longest of
        paths, transforms and offsets has entries. Matplotlib calls this once with no paths at all, to see whether
        *hatchcolors* is known: do nothing then.

        Parameters
        ----------
        master_transform, offset_trans : Transform
            Affine: after each transform of `all_transforms`; from offsets to pixels.
        all_transforms : (K, 3, 3) float
        offsets : (M, 2) float
        facecolors, edgecolors, hatchcolors : (K, 4) float
            No colours: no fill, no line.
        linewidths : (K,) float
            Points.
        linestyles : list of (float, list of float or None)
            Offset and lengths in points.
        antialiaseds : (K,) bool
        urls : list of str or None
        offset_position : object
            Has no meaning any more.
        """
        super().draw_path_collection(
            gc,
            master_transform,
            paths,
            all_transforms,
            offsets,
            offset_trans,
            facecolors,
            edgecolors,
            linewidths,
            linestyles,
            antialiaseds,
            urls,
            offset_position,
            hatchcolors=hatchcolors,
        )

    def draw_quad_mesh(
        self,
        gc: Any,
        master_transform: Any,
        meshWidth: int,
        meshHeight: int,
        coordinates: Any,
        offsets: Any,
        offsetTrans: Any,
        facecolors: Any,
        antialiased: bool,
        edgecolors: Any,
    ) -> None:
        """Draw *meshHeight* rows of *meshWidth* cells between (rows + 1, columns + 1, 2) *coordinates*."""
        super().draw_quad_mesh(
            gc,
            master_transform,
            meshWidth,
            meshHeight,
            coordinates,
            offsets,
            offsetTrans,
            facecolors,
            antialiased,
            edgecolors,
        )

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Draw one line of text.

        Parameters
        ----------
        x, y : float
            Where the baseline begins; y counts from the top if `flipy` says so.
        s : str
            The text, maybe empty.
        prop : FontProperties
            The font; ``get_size_in_points()`` says how large.
        angle : float
            Degrees, counter-clockwise.
        ismath : bool
            Whether *s* is mathtext, with ``$…$``.
        mtext : Text or None
            The artist, if it has one line.
        """
        super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)

    def draw_tex(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        *,
        mtext: Any = None,
    ) -> None:
        """Draw one line that LaTeX sets; parameters as for `draw_text`."""
        super().draw_tex(gc, x, y, s, prop, angle, mtext=mtext)

    def get_text_width_height_descent(
        self, s: str, prop: Any, ismath: Any
    ) -> tuple[float, float, float]:
        """Width, height and what is below the baseline of one line, in pixels.

        *ismath* is False, True or "TeX". Must agree with what `draw_text` draws: legends and titles are placed by it.
        """
        return super().get_text_width_height_descent(s, prop, ismath)

    # --- what Matplotlib asks

    def flipy(self) -> bool:
        """Whether the y of text counts from the top."""
        return True

    def points_to_pixels(self, points: Any) -> Any:
        """Points (1/72 inch) in pixels; numbers or arrays."""
        return points * self.dpi / 72

    def get_image_magnification(self) -> float:
        """How many pixels of an image go on one of the canvas, each way."""
        return 1.0

    def option_image_nocomposite(self) -> bool:
        """Whether neighbouring images are to come one by one."""
        return True

    def option_scale_image(self) -> bool:
        """Whether `draw_image` takes images as they are, with a transform."""
        return False

    def new_gc(self) -> GraphicsContextBase:
        """A graphics context with the defaults."""
        return GraphicsContextBase()

    # --- what can be ignored

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begin a group: of a kind of artist ("axes", "line2d", …), maybe with the user's id."""

    def close_group(self, s: str) -> None:
        """End the group that began last."""

    def start_rasterizing(self) -> None:
        """Draw pixels from now on, for artists with ``set_rasterized(True)``; formats of pixels ignore it."""

    def stop_rasterizing(self) -> None:
        """Place those pixels as an image."""

    def start_filter(self) -> None:
        """Draw elsewhere from now on, for artists with ``set_agg_filter``."""

    def stop_filter(self, filter_func: Any) -> None:
        """Put what was drawn since `start_filter` through *filter_func* and place the result."""


class FigureManagerTemplate(FigureManagerBase):
    """A figure as pyplot knows it: the window around a canvas, when there is one.

    With windows, override `show`, `destroy`, `full_screen_toggle`, `resize`, `get_window_title`, `set_window_title` and
    the class methods `pyplot_show` and `start_main_loop`.
    """


class FigureCanvasTemplate(FigureCanvasBase):
    """What the figure is drawn on, and what saves it.

    With windows, set ``required_interactive_framework``, and send `MouseEvent`, `KeyEvent`, `ResizeEvent` and
    `CloseEvent` to ``self.callbacks``.
    """

    manager_class = FigureManagerTemplate

    #: What can be saved; formats that are not here are saved by Matplotlib's own backends.
    filetypes = {**FigureCanvasBase.filetypes, FORMAT: "An empty picture"}  # noqa: RUF012 # as in the base

    def _draw(self) -> RendererTemplate:
        width, height = self.get_width_height()
        renderer = RendererTemplate(width, height, self.figure.dpi)
        self.figure.draw(renderer)
        return renderer

    def draw(self) -> None:
        """Draw the figure; artists settle limits and ticks while they are walked, so do so even without a screen."""
        self._draw()
        super().draw()

    def print_template(self, filename: Any, **keywords: Any) -> None:
        """Save the figure.

        There is one such method for each format, called by `Figure.savefig`, which has set dpi and colours.

        Parameters
        ----------
        filename : str, path-like or text file object
            Where to.
        **keywords
            ``dpi``, ``facecolor``, ``edgecolor``, ``orientation`` and ``bbox_inches_restore``, of which all has been
            applied, and what the user gives, such as ``metadata``.
        """
        renderer = self._draw()
        size = f'width="{renderer.width:g}" height="{renderer.height:g}"'
        with open_file_cm(filename, "w", encoding="utf-8") as file:
            file.write(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n')
            file.writelines(mark + "\n" for mark in renderer.marks)
            file.write("</svg>\n")

    @classmethod
    def get_default_filetype(cls) -> str:
        """What is saved when nothing else is said."""
        return FORMAT


FigureCanvas = FigureCanvasTemplate
FigureManager = FigureManagerTemplate
