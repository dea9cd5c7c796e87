"""Options of drypoint's own, beside Matplotlib's rcParams, which take no foreign keys.

``drypoint.options`` is the table of all of them::

    drypoint.options.threads = 2                       # from here on
    with drypoint.options.context(png_compression=9):  # inside the block, in this thread
        fig.savefig("small.png")
    print(drypoint.options)                            # values, and where they come from

The value of an option is the first of these that is given: one set in the program, the
environment variable ``DRYPOINT_NAME``, the key ``name`` of ``[tool.drypoint]`` in a
``pyproject.toml`` beside the script (in the current folder if there is no script), the default.
Environment and file are looked at when an option is first asked for, not at import.

This module imports nothing of Matplotlib, NumPy or the engine.
"""

from __future__ import annotations

import functools
import operator
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

from drypoint.record import Record

if TYPE_CHECKING:
    from typing import overload

__all__ = ["Option", "Options", "Setting", "options"]

T = TypeVar("T")


class Option(Generic[T]):
    """One option: its default, what it accepts and what it is for.

    Parameters
    ----------
    default : object
        The value when nobody gives one.
    accepts : str
        What values may be, as it stands in error messages and documents.
    check : callable
        From a value to the value as stored; raises `ValueError` or `TypeError` if it may not be.
    parse : callable
        From the text of an environment variable to a value for `check`.
    summary : str
        One sentence for the documents.
    """

    def __init__(
        self,
        default: T,
        accepts: str,
        check: Callable[[Any], T],
        parse: Callable[[str], Any],
        summary: str,
    ) -> None:
        self.default = default
        self.accepts = accepts
        self.check = check
        self.parse = parse
        self.summary = summary
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"DRYPOINT_{self.name.upper()}"

    def checked(self, value: object, origin: str) -> T:
        """The value as stored, or a `ValueError` that names the option and where it was given."""
        try:
            return self.check(value)
        except (TypeError, ValueError):
            given = "" if origin == "program" else f" (from {origin})"
            raise ValueError(
                f"option {self.name} must be {self.accepts}, not {value!r}{given}"
            ) from None

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type) -> Option[T]: ...
        @overload
        def __get__(self, instance: Options, owner: type) -> T: ...

    def __get__(self, instance: Options | None, owner: type) -> Option[T] | T:
        if instance is None:
            return self
        return cast("T", instance.setting(self.name).value)

    def __set__(self, instance: Options, value: T) -> None:
        instance._set[self.name] = self.checked(value, "program")

    def __delete__(self, instance: Options) -> None:
        instance._set.pop(self.name, None)


class Setting(Record):
    """The present value of an option and where it comes from."""

    option: Option[Any]
    value: object
    origin: str
    """"default", "program", the name of an environment variable or the path of a file."""


def _whole_number(least: int, most: int | None = None) -> Callable[[object], int]:
    def check(value: object) -> int:
        # A bool is an int in Python; as a number of something it is a mistake.
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)  # type: ignore[arg-type]
        if number < least or (most is not None and number > most):
            raise ValueError
        return number

    return check


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _parse_truth(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False}
    try:
        return words[text.strip().lower()]
    except KeyError:
        raise ValueError from None


