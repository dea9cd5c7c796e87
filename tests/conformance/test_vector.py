"""`drypoint conformance vector`: what counts as a difference, and the whole tool on a small release."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from _pytest.capture import CaptureFixture

from drypoint.conformance.cli import main
from drypoint.conformance.ratchet import RatchetError
from drypoint.conformance.vector import collect, compare, known, programs
from drypoint.conformance.vector.run import Compared, Run, judge

PROGRAMS = programs.available()


def disc(x: float, y: float = 50.0, level: int = 0) -> programs.Picture:
    """A dark disc on white whose edge is smoothed."""
    rows, columns = np.mgrid[:100, :120]
    covered = np.clip(20.5 - np.hypot(columns - x, rows - y), 0, 1)
    grey = np.rint(255 - (255 - level) * covered).astype(np.uint8)
    return np.dstack([grey] * 3)


def test_equal_pictures_do_not_differ() -> None:
    difference = compare.measure(disc(60), disc(60))
    assert difference == {"rms": 0.0, "beyond": 0.0, "edges": True, "size": ""}


def test_a_shift_of_a_fraction_of_a_pixel_is_one_of_edges() -> None:
    difference = compare.measure(disc(60), disc(60.3))
    assert difference["rms"] > 0
    assert difference["edges"]


@pytest.mark.parametrize(
    "actual",
    [
        pytest.param(disc(63), id="elsewhere"),
        pytest.param(disc(60, level=80), id="of another colour"),
        pytest.param(disc(60, level=9), id="of nearly the same colour"),
        pytest.param(disc(-50), id="not there"),
        pytest.param(disc(60)[:-3], id="smaller"),
    ],
)
def test_what_anybody_sees_is_not(actual: programs.Picture) -> None:
    assert not compare.measure(disc(60), actual)["edges"]
    assert not compare.measure(actual, disc(60))["edges"]


def test_pages_that_are_a_pixel_higher_are_compared_from_below() -> None:
    higher = np.concatenate([disc(60)[:1], disc(60)])
    assert compare.measure(disc(60), higher)["edges"]


SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="36pt" height="72pt" viewBox="0 0 36 72">
<rect width="36" height="36" fill="#ff0000"/></svg>"""
PS = "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 36 72\n1 0 0 setrgbcolor 0 36 36 36 rectfill showpage\n"


@pytest.mark.parametrize(
    ("program", "suffix"), [("rsvg", "svg"), ("chromium", "svg"), ("ghostscript", "eps")]
)
def test_programs_make_pixels(program: str, suffix: str, tmp_path: Path) -> None:
    if not PROGRAMS[program]:
        pytest.skip(f"needs {program}")
    path = tmp_path / f"a b.{suffix}"
    path.write_text(SVG if suffix == "svg" else PS)
    with programs.Programs(100) as readers:
        for _ in range(2):
            picture = readers.picture(program, path)
            assert picture.shape == (100, 50, 3)
            assert (picture[:48] == (255, 0, 0)).all()
            assert (picture[52:] == 255).all()


def test_a_program_says_that_a_file_is_broken(tmp_path: Path) -> None:
    if not PROGRAMS["rsvg"]:
        pytest.skip("needs rsvg")
    (tmp_path / "a.svg").write_text("<svg")
    with programs.Programs(100) as readers, pytest.raises(programs.ProgramError, match=r"a\.svg"):
        readers.picture("rsvg", tmp_path / "a.svg")


def compared(**what: Any) -> Compared:
    one = {
        "id": "t.py::test_x[pdf]", "index": 0, "format": "pdf", "program": "poppler",
        "tolerance": 0.0, "verdict": "different", "note": "", "rms": 9.0, "beyond": 0.1,
        "png_ours": 1.0, "png_theirs": 1.0, "further": False, "sizes": (1, 1), "pictures": "",
    }  # fmt: skip
    return Compared(**{**one, **what})  # type: ignore[typeddict-item]


def findings(entries: str, tmp_path: Path, *found: Compared) -> known.Findings:
    path = tmp_path / "known.toml"
    path.write_text(entries)
    meta = {"complete": True, "missing": []}
    return known.check(known.load(path), Run(meta=meta, compared=list(found)))


ENTRY = """
[[known]]
id = "*::test_x[pdf]"
what = "matplotlib"
programs = ["poppler"]
cause = "ours better"
reason = "because"
"""


def test_what_is_listed_is_explained(tmp_path: Path) -> None:
    found = findings(ENTRY, tmp_path, compared(), compared(verdict="edges"))
    assert [entry.cause for _, _, entry in found.explained] == ["ours better"]
    assert (found.new, found.gone) == ([], [])


@pytest.mark.parametrize(
    "other",
    [{"id": "t.py::test_y[pdf]"}, {"program": "ghostscript"}, {"verdict": "unreadable"}],
    ids=str,
)
def test_what_is_not_listed_is_new(other: dict[str, str], tmp_path: Path) -> None:
    found = findings(ENTRY, tmp_path, compared(**other))
    assert len(found.new) == 1
    assert [entry.id for entry in found.gone] == ["*::test_x[pdf]"]


