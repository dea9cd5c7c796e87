"""What drypoint's modules may import, read from their sources and seen in fresh processes."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "python" / "drypoint"
ALL_MODULES = sorted(PACKAGE.rglob("*.py"))
# The tool that holds any backend against Agg has to get at Agg.
MODULES = [path for path in ALL_MODULES if path.parts[-2] != "conformance"]

# Matplotlib's own renderers, and what would load one of them by way of its own imports. The
# last name stands for all canvases that are a toolkit's plumbing with Agg or Cairo in it.
RENDERERS = re.compile(
    r"matplotlib\.backends\.("
    r"_?backend_agg|_?backend_pdf|backend_svg|backend_ps|backend_pgf|backend_cairo|backend_mixed"
    r"|backend_webagg\w*|backend_nbagg|backend_\w+(agg|cairo))(\.|$)"
)

# Which folders of the package the modules of a folder may import.
LAYERS = {
    "adapter": {"adapter", "_core", "options", "record", "web"},
    "terminal": {"terminal"},
    "backends": {
        *("backends", "adapter", "options", "selection", "terminal", "web", "backend_names"),
    },
    "web": {"web", "options"},
    "conformance": {"conformance", "progress"},
    "cli": {
        *("cli", "conformance", "progress", "takeover", "hook", "selection"),
        *("backends", "adapter", "options", "_core", "web"),
    },
}


def imports(text: str, folder: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything that a module imports, also inside functions.

    `from a import b` gives both `a` and `a.b`, since `b` may be a module. Strings given to
    `import_module` and `__import__` count as well. `folder` is where the module is, inside
    the package.
    """
    package = ("drypoint", *folder)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *filter(None, [node.module])])
            yield node.lineno, base
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", None))
            if called in ("import_module", "__import__") and node.args:
                module = node.args[0]
                if isinstance(module, ast.Constant):
                    yield node.lineno, str(module.value)


def imports_of(path: Path) -> list[tuple[int, str]]:
    return list(imports(path.read_text(encoding="utf-8"), path.relative_to(PACKAGE).parts[:-1]))


def report(path: Path, found: list[tuple[int, str]]) -> str:
    return ", ".join(f"{path.relative_to(PACKAGE)}:{line} imports {name}" for line, name in found)


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_imports_matplotlibs_own_renderers(path: Path) -> None:
    found = [(line, name) for line, name in imports_of(path) if RENDERERS.match(name)]
    assert not found, report(path, found)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_compat_imports_what_is_private_in_matplotlib(path: Path) -> None:
    if path == PACKAGE / "adapter" / "compat.py":
        return
    private = re.compile(r"(matplotlib|mpl_toolkits)\b.*\._[a-z]")
    found = [(line, name) for line, name in imports_of(path) if private.match(name)]
    assert not found, report(path, found)


@pytest.mark.parametrize("path", ALL_MODULES, ids=name_of)
def test_folders_import_in_one_direction(path: Path) -> None:
    folder = path.relative_to(PACKAGE).parts[0]
    if folder not in LAYERS:
        return
    ours = [(line, name) for line, name in imports_of(path) if name.startswith("drypoint.")]
    found = [(line, name) for line, name in ours if name.split(".")[1] not in LAYERS[folder]]
    assert not found, report(path, found)


def test_the_rules_see_what_they_forbid() -> None:
    text = (
        "from matplotlib.backends import backend_agg\n"
        "from ..backends import agg\n"
        "def f():\n    import_module('matplotlib.backends.backend_qtagg')\n"
    )
    names = [name for _, name in imports(text, ("adapter",))]
    assert "drypoint.backends.agg" in names
    assert [name for name in names if RENDERERS.match(name)] == [
        "matplotlib.backends.backend_agg",
        "matplotlib.backends.backend_qtagg",
    ]


def test_only_the_command_line_imports_the_conformance_tool() -> None:
    used = {
        name_of(path)
        for path in ALL_MODULES
        for _, name in imports_of(path)
        if name.startswith(("drypoint.conformance", "drypoint.cli"))
    }
    assert {name.split("/")[0] for name in used} == {"conformance", "cli", "__main__.py"}


def loaded_by(statement: str) -> set[str]:
    """Names of all modules that a fresh process holds after a statement."""
    code = f"import json, sys; {statement}; print(json.dumps(list(sys.modules)))"
    printed = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    return set(json.loads(printed))


def test_importing_the_package_is_light() -> None:
    loaded = loaded_by("import drypoint")
    assert "drypoint" in loaded
    heavy = {"numpy", "matplotlib", "matplotlib.pyplot", "PIL", "drypoint._core"}
    assert not heavy & loaded


def test_pixels_load_only_what_they_need() -> None:
    """Each module more is time of the first save of every process."""
    pyplot = "import matplotlib.pyplot"
    loaded = loaded_by(f"{pyplot}, drypoint.backends.agg") - loaded_by(pyplot)
    adapter = (
        *("cache", "canvas", "compat", "composition", "fonts", "formats", "graphics", "layout"),
        *("links", "manager", "renderer", "saving", "self_check", "surfaces", "text"),
        *("text_settings", "threads"),
    )
    assert loaded == {
        *("drypoint", "drypoint._core", "drypoint.options", "drypoint.record"),
        *("drypoint.adapter", "drypoint.backends", "drypoint.backends.agg"),
        *(f"drypoint.adapter.{name}" for name in adapter),
    }


def test_no_module_takes_names_from_ft2font_as_it_is_imported() -> None:
    """Python would ask that module for `__path__` first, which throws an exception of C++: 0.07 ms each time."""
    importing = [
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.module == "matplotlib.ft2font"
    ]
    assert importing == []