def _id_prefix(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    if value and not (
        value.isascii() and value[0].isalpha() and value.replace("-", "_").isidentifier()
    ):
        raise ValueError
    return value


def _pdfa(value: object) -> Literal["", "2b", "2u"]:
    if value not in ("", "2b", "2u"):
        raise ValueError
    return value


def _compression(value: object) -> int | Literal["auto"]:
    return "auto" if value == "auto" else _whole_number(0, 9)(value)


def _parse_compression(text: str) -> int | str:
    return "auto" if text.strip().lower() == "auto" else int(text)


class Options:
    """The table of options; ``drypoint.options`` is the only one there is.

    Attributes are the options: reading gives the present value, assigning checks and sets it for
    the whole program, deleting goes back to environment, file and default.
    """

    threads = Option(
        default=0,
        accepts="a whole number from 0 on",
        check=_whole_number(0),
        parse=int,
        summary="How many threads draw, the caller's included; 0 is one for each processor core. "
        "Pixels never depend on it.",
    )
    png_compression: Option[int | Literal["auto"]] = Option(
        default="auto",
        accepts='"auto" or a whole number from 0 to 9',
        check=_compression,
        parse=_parse_compression,
        summary="How much work PNG files are worth: 0 stores, 1 is the quickest, 9 the most "
        'thorough; "auto" is quick and takes more time where it pays.',
    )
    atomic_saves = Option(
        default=True,
        accepts="true or false",
        check=_truth,
        parse=_parse_truth,
        summary="Write a saved file beside its target and rename it, so that a reader sees the "
        "old file or the new one and a failed save loses nothing; otherwise overwrite in place.",
    )
    svg_id_prefix = Option(
        default="",
        accepts="letters, digits, '-' and '_' that begin with a letter, or nothing",
        check=_id_prefix,
        parse=str.strip,
        summary="What the ids of definitions in SVG begin with, beside what follows from their content.",
    )
    svg_embed_fonts = Option(
        default=False,
        accepts="true or false",
        check=_truth,
        parse=_parse_truth,
        summary="Write the text of SVG as text in fonts that stand in the file (subsets), whatever svg.fonttype says; "
        "needs the package brotli.",
    )
    pdfa: Option[Literal["", "2b", "2u"]] = Option(
        default="",
        accepts='"2b", "2u" or nothing',
        check=_pdfa,
        parse=str.strip,
        summary="Which level of PDF/A, the standard for archives, PDF files keep: 2b looks the same for ever, 2u can "
        "be read as text, too.",
    )
    pdf_ua = Option(
        default=False,
        accepts="true or false",
        check=_truth,
        parse=_parse_truth,
        summary="Write PDF files that keep PDF/UA, the standard for those who cannot see them; title, language and "
        "what each page shows must be in the metadata (Title, Lang, Alt).",
    )
    pdf_type3_fonts = Option(
        default=False,
        accepts="true or false",
        check=_truth,
        parse=_parse_truth,
        summary="Write the fonts of PDF files as Type 3, procedures that draw: what pdf.fonttype 3 means to "
        "Matplotlib, and what many publishers refuse.",
    )
    ps_compression = Option(
        default=6,
        accepts="a whole number from 0 to 9",
        check=_whole_number(0, 9),
        parse=int,
        summary="How hard the pages of PostScript files are compressed; 0 can be read in an editor.",
    )
    ps_type3_fonts = Option(
        default=False,
        accepts="true or false",
        check=_truth,
        parse=_parse_truth,
        summary="Write the fonts of PostScript files as Type 3, procedures that draw, which some old "
        "printers want.",
    )

    pgf_max_points = Option(
        default=30_000,
        accepts="a whole number from 0 on",
        check=_whole_number(0),
        parse=int,
        summary="Points of paths and marks that a PGF picture has at most: TeX runs out of memory at some "
        "60 000. The largest artists beyond it are drawn as pixels.",
    )

    def __init__(self) -> None:
        values: dict[str, object] = {}
        object.__setattr__(self, "_set", values)

    _set: dict[str, object]

    def __setattr__(self, name: str, value: object) -> None:
        self._option(name)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        self._option(name)
        super().__delattr__(name)

    def __getattr__(self, name: str) -> object:
        # Reached for unknown names only.
        raise AttributeError(_unknown(name, "drypoint"))

    def _option(self, name: str) -> Option[Any]:
        try:
            return _TABLE[name]
        except KeyError:
            raise AttributeError(_unknown(name, "drypoint")) from None

    def __iter__(self) -> Iterator[Setting]:
        """All options with their present values, in the order of the table."""
        return (self.setting(name) for name in _TABLE)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_TABLE})

    def setting(self, name: str) -> Setting:
        """The present value of an option and where it comes from.

        Raises
        ------
        AttributeError
            If there is no such option.
        ValueError
            If the environment or the file gives a value that it cannot have.
        """
        option = self._option(name)
        for values in (_in_context.get(), self._set):
            if name in values:
                return Setting(option, values[name], "program")
        text = os.environ.get(option.variable, "")
        if text.strip():
            try:
                value = option.parse(text)
            except ValueError:
                value = text
            return Setting(option, option.checked(value, option.variable), option.variable)
        path, table = _project(_script_folder())
        if name in table:
            return Setting(option, option.checked(table[name], str(path)), str(path))
        return Setting(option, option.default, "default")

    @contextmanager
    def context(self, **values: object) -> Iterator[None]:
        """Other values inside a ``with`` block, for this thread (or asyncio task) only.

        Parameters
        ----------
        **values
            Options by name.

        Raises
        ------
        AttributeError
            If there is no such option.
        ValueError
            If a value is one that the option cannot have.
        """
        checked = {
            name: self._option(name).checked(value, "program") for name, value in values.items()
        }
        token = _in_context.set({**_in_context.get(), **checked})
        try:
            yield
        finally:
            _in_context.reset(token)

    def __repr__(self) -> str:
        rows = []
        for name in _TABLE:
            try:
                setting = self.setting(name)
            except ValueError as error:
                rows.append((name, str(error), ""))
            else:
                rows.append((name, repr(setting.value), f"({setting.origin})"))
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        lines = [
            f"  {name:{widths[0]}} = {value:{widths[1]}}  {origin}".rstrip()
            for name, value, origin in rows
        ]
        return "\n".join(["drypoint.options", *lines])


_TABLE: dict[str, Option[Any]] = {
    name: value for name, value in vars(Options).items() if isinstance(value, Option)
}

_in_context: ContextVar[Mapping[str, object]] = ContextVar(
    "drypoint.options", default=MappingProxyType({})
)


def _unknown(name: str, where: str) -> str:
    import difflib  # seldom needed

    near = difflib.get_close_matches(name, _TABLE, 1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(_TABLE)}"
    return f"{where} has no option {name!r}{hint}"


def _script_folder() -> str:
    """Where the running script is, or the current folder in a notebook or console."""
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    return os.path.dirname(os.path.abspath(script)) if script else os.getcwd()


@functools.cache
def _project(folder: str) -> tuple[Path, dict[str, object]]:
    """The table ``[tool.drypoint]`` of the folder's ``pyproject.toml``; empty if there is none.

    A file that cannot be read is other tools' business as well: it gives a warning, not an error.
    """
    path = Path(folder) / "pyproject.toml"
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return path, {}
    except OSError as error:
        warnings.warn(f"drypoint cannot read {path}: {error.strerror}", stacklevel=2)
        return path, {}
    if b"drypoint" not in text:  # as in most projects, and reading TOML takes milliseconds
        return path, {}
    import tomllib

    try:
        tools = tomllib.loads(text.decode()).get("tool")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        warnings.warn(f"drypoint cannot read {path}: {error}", stacklevel=2)
        return path, {}
    table = tools.get("drypoint", {}) if isinstance(tools, dict) else {}
    if not isinstance(table, dict):
        raise ValueError(f"[tool.drypoint] in {path} must be a table, not {table!r}")
    for name in table:
        if name not in _TABLE:
            raise ValueError(_unknown(name, str(path)))
    return path, table


options = Options()
