"""Programs that draw with Agg draw with drypoint, unedited.

::

    drypoint.install()      # from here on, for everything in this process
    drypoint.uninstall()    # as if it had never been

Replacing Agg's module would reach only those who look there afterwards. Instead the class objects
``FigureCanvasAgg`` and ``RendererAgg`` stay and get drypoint's attributes (they are *grafted*), so
that names imported before, `isinstance`, subclasses, pickles and canvases that are in use all
follow. Nobody needs to be told another name: the backend "agg", the canvases that Matplotlib saves
PNG and the like with, and every toolkit's canvas that inherits from Agg's are these classes.

Nothing of Matplotlib is imported here. What is loaded is grafted at once, what is not yet, when
it loads. Documents (PDF, SVG, …) are saved by drypoint's canvases, which are registered for their
formats as any program may register one. Names of backends for browsers and notebooks, which are not
Agg's at all, are `drypoint.backend_names`'s affair; what is peculiar to the windows of each toolkit and
to Cairo's canvases, `drypoint.window_layers`'s.
"""

from __future__ import annotations

import importlib
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import CellType, FunctionType, ModuleType
from typing import Any, NamedTuple, TypeVar

from drypoint import backend_names, window_layers

__all__ = [
    "grafted_classes",
    "install",
    "install_or_warn",
    "installed",
    "suspended",
    "uninstall",
    "use",
]

T = TypeVar("T")


class Graft(NamedTuple):
    """A class of Matplotlib's and the classes of ours whose attributes it gets."""

    target: str
    donors: tuple[str, ...]
    """As ``module:class``, with the bases of each that are ours; a later one's go before an earlier one's."""
    without: frozenset[str] = frozenset()
    """Names that are not taken from the donors."""


#: What is grafted, by the module of Matplotlib that has it.
GRAFTS: dict[str, tuple[Graft, ...]] = {
    "matplotlib.backends.backend_agg": (
        Graft(
            "RendererAgg",
            ("drypoint.adapter.renderer:Renderer", "drypoint.adapter.grafts:RendererAggGraft"),
        ),
        Graft(
            "FigureCanvasAgg",
            (
                "drypoint.adapter.canvas:FigureCanvasDrypoint",
                "drypoint.adapter.grafts:FigureCanvasAggGraft",
            ),
            # Ours looks for drypoint's writers of documents by itself. Here the registry of formats
            # says who saves them, for all canvases alike.
            without=frozenset({"print_figure"}),
        ),
    ),
}

#: The module that knows which canvas saves a format.
REGISTRY = "matplotlib.backend_bases"

#: Formats of documents with the backend that saves them, ours and Matplotlib's if it has one.
DOCUMENTS: dict[str, tuple[str, str | None]] = {
    "eps": ("drypoint.backends.ps", "matplotlib.backends.backend_ps"),
    "pdf": ("drypoint.backends.pdf", "matplotlib.backends.backend_pdf"),
    "pgf": ("drypoint.backends.pgf", "matplotlib.backends.backend_pgf"),
    "ps": ("drypoint.backends.ps", "matplotlib.backends.backend_ps"),
    "svg": ("drypoint.backends.svg", "matplotlib.backends.backend_svg"),
    "svgz": ("drypoint.backends.svg", "matplotlib.backends.backend_svg"),
    "html": ("drypoint.backends.agg", None),
}

# What a format that Matplotlib does not have is called.
_DESCRIPTIONS = {"html": "Web page with the picture in it"}

# Special names that are worth something in another class; the rest describe the class they are in.
SPECIAL_NAMES = frozenset({"__init__", "__getattr__", "__getstate__", "__setstate__"})

_MISSING: Any = object()


class _Change(NamedTuple):
    """One attribute of a grafted class."""

    cls: type
    name: str
    before: object
    """What the class itself (not a base) had, or `_MISSING`."""
    after: object


# Held while classes change, never while something is imported: somebody who imports may want it.
_lock = threading.RLock()
_changes: list[_Change] = []
_active = False
# Whether documents are drypoint's as well, and names of backends for browsers and notebooks.
_documents = True
_names = True
# Whether an engine that does not load is an error where Agg loads, or a warning.
_must_work = True


