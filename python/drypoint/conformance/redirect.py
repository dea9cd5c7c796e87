"""Send Matplotlib's output through the backend under test, and count what went.

::

    redirect.install(redirect.make_plan(raster="module://mplcairo.base"))
    ...                                  # any code that uses Matplotlib
    print(redirect.SAVES, redirect.DRAWS)

A plan says, per file format, which module's FigureCanvas writes it and, per builtin
backend name ("agg", "pdf", …), which module that name stands for. `install` makes a plan
hold everywhere:

* ``FigureCanvasBase`` and figures made without pyplot take the canvas from Matplotlib's
  table of default canvases (the one that ``register_backend`` writes to);
* ``matplotlib.use("agg")``, ``savefig(backend="agg")`` and pyplot get it because the
  backend registry resolves the name "agg" to its module;
* a canvas that offers more formats than the plan gives it (mplcairo's raster canvas also
  prints PDF) does not get the others: they go to the canvas that the plan, or Matplotlib,
  has for them.

`alias_agg` goes further: ``FigureCanvasAgg`` and ``RendererAgg`` in
``matplotlib.backends.backend_agg`` become the classes under test, for code that imports
those. Mathtext and the mixed-mode renderer of the vector backends keep the builtin Agg.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import inspect
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, TypedDict

FAMILIES = {
    "raster": ("png", "raw", "rgba", "jpg", "jpeg", "tif", "tiff", "webp", "gif", "avif"),
    "pdf": ("pdf",),
    "svg": ("svg", "svgz"),
    "ps": ("ps", "eps"),
    "pgf": ("pgf",),
}
NAMES = {"raster": "agg", "pdf": "pdf", "svg": "svg", "ps": "ps", "pgf": "pgf"}
PLAN_VARIABLE = "CONFORMANCE_PLAN"  # carries the plan to subprocesses

SAVES: Counter[tuple[str, str]] = Counter()  # (format, canvas class) -> finished saves
DRAWS: Counter[str] = Counter()  # renderer class -> calls of Figure.draw
SAVED_BY: dict[str, str] = {}  # path of an output file -> canvas class that wrote it


class Plan(TypedDict):
    """Which module has the canvas of a format, and which one a builtin name stands for."""

    formats: dict[str, str]
    names: dict[str, str]


_plan: Plan = {"formats": {}, "names": {}}
_patched: set[str] = set()


def _never() -> bool:
    return False


_paused: Callable[[], bool] = _never


def class_name(cls: type) -> str:
    """Full name of a class."""
    return f"{cls.__module__}.{cls.__qualname__}"


def module_name(backend: str) -> str:
    """Name of the module of a backend given as ``module://x.y``, ``x.y`` or by name."""
    if backend.startswith("module://"):
        return backend.removeprefix("module://")
    if "." in backend:
        return backend
    from matplotlib.backends import registry

    backends: Any = registry.backend_registry
    try:
        backends.resolve_backend(backend)  # loads the entry points
    except RuntimeError:
        if importlib.util.find_spec(backend):
            return backend
        raise
    return str(backends._backend_module_name(backend))


def canvas_class(backend: str) -> type[Any]:
    """FigureCanvas of a backend given as for `module_name`."""
    canvas: type[Any] = importlib.import_module(module_name(backend)).FigureCanvas
    return canvas


def make_plan(also: Sequence[str] = (), **families: str | None) -> Plan:
    """Plan for backends given by family, such as ``raster="module://mplcairo.base"``.

    Parameters
    ----------
    also : sequence of str
        Further backend names that shall stand for the raster backend.
    **families : str or None
        The backend for each family of formats (the keys of ``FAMILIES``); with None,
        the family stays with Matplotlib.

    Raises
    ------
    ValueError
        A backend does not write the first format of its family.
    """
    plan: Plan = {"formats": {}, "names": {}}
    for family, backend in families.items():
        if not backend:
            continue
        module = module_name(backend)
        canvas = canvas_class(backend)
        offered = [fmt for fmt in FAMILIES[family] if hasattr(canvas, f"print_{fmt}")]
        if FAMILIES[family][0] not in offered:
            raise ValueError(f"{class_name(canvas)} does not write {FAMILIES[family][0]} files.")
        plan["formats"].update(dict.fromkeys(offered, module))
        plan["names"][NAMES[family]] = module
        if family == "raster":
            plan["names"].update(dict.fromkeys(also, module))
    return plan


def install(plan: Plan, paused: Callable[[], bool] = _never) -> None:
    """Make `plan` hold in this process.

    It also holds in processes started from here whose ``PYTHONPATH`` has the folder
    ``subprocess_hook`` and the one with this package.

    Parameters
    ----------
    plan : Plan
        From `make_plan`.
    paused : callable
        Tells whether draws shall not be counted just now.
    """
    global _paused
    import matplotlib.backend_bases
    import matplotlib.backends.registry
    import matplotlib.figure

    os.environ[PLAN_VARIABLE] = json.dumps(plan)
    _plan.update(plan)
    _paused = paused
    for module in (
        matplotlib.backend_bases,
        matplotlib.backends.registry,
        matplotlib.figure,
    ):
        _patch(module)
    if "matplotlib.pyplot" in sys.modules:  # it may hold the builtin backend already
        import matplotlib.pyplot as plt

        plt.switch_backend(plt.get_backend())


def _patch(module: ModuleType) -> None:
    if module.__name__ not in _patched:
        _patched.add(module.__name__)
        PATCHES[module.__name__](module)


