"""Random drawings: calls that Agg's renderer and ours take alike.

A drawing is data: made once, then drawn by both. It keeps all its arrays alive, because Agg knows
clip paths by the addresses of their arrays and would take a new array at an old address for the
old one.

What Agg does not survive stays out of here: there is nothing to compare with. Those cases are in
`test_extremes.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform, TransformedPath
from numpy.typing import NDArray

from tests.robustness.choices import Choices

WIDTH, HEIGHT = 200, 150

NON_FINITE = (math.nan, math.inf, -math.inf)
CAPS = ("butt", "round", "projecting")
JOINS = ("miter", "round", "bevel")
HATCHES = ("/", "xx", "o", "*", ".", "-+", "O|", "\\\\///..")
MOVE, LINE, CURVE3, CURVE4, CLOSE = 1, 2, 3, 4, 79
#: Bytes that are no command by name: a stop, vertices of other kinds, ends with odd flags. (Others,
#: such as 66, make Agg read places that nothing was written to.)
ODD_CODES = [0, 5, 14, 15, 31, 47, 63, 95, 111, 127, 143, 255]
#: Vertices that a command takes.
SIZES = {MOVE: 1, LINE: 1, CURVE3: 2, CURVE4: 3, CLOSE: 1}

Rgba = tuple[float, ...]


@dataclass
class Context:
    """What a graphics context is set to."""

    linewidth: float = 1.0
    color: Rgba = (0.0, 0.0, 0.0, 1.0)
    alpha: float | None = None
    antialiased: bool = True
    cap: str = "butt"
    join: str = "round"
    dashes: tuple[float, list[float] | None] = (0, None)
    rectangle: Bbox | None = None
    clip_path: TransformedPath | None = None
    snap: bool | None = None
    hatch: str | None = None
    hatch_color: Rgba = (0.0, 0.0, 0.0, 1.0)
    hatch_linewidth: float = 1.0
    sketch: tuple[float, float, float] | None = None

    def of(self, renderer: RendererBase) -> GraphicsContextBase:
        """A context of this kind for a renderer."""
        gc = renderer.new_gc()
        gc.set_linewidth(self.linewidth)
        gc.set_foreground(self.color, isRGBA=True)
        if self.alpha is not None:
            gc.set_alpha(self.alpha)
        gc.set_antialiased(self.antialiased)
        gc.set_capstyle(self.cap)
        gc.set_joinstyle(self.join)
        gc.set_dashes(*self.dashes)
        gc.set_clip_rectangle(self.rectangle)
        gc.set_clip_path(self.clip_path)
        gc.set_snap(self.snap)
        if self.hatch is not None:
            gc.set_hatch(self.hatch)
            gc.set_hatch_color(self.hatch_color)
            gc.set_hatch_linewidth(self.hatch_linewidth)
        if self.sketch is not None:
            gc.set_sketch_params(*self.sketch)
        return gc


@dataclass
class Call:
    """A drawing call: the method's name, the context, the further arguments."""

    method: str
    context: Context
    arguments: tuple[Any, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)

    def draw(self, renderer: Any) -> None:
        """Make the call."""
        if self.method == "draw_text_image":
            draw_text_image(renderer, self.context.of(renderer), *self.arguments)
        elif self.method == "move_pixels":
            move_pixels(renderer, *self.arguments)
        elif self.method == "filter":
            calls, function = self.arguments
            renderer.start_filter()
            for call in calls:
                call.draw(renderer)
            renderer.stop_filter(function)
        elif self.method == "clear":
            renderer.clear()
        else:
            method = getattr(renderer, self.method)
            method(self.context.of(renderer), *self.arguments, **self.keywords)


@dataclass
class Drawing:
    """Calls for a canvas of a size (px) and a resolution (dpi)."""

    width: int
    height: int
    dpi: float
    calls: list[Call]

    def pixels(self, renderer_class: Callable[[int, int, float], Any]) -> NDArray[np.uint8]:
        """The picture that a renderer of that class makes of it."""
        renderer = renderer_class(self.width, self.height, self.dpi)
        for call in self.calls:
            call.draw(renderer)
        return np.array(renderer.buffer_rgba())