# --- what users call ----------------------------------------------------------------------------


def install(*, documents: bool = True, names: bool = True) -> None:
    """Draw with drypoint wherever Matplotlib's Agg would draw, in this process.

    If that is so already, only the arguments have a say. Threads that are drawing meanwhile may see some
    methods of Agg's and some of ours within one picture, so call this before they start.

    Parameters
    ----------
    documents : bool
        Whether PDF, SVG, PS, EPS and PGF are written by drypoint too, for canvases that do not write them
        themselves and formats for which the program has not registered a canvas; and pages (HTML).
    names : bool
        Whether the backends "inline", "widget", "ipympl", "notebook", "nbagg" and "webagg" mean
        drypoint-inline, drypoint-notebook and drypoint-web, where the packages that these need are there.

    Raises
    ------
    ImportError
        If Agg has been loaded and drypoint's engine cannot be. If Agg loads later, the error is
        raised there.
    """
    global _active, _documents, _names, _must_work
    with _lock:
        _must_work = True
        _documents, _names = documents, names
        if not _active:
            _active = True
            sys.meta_path.insert(0, _finder)
    # Also if it is active already: another thread may not have come to the end of this.
    try:
        for name in GRAFTS:
            if name in sys.modules:
                # Waits for another thread that is about to import it.
                _graft_module(importlib.import_module(name))
        for name in window_layers.LAYERS:
            if name in sys.modules:
                _put_on_layer(importlib.import_module(name))
        if REGISTRY in sys.modules:
            _register_documents(documents)
        if backend_names.REGISTRY in sys.modules:
            _rename_backends(names)
    except BaseException:
        uninstall()
        raise


def install_or_warn() -> None:
    """`install` for those whom nobody asked, as the hook of an environment: never an error.

    If drypoint cannot draw, there is a warning, and Matplotlib draws by itself.
    """
    global _must_work
    try:
        install()
        _must_work = False
    except Exception as error:
        _warn_of_failure(error)


def uninstall() -> None:
    """Undo `install`: every class has the attributes that it had before, every canvas its picture.

    Does nothing if drypoint is not installed. No other thread may be drawing.
    """
    global _active
    with _lock:
        if not _active:
            return
        _active = False
        if _finder in sys.meta_path:
            sys.meta_path.remove(_finder)
        while _changes:
            change = _changes.pop()
            if change.cls.__dict__.get(change.name, _MISSING) is not change.after:
                continue  # Somebody else has changed it since; it is theirs now.
            if change.before is _MISSING:
                delattr(change.cls, change.name)
            else:
                setattr(change.cls, change.name, change.before)
        window_layers.take_off()
        if REGISTRY in sys.modules:
            _register_documents(False)
        if backend_names.REGISTRY in sys.modules:
            _rename_backends(False)
        grafts = sys.modules.get("drypoint.adapter.grafts")
        if grafts is not None:
            grafts.give_back_renderers()


def installed() -> bool:
    """Whether `install` is in force."""
    return _active


@contextmanager
def suspended() -> Iterator[None]:
    """Matplotlib's own Agg inside a ``with`` block, whether or not drypoint is installed."""
    was_active = _active
    uninstall()
    try:
        yield
    finally:
        if was_active:
            install(documents=_documents, names=_names)


def use(name: str = "agg", *, force: bool = True) -> None:
    """Select one of drypoint's backends, as `matplotlib.use` selects any.

    Parameters
    ----------
    name : str
        With or without the "drypoint-" in front: ``drypoint.use("agg")``. "auto" is the one that
        suits the place, called ``drypoint`` elsewhere.
    force : bool
        Whether a backend that cannot be selected is an error; otherwise that is ignored.

    Raises
    ------
    ValueError
        If drypoint has no such backend.
    ImportError
        If it cannot be used here.
    """
    import matplotlib

    from drypoint import backends

    short = name.lower().removeprefix("drypoint-")
    if short == "drypoint":
        short = "auto"
    names = backends.names()
    if short not in names:
        raise ValueError(_unknown_backend(name, short, names))
    matplotlib.use(backends.selectable_name(short), force=force)