def _planned_canvases() -> tuple[Any, ...]:
    """Return the canvas classes of the plan in force that have been imported."""
    modules = {*_plan["formats"].values(), *_plan["names"].values()}
    return tuple(sys.modules[name].FigureCanvas for name in modules if name in sys.modules)


def _owner(method: Any) -> object:
    """Return the object that a print method, perhaps wrapped or partial, is bound to."""
    method = inspect.unwrap(method, stop=lambda function: hasattr(function, "__self__"))
    while isinstance(method, functools.partial):
        method = method.func
    return getattr(method, "__self__", None)


def _patch_backend_bases(bases: Any) -> None:
    """Change the table of default canvases, and choose the canvas of each save."""
    bases._default_backends.update(_plan["formats"])
    base = bases.FigureCanvasBase
    original: Callable[..., Any] = base._switch_canvas_and_return_print_method

    @contextlib.contextmanager
    def switch(self: Any, fmt: str, backend: str | None = None) -> Iterator[Any]:
        source = self
        if backend is None and isinstance(self, _planned_canvases()):
            wanted = bases.get_registered_canvas_class(fmt)
            if wanted is not None and not isinstance(self, wanted):
                source = wanted(self.figure)
                source._is_saving = self._is_saving
        try:
            with original(source, fmt, backend) as print_method:
                writer = class_name(type(_owner(print_method) or self.figure.canvas))

                @functools.wraps(print_method)
                def counted(*args: Any, **kwargs: Any) -> Any:
                    result = print_method(*args, **kwargs)
                    # Not reached when the draw was only a measurement: that one raises.
                    SAVES[fmt, writer] += 1
                    if args and isinstance(args[0], (str, os.PathLike)):
                        SAVED_BY[os.path.abspath(args[0])] = writer
                    return result

                yield counted
        finally:
            self.figure.canvas = self

    base._switch_canvas_and_return_print_method = switch


def _patch_registry(registry: Any) -> None:
    """Let the planned names stand for the planned modules."""
    cls = registry.BackendRegistry
    original = cls._backend_module_name

    @functools.wraps(original)
    def _backend_module_name(self: Any, backend: str) -> Any:
        return _plan["names"].get(backend.lower()) or original(self, backend)

    cls._backend_module_name = _backend_module_name


def _patch_figure(figure: Any) -> None:
    """Count the draws by class of the renderer."""
    original = figure.Figure.draw

    @functools.wraps(original)
    def draw(self: Any, renderer: Any) -> Any:
        if not _paused():
            DRAWS[class_name(type(renderer))] += 1
        return original(self, renderer)

    figure.Figure.draw = draw


PATCHES: dict[str, Callable[[Any], None]] = {
    "matplotlib.backend_bases": _patch_backend_bases,
    "matplotlib.backends.registry": _patch_registry,
    "matplotlib.figure": _patch_figure,
}


def second_agg() -> Any:
    """Return a second copy of ``backend_agg``, which no alias or patch reaches.

    The methods of FigureCanvasAgg look themselves up by that name in their module, so
    the class must be kept together with its module to stay what it is.
    """
    name = "matplotlib.backends._second_backend_agg"
    if name not in sys.modules:
        spec = importlib.util.find_spec("matplotlib.backends.backend_agg")
        if spec is None or spec.origin is None or spec.loader is None:
            raise ImportError("Matplotlib has no backend_agg.")
        copy = importlib.util.spec_from_file_location(name, spec.origin)
        if copy is None or copy.loader is None:
            raise ImportError(f"{spec.origin} cannot be loaded a second time.")
        sys.modules[name] = importlib.util.module_from_spec(copy)
        copy.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def alias_agg(module: str) -> None:
    """Let the public names of ``backend_agg`` be those of the backend in `module`."""
    # Those that must keep the builtin renderer get hold of it now.
    import matplotlib.backends.backend_mixed
    import matplotlib.mathtext  # noqa: F401
    from matplotlib.backend_bases import _default_backends  # type: ignore[attr-defined]
    from matplotlib.backends import backend_agg
    from matplotlib.figure import Figure

    # Formats that the backend lacks stay with Agg.
    for fmt in FAMILIES["raster"]:
        if fmt not in _plan["formats"]:
            _default_backends[fmt] = second_agg().FigureCanvas
    substitute: Any = importlib.import_module(module)
    agg: Any = backend_agg
    canvas = substitute.FigureCanvas
    renderer = getattr(substitute, "RendererAgg", None)
    if renderer is None:
        renderer = type(canvas(Figure()).get_renderer())
    agg.FigureCanvasAgg = agg.FigureCanvas = canvas
    agg.RendererAgg = renderer

    def new_figure_manager(
        num: int | str, *args: Any, FigureClass: type[Figure] = Figure, **kwargs: Any
    ) -> Any:
        return canvas.new_manager(FigureClass(*args, **kwargs), num)

    agg.new_figure_manager = getattr(substitute, "new_figure_manager", new_figure_manager)


class LazyPatcher:
    """Import hook that patches each module of ``PATCHES`` right after it is loaded."""

    def __init__(self, plan: Plan) -> None:
        _plan.update(plan)
        self.busy = False

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Find the modules to be patched, the way everybody does; see `importlib.abc`."""
        if name not in PATCHES or self.busy:
            return None
        self.busy = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.busy = False
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                load(module)
                _patch(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