def draw_text_image(
    renderer: Any,
    gc: GraphicsContextBase,
    image: NDArray[np.uint8],
    x: int,
    y: int,
    angle: float,
) -> None:
    """Draw a picture of text; only the engines below the renderers have a method for it."""
    if hasattr(renderer, "_core"):
        rectangle = gc.get_clip_rectangle()
        extents = None if rectangle is None else tuple(rectangle.extents)
        renderer._core.draw_text_image(image, x, y, angle, gc.get_rgb(), extents)
    else:
        renderer._renderer.draw_text_image(image, x, y, angle, gc)


def move_pixels(
    renderer: Any,
    bbox: Bbox,
    place: tuple[int, int] | None,
    part: tuple[int, int, int, int] | None,
    shift: tuple[int, int] | None,
) -> None:
    """Copy a region and put it back, moved as a whole, in part or not at all."""
    region = renderer.copy_from_bbox(bbox)
    if place is not None:
        region.set_x(place[0])
        region.set_y(place[1])
    if part is None and shift is None:
        renderer.restore_region(region)
        return
    x1, y1, x2, y2 = region.get_extents()
    bbox_part = None
    if part is not None:
        bbox_part = (x1 + part[0], y1 + part[1], x2 - part[2], y2 - part[3])
    xy = None if shift is None else (x1 + shift[0], y1 + shift[1])
    renderer.restore_region(region, bbox=bbox_part, xy=xy)


# --- ingredients


def color(choices: Choices, components: int = 4) -> Rgba:
    """A colour whose alpha is often 0 or 1."""
    alpha = choices.choose([1.0, 0.0, 0.5, choices.number(0, 1)])
    rgb = choices.array(0, 1, (3,)).tolist()
    return (*rgb, alpha)[:components]


def colors(choices: Choices, most: int) -> NDArray[np.float64]:
    """An (N, 4) array of colours; N may be 0."""
    count = choices.integer(0, most)
    return np.array([color(choices) for _ in range(count)]).reshape(-1, 4)


def affine(choices: Choices) -> Affine2D:
    """A transform that keeps things near the canvas."""
    transform = Affine2D()
    if choices.chance(0.3):
        transform.rotate_deg(choices.choose([90.0, 45.0, 180.0, choices.number(0, 360)]))
    if choices.chance(0.3):
        transform.scale(*choices.array(0.3, 2, (2,)))
    if choices.chance(0.1):
        transform.scale(*choices.choose([(-1, 1), (1, -1), (1, 0), (1e-3, 1), (40, 40)]))
    if choices.chance(0.4):
        transform.translate(*choices.array(-20, 20, (2,)))
    return transform


def spoil(choices: Choices, vertices: NDArray[np.float64]) -> None:
    """Put something that is not finite into one place, or into many."""
    if not vertices.size:
        return
    if choices.chance(0.5):
        vertices.flat[choices.integer(0, vertices.size - 1)] = choices.choose(NON_FINITE)
    else:
        where = choices.array(0, 1, vertices.shape) < 0.1
        vertices[where] = choices.choose(NON_FINITE)


def random_codes(choices: Choices, count: int, curves: bool, odd: bool) -> list[int]:
    """Whole segments of about `count` vertices together, beginning with a move.

    `odd`: also commands that Matplotlib has no name for. Agg does not end when a curve lacks
    vertices, and begins a path without a move where the one before has ended.
    """
    options = [LINE, LINE, LINE, MOVE, CLOSE]
    if curves:
        options += [CURVE3, CURVE4]
    if odd:
        options += ODD_CODES
    codes = [MOVE]
    while len(codes) < count:
        code = choices.choose(options)
        codes += [code] * SIZES.get(code, 1)
    return codes