def _unknown_backend(name: str, short: str, names: Sequence[str]) -> str:
    import difflib  # seldom needed

    sentence = f"drypoint has no backend {name!r}"
    # "QtAgg" and the like, from Matplotlib's names, mean the toolkit.
    toolkit = short.removesuffix("agg").removesuffix("cairo").rstrip("56")
    near = difflib.get_close_matches(toolkit or short, names, 1)
    if near:
        return f"{sentence}; did you mean {near[0]!r}?"
    return f"{sentence}; its backends are: {', '.join(names)}"


def grafted_classes() -> list[type]:
    """The classes of Matplotlib's that draw with drypoint at present."""
    with _lock:
        return list(dict.fromkeys(change.cls for change in _changes))


# --- modules ------------------------------------------------------------------------------------


class _Finder:
    """Finds the modules to be grafted the way everybody does, and grafts them when they load.

    Neither this nor the loader inherits from the classes of `importlib.abc`, which would load a dozen
    modules for their names.
    """

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module; see `importlib.abc.MetaPathFinder.find_spec`."""
        if not (
            name in GRAFTS
            or name in window_layers.LAYERS
            or name in (REGISTRY, backend_names.REGISTRY)
        ):
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec: ModuleSpec | None = find(name, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _GraftingLoader(spec.loader)  # type: ignore[assignment]
                return spec
        return None


class _GraftingLoader:
    """Loads with another loader, leaves no trace of itself, then grafts the module."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def __getattr__(self, name: str) -> Any:
        # Some ask the loader of a module that they only look for, as `inspect` and packers do.
        return getattr(self.loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """See `importlib.abc.Loader`."""
        spec.loader = self.loader
        module: ModuleType | None = self.loader.create_module(spec)
        spec.loader = self  # type: ignore[assignment]
        return module

    def exec_module(self, module: ModuleType) -> None:
        """See `importlib.abc.Loader`."""
        module.__loader__ = self.loader
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        self.loader.exec_module(module)
        if module.__name__ in GRAFTS:
            _graft_module(module)
        elif not _active:
            pass
        elif module.__name__ in window_layers.LAYERS:
            _put_on_layer(module)
        elif module.__name__ == backend_names.REGISTRY:
            if _names:
                backend_names.take_over(module.backend_registry)
        elif _documents:
            # Nothing else can have been registered yet.
            for format, (ours, _) in DOCUMENTS.items():
                _register(module, format, ours)


_finder = _Finder()


def _made(make: Callable[[], T]) -> T | None:
    """What comes of importing our side; None if that fails where Matplotlib may then draw by itself."""
    try:
        return make()
    except Exception as error:
        if _must_work:
            raise
        _warn_of_failure(error)
        return None


def _graft_module(module: ModuleType) -> None:
    # Donors are imported before the lock is taken.
    grafts = GRAFTS[module.__name__]
    plans = _made(lambda: [(graft, [_load(donor) for donor in graft.donors]) for graft in grafts])
    if plans is None:
        return
    with _lock:
        if not _active:
            return
        targets: list[Any] = [getattr(module, graft.target, None) for graft in grafts]
        if not all(isinstance(target, type) for target in targets):
            # All or none: they need each other.
            names = " and ".join(graft.target for graft in grafts)
            warnings.warn(
                f"{module.__name__} has no classes {names}: drypoint does not know this release "
                "of Matplotlib, which draws by itself",
                stacklevel=2,
            )
            return
        for (graft, donors), target in zip(plans, targets, strict=True):
            _graft_class(target, donors, graft.without)


def _put_on_layer(module: ModuleType) -> None:
    # Imported before the lock is taken.
    base = _made(lambda: window_layers.load_base(module.__name__))
    with _lock:
        if base is not None and _active:
            window_layers.put_on(module, base)


def _register_documents(ours: bool) -> None:
    """Let documents be saved by our canvases or by Matplotlib's, unless a program has registered one of its own."""
    from drypoint.adapter import compat  # Matplotlib is loaded

    registry = sys.modules[REGISTRY]
    for format, (our_module, their_module) in DOCUMENTS.items():
        if ours:
            is_free = their_module is None and not compat.is_registered(format)
            if is_free or compat.is_registered_by_matplotlib(format):
                _register(registry, format, our_module)
        elif compat.is_registered_by_drypoint(format):
            if their_module is None:
                compat.unregister(format)
            else:
                _register(registry, format, their_module)


def _register(registry: Any, format: str, module: str) -> None:
    known = registry.FigureCanvasBase.filetypes
    registry.register_backend(format, module, known.get(format, _DESCRIPTIONS.get(format)))


def _rename_backends(ours: bool) -> None:
    # Waits for another thread that is about to import it.
    registry: Any = importlib.import_module(backend_names.REGISTRY)
    if ours:
        backend_names.take_over(registry.backend_registry)
    else:
        backend_names.give_back(registry.backend_registry)


def _warn_of_failure(error: Exception) -> None:
    message = f"drypoint cannot take over ({error}); Matplotlib draws by itself"
    try:
        warnings.warn(message, RuntimeWarning, stacklevel=2)
    except RuntimeWarning:
        # Warnings are errors here, and this must not be one.
        print(message, file=sys.stderr)


def _load(donor: str) -> type:
    module, _, name = donor.partition(":")
    cls: type = getattr(importlib.import_module(module), name)
    return cls


# --- classes ------------------------------------------------------------------------------------


def _graft_class(target: type, donors: Sequence[type], without: frozenset[str]) -> None:
    if any(change.cls is target for change in _changes):
        return
    attributes: dict[str, object] = {}
    for cls in (cls for donor in donors for cls in _with_bases(donor)):
        for name, value in vars(cls).items():
            special = name.startswith("__") and name.endswith("__")
            if name not in without and (not special or name in SPECIAL_NAMES):
                attributes[name] = _transplanted(value, target)
    attributes.update(_unknown_methods(target, attributes))
    for name, value in attributes.items():
        _changes.append(_Change(target, name, vars(target).get(name, _MISSING), value))
        setattr(target, name, value)


def _with_bases(donor: type) -> list[type]:
    """A donor behind its bases that are drypoint's."""
    package = __name__.partition(".")[0]
    return [cls for cls in reversed(donor.__mro__) if cls.__module__.partition(".")[0] == package]


def _transplanted(value: object, target: type) -> object:
    """A function whose ``super()`` means the next class after `target`; others as they are."""
    if isinstance(value, classmethod):
        return classmethod(_transplanted(value.__func__, target))  # type: ignore[arg-type]
    if not isinstance(value, FunctionType) or "__class__" not in value.__code__.co_freevars:
        return value
    cells = tuple(
        CellType(target) if name == "__class__" else cell
        for name, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=True)
    )
    copy = FunctionType(
        value.__code__, value.__globals__, value.__name__, value.__defaults__, cells
    )
    copy.__kwdefaults__ = value.__kwdefaults__
    copy.__doc__ = value.__doc__
    copy.__qualname__ = value.__qualname__
    copy.__annotations__ = value.__annotations__
    copy.__dict__.update(value.__dict__)
    return copy


def _unknown_methods(target: type, known: dict[str, object]) -> dict[str, object]:
    """What to do about public methods of `target` that drypoint does not know.

    They would reach for the engine of Agg, which is not there. A base class may have a slower
    way for every renderer; otherwise the call is an error that says so. Never is something left
    out of a picture in silence.
    """
    methods: dict[str, object] = {}
    for name, value in vars(target).items():
        if name.startswith("_") or name in known or not isinstance(value, FunctionType):
            continue
        inherited = getattr(super(target, target), name, None)
        methods[name] = inherited if isinstance(inherited, FunctionType) else _refusal(target, name)
    return methods


def _refusal(target: type, name: str) -> Callable[..., None]:
    def refuse(self: object, *args: object, **keywords: object) -> None:
        raise NotImplementedError(
            f"drypoint does not know the method {name} of {target.__name__}, which this release "
            "of Matplotlib has: update drypoint, or draw with drypoint.uninstall()"
        )

    refuse.__name__ = name
    refuse.__qualname__ = f"{target.__qualname__}.{name}"
    return refuse
