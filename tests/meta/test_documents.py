"""The documents say what is there."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def tracked(*patterns: str) -> list[Path]:
    """Files that belong to the repository, also new ones that are not committed yet."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


DOCUMENTS = tracked("*.md")


def text(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def paths_in(document: str) -> set[str]:
    """What stands in backticks and looks like a path from the top of the repository."""
    quoted = re.findall(r"`([\w./-]+)`", document)
    return {name for name in quoted if "/" in name or name.endswith((".md", ".toml", ".pyi"))}


def test_paths_in_the_architecture_page_exist() -> None:
    paths = paths_in(text("ARCHITECTURE.md"))
    assert "crates/geometry/" in paths
    assert {name for name in paths if not (ROOT / name).exists()} == set()


def test_the_architecture_page_names_every_folder() -> None:
    files = [path.relative_to(ROOT) for path in tracked()]
    top = {f"{path.parts[0]}/" for path in files if len(path.parts) > 1}
    inner = {
        f"{'/'.join(path.parts[:depth])}/"
        for path in files
        for start, depth in ((("crates",), 2), (("python", "drypoint"), 3))
        if path.parts[: len(start)] == start and len(path.parts) > depth
    }
    named = paths_in(text("ARCHITECTURE.md"))
    assert inner
    assert (top - {"crates/", "python/"}) | inner <= named


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    headings = re.findall(r"^## (.*)$", text("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "Unreleased"


def test_times_on_the_front_page_were_measured() -> None:
    page = text("README.md")
    records = [json.loads(line) for line in text("benches/history.jsonl").splitlines()]
    (record,) = [record for record in records if record["machine"]["commit"] in page]
    assert record["date"][:10] in page
    sets = ("ordinary", "heavy")
    rows = {row["figure"]: row for row in record["rows"] if row["set"] in sets}
    shown = re.findall(r"^\| `(\w+)` \| .* \| (.*) \| (.*) \| (.*) \|$", page, re.MULTILINE)
    assert len(shown) > 5
    for figure, agg_ms, drypoint_ms, ratio in shown:
        ms = rows[figure]["ms"]
        assert (agg_ms, drypoint_ms) == (f"{ms['agg']:,.0f}", f"{ms['drypoint']:,.0f}"), figure
        assert ratio == f"{rows[figure]['by_agg']['drypoint']:.2f}", figure
    means = re.findall(
        r"^\| geometric mean \| of (\d+) (\w+) figures .* (\S+) \|$", page, re.MULTILINE
    )
    assert [
        (
            sum(row["set"] == name for row in record["rows"]),
            name,
            f"{mean['by_agg']['drypoint']:.2f}",
        )
        for name in sets
        for mean in [record["foot"][name]["geometric mean"]]
    ] == [(int(count), name, mean) for count, name, mean in means]


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", text(path))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_commands_in_documents_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^    )make ([a-z-]+)", text(path), re.MULTILINE)) <= targets


def test_the_contributors_page_lists_every_command() -> None:
    commands = re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.MULTILINE)
    listed = re.findall(r"^\| `make ([a-z-]+)` \|", text("CONTRIBUTING.md"), re.MULTILINE)
    assert sorted(listed) == sorted(commands)


def test_every_dependency_is_explained() -> None:
    command = ["cargo", "metadata", "--locked", "--no-deps", "--format-version=1"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    crates = {
        dependency["name"]
        for package in metadata["packages"]
        for dependency in package["dependencies"]
    }
    project = tomllib.loads(text("pyproject.toml"))["project"]
    packages = {re.match(r"[\w-]+", wanted)[0] for wanted in project["dependencies"]}  # type: ignore[index]
    wanted = {name for name in crates | packages if not name.startswith("drypoint-")}
    assert {"pyo3", "matplotlib"} <= wanted
    assert {name for name in wanted if f"`{name}`" not in text("docs/dependencies.md")} == set()


def test_no_file_names_a_folder_of_one_machine() -> None:
    folder = re.compile(rb"/(?:home|root|work|Users)/[\w.]|/tmp/[a-z]{2}/")
    binary = {".png", ".ttf", ".otf", ".pfb", ".gz"}
    files = [path for path in tracked() if path.suffix not in binary]
    assert len(files) > 50
    assert [name_of(path) for path in files if folder.search(path.read_bytes())] == []
