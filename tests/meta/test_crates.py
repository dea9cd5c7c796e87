"""What the crates may depend on, and where `unsafe` may stand."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CRATES = sorted(path.parent for path in ROOT.glob("crates/*/Cargo.toml"))

# Crates of ours that a crate may use, as in ARCHITECTURE.md. Whoever adds a crate adds a row.
MAY_USE = {
    "geometry": set(),
    "text": {"geometry"},
    "scene": {"geometry", "text"},
    "raster": {"geometry", "text", "scene"},
    "encode": set(),
    "page": {"geometry", "text", "scene", "encode"},
    "svg": {"geometry", "text", "scene", "encode", "page"},
    "pdf": {"geometry", "text", "scene", "encode", "page"},
    "ps": {"geometry", "text", "scene", "encode", "page"},
    "pgf": {"geometry", "scene", "encode", "page"},
    "python": {"geometry", "text", "scene", "raster", "encode", "svg", "pdf", "ps", "pgf", "page"},
}


def cargo(*arguments: str) -> str:
    return subprocess.run(
        ["cargo", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.parametrize("crate", CRATES, ids=lambda crate: crate.name)
def test_only_the_binding_may_hold_unsafe_code(crate: Path) -> None:
    root = (crate / "src" / "lib.rs").read_text(encoding="utf-8")
    if crate.name != "python":
        assert re.search(r"^#!\[forbid\(unsafe_code\)\]$", root, re.MULTILINE)


def test_only_the_binding_knows_python() -> None:
    users = cargo("tree", "--locked", "--workspace", "--invert", "pyo3", "--prefix", "none")
    assert set(re.findall(r"^drypoint-\w+", users, re.MULTILINE)) == {"drypoint-python"}


def test_crates_use_each_other_in_one_direction() -> None:
    packages = json.loads(cargo("metadata", "--locked", "--no-deps", "--format-version=1"))
    used = {
        package["name"].removeprefix("drypoint-"): {
            dependency["name"].removeprefix("drypoint-")
            for dependency in package["dependencies"]
            if dependency["name"].startswith("drypoint-")
        }
        for package in packages["packages"]
    }
    assert used.keys() == MAY_USE.keys()
    assert {crate: uses - MAY_USE[crate] for crate, uses in used.items()} == {
        crate: set() for crate in MAY_USE
    }
