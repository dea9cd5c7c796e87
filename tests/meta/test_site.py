"""The site of docs/: every page is reachable, every message of ours is explained."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from drypoint.options import options

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "python" / "drypoint"

#: Beginnings of messages that no user meets, with the reason.
NOT_MET = {
    "has no attribute": "an attribute of a module or an object, in Python's own words",
    "object has no attribute": "the same",
    "No figure": "the words of Matplotlib's Gcf, from its own API",
    "pixels cannot show a canvas of": "only the adapter makes mirrors, of the canvas's own size",
    "there is no view to fill": "the interpreter never asks for none",
    "a glyph run needs one place for each outline, not": "only the adapter makes glyph runs",
    "vertices must be (N, 2), not (N,": "only the adapter makes outlines",
    "compression must be from 0 to 9 or None, not": "options are checked before",
    "pixels must be an (h, w, 4) array of uint8, not (": "only the adapter encodes",
    "pixels must be contiguous in C order": "only the adapter encodes",
    "bytes where its size asks for": "only the adapter encodes",
    "a message must be JSON": "only of a view's script, which sends none of these",
    "a message must be an object": "the same",
    "a message must have a known type": "the same",
    "a message has at most": "the same",
    "must be a number": "the same",
    "must be from": "the same",
    "must be a whole number": "the same",
    "must be one of": "the same",
    "must be a short text": "the same",
    "modifiers must be some of": "the same",
    "must be": "options; its parts stand in the table",
}


def test_every_page_is_in_the_navigation() -> None:
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = re.findall(r"^ *- .+: ([\w/-]+\.md)$", settings.partition("\nnav:\n")[2], re.MULTILINE)
    assert "getting-started.md" in pages
    assert sorted(pages) == sorted(str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md"))


def test_every_page_is_linked_from_another() -> None:
    linked = {
        target
        for page in DOCS.glob("*.md")
        for target in re.findall(r"\]\(([\w-]+\.md)", page.read_text(encoding="utf-8"))
        if target != page.name
    }
    assert {page.name for page in DOCS.glob("*.md")} - {"index.md"} - linked == set()


# mkdocs checks links within docs/ when it builds; it knows nothing of what is outside.
@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_of_the_site_stay_inside(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    outside = [t for t in local if not (page.parent / t).resolve().is_relative_to(DOCS)]
    assert outside == []


def test_every_option_is_in_the_api_and_on_its_page() -> None:
    page = (DOCS / "options.md").read_text(encoding="utf-8")
    assert [s.option.name for s in options if f"| `{s.option.name}` |" not in page] == []


# --- messages


def constant_parts(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return [part for value in node.values for part in constant_parts(value)]
    if isinstance(node, ast.BinOp):
        return constant_parts(node.left) + constant_parts(node.right)
    return []


def messages_in_python(path: Path) -> Iterator[str]:
    """The longest fixed part of everything that is raised or warned."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            call = node.exc
        elif isinstance(node, ast.Call) and (
            getattr(node.func, "attr", getattr(node.func, "id", "")) in ("warn", "warn_external")
        ):
            call = node
        else:
            continue
        for argument in call.args:
            if parts := constant_parts(argument):
                yield max(parts, key=len)


def messages_in_rust(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    quoted = r'\s*"((?:[^"\\]|\\.)*)"'
    for message in re.findall(rf"(?:new_err\((?:format!\()?|write!\(f,){quoted}", text):
        yield max(re.split(r"\{[^}]*\}", message), key=len)


def messages() -> set[str]:
    # The conformance tool has a page and a help of its own.
    python = [path for path in PACKAGE.rglob("*.py") if "conformance" not in path.parts]
    rust = [
        *(ROOT / "crates" / "python" / "src").glob("*.rs"),
        ROOT / "crates" / "encode" / "src" / "error.rs",
    ]
    found = [m for path in python for m in messages_in_python(path)]
    found += [m for path in rust for m in messages_in_rust(path)]
    return {" ".join(m.split()).strip(";:. ") for m in found} - {""}


def test_every_message_is_explained() -> None:
    page = " ".join((DOCS / "troubleshooting.md").read_text(encoding="utf-8").split())
    found = messages()
    assert "the PDF file is finished" in found
    assert "is too large. It must be less than 2^23 in each direction" in {
        message.removeprefix("pixels ") for message in found
    }
    missing = {message for message in found if message not in page}
    assert missing - set(NOT_MET) == set()


def test_no_exception_to_that_is_stale() -> None:
    found = messages()
    assert {message for message in NOT_MET if message not in found} == set()


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_lists_and_tables_stand_alone(page: Path) -> None:
    # Python-Markdown, unlike GitHub, takes them for text of the paragraph before them.
    lines = page.read_text(encoding="utf-8").splitlines()
    starts = re.compile(r"- |\d+\. |\|")
    belongs = re.compile(r"- |\d+\. |\||  ")
    wrong = [
        line
        for before, line in pairwise(lines)
        if starts.match(line) and before and not belongs.match(before)
    ]
    # After an indented paragraph or program an item needs an empty line as well.
    wrong += [
        line
        for before, line in pairwise(lines)
        if re.match(r"\d+\. ", line) and re.match("    ", before)
    ]
    assert wrong == []