def path(
    choices: Choices, *, scale: float = 1.0, finite: bool = False, curves: bool = True
) -> Path:
    """A path of any kind, about as large as the canvas times `scale`."""
    kinds = ["line", "codes", "rectangle", "circle", "grid", "steps", "walk", "dense", "odd codes"]
    kind = choices.choose(kinds)
    if kind == "circle" and curves:
        sizes = choices.array(1, 80, (2,)) * scale
        transform = Affine2D().scale(*sizes).translate(*(choices.array(0, 200, (2,)) * scale))
        return Path.unit_circle().transformed(transform)
    if kind == "rectangle":
        x, y, width, height = choices.array(-20, 220, (4,)) * scale
        corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]
        return Path(corners, [MOVE, LINE, LINE, LINE, CLOSE])
    count = choices.choose([2, 3, 5, 1, 10, 40, 0])
    codes = None
    if kind == "dense":
        count = choices.choose([127, 128, 300, 1023, 1024, 1025])
    if kind in ("codes", "odd codes"):
        codes = random_codes(choices, count, curves, kind == "odd codes")
        count = len(codes)
    if kind in ("walk", "dense"):
        steps = choices.normal(choices.choose([1.0, 0.1, 5.0]), (count, 2))
        vertices = np.cumsum(steps, 0) + 100 * scale
    elif kind == "steps":
        vertices = np.cumsum(choices.array(-20, 20, (count, 2)), 0) + 100 * scale
        vertices = np.round(vertices, choices.choose([0, 1, 2]))
        vertices[1::2, 1] = vertices[: len(vertices) - 1 : 2, 1]
    else:
        vertices = choices.array(-50, 250, (count, 2)) * scale
        if kind == "grid":
            vertices = np.round(vertices)
    if count > 1 and choices.chance(0.1):
        # Points that fall together.
        vertices[choices.integer(1, count - 1)] = vertices[0]
    if not finite and choices.chance(0.25):
        spoil(choices, vertices)
    if codes is not None:
        defuse(vertices, codes)
    made = Path(vertices)
    made.codes = None if codes is None else np.array(codes, dtype=np.uint8)
    if choices.chance(0.3):
        made.should_simplify = choices.chance(0.7)
        made.simplify_threshold = choices.choose([1 / 9, 0.5, 1.0, 3.0, 1e-3])
    return made


def defuse(vertices: NDArray[np.float64], codes: list[int]) -> None:
    """Take out what makes Agg subdivide without end: a curve that begins at no finite place.

    A curve after a close begins at the coordinates of the close, whatever they are.
    """
    for index, code in enumerate(codes):
        if code & 15 in (0, 15):
            vertices[index] = np.nan_to_num(vertices[index], nan=3.0, posinf=5.0, neginf=7.0)


def context(choices: Choices, *, hatched: bool = True) -> Context:
    """Any graphics context."""
    made = Context(color=color(choices))
    widths = [1.0, 0.0, 0.5, 2.0, 0.1, 5.0, 12.0, 40.0, 1e-9, 5e-324, choices.number(0, 4)]
    made.linewidth = choices.choose(widths)
    if choices.chance(0.2):
        made.alpha = choices.choose([0.5, 0.0, 1.0, choices.number(0, 1)])
    made.antialiased = not choices.chance(0.2)
    made.cap = choices.choose(CAPS)
    made.join = choices.choose(JOINS)
    if choices.chance(0.3):
        made.dashes = dashes(choices)
    if choices.chance(0.4):
        made.rectangle = rectangle(choices)
    if choices.chance(0.25):
        made.clip_path = TransformedPath(path(choices, finite=choices.chance(0.8)), affine(choices))
    made.snap = choices.choose([None, True, False])
    if hatched and choices.chance(0.2):
        made.hatch = choices.choose(HATCHES)
        made.hatch_color = color(choices)
        made.hatch_linewidth = choices.choose([1.0, 0.0, choices.number(0, 3)])
    if choices.chance(0.1):
        made.sketch = (
            choices.choose([1.0, 0.0, choices.number(0, 3)]),
            choices.choose([100.0, 0.0, choices.number(1, 100)]),
            choices.choose([2.0, 0.0, 1.0, choices.number(0.5, 16)]),
        )
    return made


def dashes(choices: Choices) -> tuple[float, list[float] | None]:
    """A dash pattern in points, also odd ones, some with empty entries."""
    lengths = choices.array(0.2, 6, (choices.choose([2, 1, 3, 4, 6, 34, 40]),)).tolist()
    if choices.chance(0.2):
        lengths[choices.integer(0, len(lengths) - 1)] = 0.0
    if sum(lengths) == 0:
        lengths = [1.0, 1.0]
    return choices.choose([0.0, 1.3, 7.0, 1000.0, -3.0]), lengths