def test_an_entry_may_ask_that_ours_is_closer_to_the_png(tmp_path: Path) -> None:
    entry = ENTRY + "closer = true\n"
    better, equal = compared(png_theirs=3.0), compared(png_theirs=1.2)
    found = findings(entry, tmp_path, better, equal)
    assert [one for one, _, _ in found.explained] == [better]
    assert [one for one, _ in found.new] == [equal]


def test_being_further_from_the_png_is_a_difference_of_its_own(tmp_path: Path) -> None:
    found = findings(ENTRY, tmp_path, compared(further=True))
    assert [what for _, what in found.new] == ["png"]


@pytest.mark.parametrize(
    ("old", "new"), [("because", " "), ("ours better", "who knows"), ("programs", "program")]
)
def test_entries_need_a_reason_and_a_cause(old: str, new: str, tmp_path: Path) -> None:
    with pytest.raises(RatchetError, match=r"known\.toml"):
        findings(ENTRY.replace(old, new), tmp_path)


def test_drypoints_own_list_can_be_read() -> None:
    known.load(known.DEFAULT)


def test_only_programs_that_are_asked_can_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        programs, "available", lambda: {**dict.fromkeys(PROGRAMS, True), "resvg": False}
    )
    assert judge(tmp_path, 1)["meta"]["missing"] == []
    monkeypatch.setattr(programs, "available", lambda: dict.fromkeys(PROGRAMS, False))
    missing = judge(tmp_path, 1)["meta"]["missing"]
    assert missing == ["chromium", "ghostscript", "poppler", "rsvg"]


@pytest.mark.skipif(not all(PROGRAMS[name] for name in programs.ASKED), reason="needs all programs")
def test_the_whole_tool(small_release: Path, tmp_path: Path, capsys: CaptureFixture[str]) -> None:
    arguments = ["vector", "--cache", str(tmp_path), "--out", str(tmp_path / "out"), "--jobs", "1"]
    arguments += ["--no-tests", "--only", "simple"]
    assert main([*arguments, "--sdist", str(small_release), "--niceness", "0"]) == 0
    found = json.loads((tmp_path / "out" / "vector.json").read_text())["compared"]
    readers = {(one["format"], one["program"]) for one in found}
    assert readers == {
        ("pdf", "poppler"), ("pdf", "ghostscript"), ("svg", "rsvg"), ("svg", "chromium"),
        ("eps", "ghostscript"),
    }  # fmt: skip
    assert {one["verdict"] for one in found} == {"within"}
    # Somebody draws over our file: the next look at it finds that.
    documents = tmp_path / "out" / "documents"
    (ours,) = documents.glob("*-ours.svg")
    ours.write_text(ours.read_text().replace("</svg>", '<path fill="red" d="M9 9h40v30z"/></svg>'))
    assert main([*arguments, "--again"]) == 1
    assert "differs, and is not known to (4)" in capsys.readouterr().out
    page = (tmp_path / "out" / "vector.html").read_text()
    shutil.rmtree(documents)
    assert page.count("<img") == 16


def test_a_format_that_is_not_compared_gets_a_sentence(
    tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    assert main(["vector", "--cache", str(tmp_path), "--formats", "pdf,tiff"]) == 1
    assert "conformance: Files of the format 'tiff' are not compared; formats are pdf, svg" in (
        capsys.readouterr().err
    )


def test_there_must_have_been_a_run_to_compare_again(
    tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    assert main(["vector", "--cache", str(tmp_path), "--again"]) == 1
    assert capsys.readouterr().err.startswith("conformance: There are no results in ")


def test_tests_about_pdf_serve_for_pgf() -> None:
    assert collect.saved_by_tests(("pgf", "svg")) == ["pdf", "svg"]


KEEPS_PGF = """
from pathlib import Path
from matplotlib.figure import Figure
from drypoint.conformance import redirect
from drypoint.conformance.vector import collect
redirect.install(redirect.make_plan(raster=collect.PNG_BACKEND))
collect.watch(Path("kept"), ("pgf",))
Figure(figsize=(1, 1)).savefig("a.pdf")
print([(one["format"], one.get("error")) for one in collect.kept])
"""


@pytest.mark.skipif(shutil.which("xelatex") is None, reason="needs XeLaTeX")
def test_what_tests_save_as_pdf_comes_from_latex(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KEEPS_PGF], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    assert done.stdout == "[('pgf', None)]\n"
    # No PDF backend writes such a head, but XeTeX's driver does.
    heads = [path.read_bytes()[:14] for path in (tmp_path / "kept").glob("*.pdf")]
    assert heads == [b"%PDF-1.5\n%\xe4\xf0\xed\xf8"] * 2
