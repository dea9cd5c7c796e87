"""``drypoint new-backend``: a package for a backend of one's own, from `drypoint.backends.template`."""

from __future__ import annotations

import argparse
import keyword
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from drypoint.cli.command import USAGE, CommandError, make_parser

__all__ = ["main", "parser"]

#: The files of the package, beside the backend; MODULE is its Python package.
_FILES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "__init__.py": "MODULE/__init__.py",
    "test_backend.py": "tests/test_backend.py",
}


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command."""
    parser = make_parser(
        "new-backend",
        description="Write a small package with a Matplotlib backend that runs, passes its tests and draws\n"
        "nothing yet: every method of a renderer is there and explained. Its README shows the\n"
        "first line to draw.",
        examples="  drypoint new-backend etching\n"
        "  drypoint new-backend my-plotter --folder ~/src\n"
        "  cd etching && pip install -e '.[test]' && pytest",
        statuses="  0  it is written\n  1  the folder is there already, or cannot be written\n"
        "  2  the name cannot be that of a backend",
    )
    parser.add_argument("name", metavar="NAME", help="letters, digits, '-' and '_'")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="where the folder NAME goes (default: here)",
    )
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run the command; the result is the exit status."""
    options = parser().parse_args(arguments)
    name = options.name.lower()
    _check(name)
    target = options.folder / name
    try:
        target.mkdir(parents=True)
        for file, text in _package(name).items():
            path = target / file
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except FileExistsError:
        raise CommandError(f"there is already something called {target}") from None
    except OSError as error:
        raise CommandError(f"the package cannot be written: {error}") from error
    print(f"{target}: see {target / 'README.md'}")
    return 0


def _check(name: str) -> None:
    from matplotlib.backends.registry import backend_registry

    module = name.replace("-", "_")
    if not re.fullmatch("[a-z][a-z0-9_-]*", name) or keyword.iskeyword(module):
        raise CommandError(
            f"{name!r} cannot be the name of a backend: letters, digits, '-' and '_' after a letter",
            USAGE,
        )
    known: list[str] = backend_registry.list_all()  # type: ignore[no-untyped-call]
    if name in (*known, "drypoint", "matplotlib"):
        raise CommandError(f"there is already a backend called {name!r}; take another name", USAGE)


def _package(name: str) -> dict[str, str]:
    """The files of the package: places and texts."""
    module = name.replace("-", "_")
    format = module.replace("_", "")
    camel = "".join(part.capitalize() for part in module.split("_"))
    files = resources.files("drypoint.cli.new_backend") / "package"
    texts = {
        place: (files / f"{file}.txt").read_text(encoding="utf-8") for file, place in _FILES.items()
    }
    backend = resources.files("drypoint.backends") / "template.py"
    texts["MODULE/backend.py"] = _without_drypoint(backend.read_text(encoding="utf-8"))
    changes = {
        "template_module": module,
        'register_backend("template"': f'register_backend("{format}"',
        "print_template": f"print_{format}",
        'FORMAT = "template"': f'FORMAT = "{format}"',
        "first.template": f"first.{format}",
        "Template": camel,
        "template": name,
    }
    pattern = re.compile("|".join(map(re.escape, changes)))
    return {
        place.replace("MODULE", module): pattern.sub(lambda found: changes[found[0]], text)
        for place, text in texts.items()
    }


def _without_drypoint(source: str) -> str:
    """The template without what its docstring says of where it comes from."""
    start = source.index("``drypoint new-backend NAME``")
    end = source.index("Coordinates are pixels")
    return source[:start] + source[end:]