def rectangle(choices: Choices) -> Bbox:
    """A clip rectangle: inside, hanging over, outside, empty, turned around."""
    x1, y1, x2, y2 = choices.array(-20, 220, (4,)).tolist()
    if choices.chance(0.3):
        x1, y1, x2, y2 = (float(round(v)) for v in (x1, y1, x2, y2))
    if not choices.chance(0.1):
        x1, x2 = sorted((x1, x2))
        y1, y2 = sorted((y1, y2))
    return Bbox([[x1, y1], [x2, y2]])


# --- calls


def draw_path(choices: Choices) -> Call:
    face = color(choices, choices.choose([3, 4])) if choices.chance(0.5) else None
    return Call("draw_path", context(choices), (path(choices), affine(choices), face))


def draw_markers(choices: Choices) -> Call:
    marker = path(choices, scale=choices.choose([0.02, 0.1, 0.3]))
    # Agg subdivides curves of positions before it looks for what is not finite, and does not end.
    curves = choices.chance(0.3)
    positions = path(choices, finite=curves, curves=curves)
    face = color(choices) if choices.chance(0.7) else None
    arguments = (marker, affine(choices), positions, affine(choices), face)
    return Call("draw_markers", context(choices), arguments)


def draw_path_collection(choices: Choices) -> Call:
    paths = [path(choices) for _ in range(choices.integer(0, 5))]
    transforms = [affine(choices).get_matrix() for _ in range(choices.integer(0, 2))]
    offsets = choices.array(-20, 200, (choices.integer(0, 7), 2))
    if choices.chance(0.2):
        spoil(choices, offsets)
    styles = [
        dashes(choices) if choices.chance(0.5) else (0.0, None)
        for _ in range(choices.integer(0, 2))
    ]
    arguments = (
        affine(choices),
        paths,
        np.array(transforms).reshape(-1, 3, 3),
        offsets,
        affine(choices),
        colors(choices, 3),
        colors(choices, 3),
        choices.array(0, 4, (choices.integer(0, 2),)),
        styles,
        np.array(choices.choose([[True], [False], [True, False]])),
        [None],
        "screen",
    )
    keywords = {"hatchcolors": colors(choices, 3)}
    return Call("draw_path_collection", context(choices), arguments, keywords)


def draw_quad_mesh(choices: Choices) -> Call:
    rows, columns = choices.integer(1, 4), choices.integer(1, 4)
    x, y = np.meshgrid(np.linspace(10, 150, columns + 1), np.linspace(5, 130, rows + 1))
    coordinates = np.stack([x, y], -1)
    coordinates += choices.normal(choices.choose([0.0, 0.3, 5.0]), coordinates.shape)
    if choices.chance(0.2):
        spoil(choices, coordinates)
    # With more offsets than cells, Agg reads behind the end of the coordinates.
    offsets = choices.array(-10, 10, (choices.integer(0, min(2, rows * columns)), 2))
    faces = np.array([color(choices) for _ in range(choices.choose([rows * columns, 1, 3]))])
    arguments = (
        affine(choices).frozen(),
        columns,
        rows,
        coordinates,
        offsets,
        choices.choose([IdentityTransform(), affine(choices)]),
        faces,
        choices.chance(0.5),
        colors(choices, 2),
    )
    return Call("draw_quad_mesh", context(choices), arguments)


def draw_gouraud_triangles(choices: Choices) -> Call:
    count = choices.integer(0, 5)
    points = choices.array(-20, 200, (count, 3, 2))
    if choices.chance(0.3):
        points = np.round(points)
    if count and choices.chance(0.2):
        points[0, 2] = points[0, choices.choose([0, 1])]
    if count and choices.chance(0.2):
        points[choices.integer(0, count - 1), choices.integer(0, 2), 0] = math.nan
    corner_colors = choices.array(0, 1, (count, 3, 4))
    if choices.chance(0.3):
        corner_colors = np.round(corner_colors)
    arguments = (points, corner_colors, affine(choices))
    return Call("draw_gouraud_triangles", context(choices), arguments)


def pixels(choices: Choices, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Random bytes."""
    return np.asarray(choices.array(0, 255.99, shape), dtype=np.uint8)


def draw_image(choices: Choices) -> Call:
    image = pixels(choices, (choices.integer(0, 60), choices.integer(0, 60), 4))
    if choices.chance(0.5):
        image[..., 3] = choices.choose([255, 0, 128])
    x, y = choices.number(-50, 200), choices.number(-50, 150)
    if choices.chance(0.3):
        x, y = round(x * 2) / 2, round(y * 2) / 2
    return Call("draw_image", context(choices), (x, y, image))


def draw_text_picture(choices: Choices) -> Call:
    image = pixels(choices, (choices.integer(1, 30), choices.integer(1, 60)))
    angle = choices.choose([0.0, 0.0, 90.0, 45.0, -30.0, choices.number(0, 360)])
    x, y = choices.integer(-30, 220), choices.integer(-30, 180)
    return Call("draw_text_image", context(choices), (image, x, y, angle))


def move_region(choices: Choices) -> Call:
    # Agg leaves uninitialised what a region has beyond the canvas.
    x1, x2 = sorted(choices.array(0, WIDTH, (2,)).tolist())
    y1, y2 = sorted(choices.array(0, HEIGHT, (2,)).tolist())
    place = (choices.integer(-30, 220), choices.integer(-30, 170)) if choices.chance(0.3) else None
    part = tuple(choices.integer(0, 5) for _ in range(4)) if choices.chance(0.5) else None
    shift = None
    if part is not None and choices.chance(0.7):
        shift = (choices.integer(-30, 30), choices.integer(-30, 30))
    arguments = (Bbox([[x1, y1], [x2, y2]]), place, part, shift)
    return Call("move_pixels", Context(), arguments)


def draw_filtered(choices: Choices) -> Call:
    makers = [draw_path, draw_markers, draw_image, draw_path_collection]
    calls = [choices.choose(makers)(choices) for _ in range(choices.integer(0, 2))]
    return Call("filter", Context(), (calls, choices.choose([fade, as_bytes, spread])))


def fade(image: NDArray[np.float64], dpi: float) -> tuple[NDArray[Any], float, float]:
    """Half as opaque, moved."""
    image = image.copy()
    image[..., 3] *= 0.5
    return image, 3, -2


def as_bytes(image: NDArray[np.float64], dpi: float) -> tuple[NDArray[Any], float, float]:
    """Bytes, upside down."""
    return (image * 255).astype(np.uint8)[::-1], 0, 0


def spread(image: NDArray[np.float64], dpi: float) -> tuple[NDArray[Any], float, float]:
    """Larger than it was."""
    padded = np.pad(image, ((5, 5), (4, 4), (0, 0)))
    return (padded + np.roll(padded, 3, axis=0)) / 2, -4, 5


def clear(choices: Choices) -> Call:
    return Call("clear", Context())


OPERATIONS: dict[str, Callable[[Choices], Call]] = {
    "path": draw_path,
    "markers": draw_markers,
    "collection": draw_path_collection,
    "mesh": draw_quad_mesh,
    "gouraud": draw_gouraud_triangles,
    "image": draw_image,
    "text": draw_text_picture,
    "region": move_region,
    "filter": draw_filtered,
}


def drawing(choices: Choices, operation: str = "mixed") -> Drawing:
    """One to three calls of a kind, or up to six of all kinds."""
    if operation == "mixed":
        names = [choices.choose([*OPERATIONS, "clear"]) for _ in range(choices.integer(1, 6))]
    else:
        names = [operation] * choices.integer(1, 3)
        if operation in ("region", "filter"):
            names.insert(0, choices.choose(["path", "image"]))
    size = (WIDTH, HEIGHT)
    if operation == "mixed" and choices.chance(0.3):
        size = choices.choose([(1, 1), (1, 150), (200, 1), (37, 150), (300, 300)])
        names = [name for name in names if name != "region"]  # They would be outside.
    dpi = choices.choose([100.0, 72.0, 10.0, 217.3, 1.5]) if choices.chance(0.3) else 100.0
    calls = [(OPERATIONS | {"clear": clear})[name](choices) for name in names]
    return Drawing(*size, dpi, calls)
