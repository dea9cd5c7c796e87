"""The whole tool, run with the two backends on a small release of Matplotlib."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.capture import CaptureFixture

from drypoint.conformance import ratchet, results, summary
from drypoint.conformance.cli import DEFAULT_BACKEND, main, parse
from drypoint.conformance.results import Results

from .conftest import BACKENDS, SCRIPTS

SMALL = "matplotlib/tests/test_small.py::"


class Run(NamedTuple):
    """Where a backend's results are, and how the run ended."""

    arguments: list[str]
    out: Path
    status: int

    def tests(self) -> Results:
        return results.load(self.out / "tests.json")

    def gallery(self) -> Results:
        return results.load(self.out / "gallery.json")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, small_release: Path) -> Callable[[str], Run]:
    cache = tmp_path_factory.mktemp("cache")
    done: dict[str, Run] = {}

    def run_once(backend: str) -> Run:
        if backend not in done:
            out = cache / "out" / backend
            place = ["--raster-backend", f"module://{backend}", "--cache", str(cache)]
            place += ["--out", str(out)]
            with pytest.MonkeyPatch.context() as patch:
                patch.syspath_prepend(BACKENDS)
                patch.setenv("PYTHONPATH", os.fspath(BACKENDS))
                options = ["--sdist", str(small_release), "--niceness", "0", "--jobs", "1"]
                status = main(["run", *place, *options])
            done[backend] = Run(place, out, status)
        return done[backend]

    return run_once


@pytest.fixture
def same(run: Callable[[str], Run]) -> Run:
    return run("same_agg")


@pytest.fixture
def wrong(run: Callable[[str], Run]) -> Run:
    return run("wrong_agg")


def outcomes(found: Results) -> dict[str, str | None]:
    return {
        name.removeprefix(SMALL).partition("[")[0]: test["outcome"]
        for name, test in found["tests"].items()
    }


def test_the_same_pixels_pass(same: Run) -> None:
    assert same.status == 0
    tests = list(same.tests()["tests"].values())
    assert results.verdicts(tests, "save") == {"identical": 4}
    assert results.verdicts(tests, "draw") == {"identical": 2}
    assert results.saves(tests) == {("png", "same_agg.FigureCanvas"): 4}
    assert results.draws(tests) == {"same_agg.RendererAgg": 6}
    assert ratchet.baselines(tests) == {"compared": 1, "within": 1, "exact": 1}


def test_tests_are_run_and_run_again(same: Run, wrong: Run) -> None:
    passing = dict.fromkeys(
        ["test_saves", "test_spared", "test_counts_draws", "test_subprocess"], "passed"
    )
    failing = {"test_fails_everywhere": "failed"}
    white = ["test_corner_is_white", "test_baseline"]
    assert outcomes(same.tests()) == passing | failing | dict.fromkeys(white, "passed")
    assert outcomes(wrong.tests()) == passing | failing | dict.fromkeys(white, "failed")
    for run in (same, wrong):
        tests = run.tests()["tests"]
        assert tests[SMALL + "test_fails_everywhere"]["with_agg"] == "failed"
        assert tests[SMALL + "test_counts_draws"]["once"]
    assert wrong.tests()["tests"][SMALL + "test_corner_is_white"]["with_agg"] == "passed"


def test_one_pixel_is_found_wherever_it_is_drawn(wrong: Run) -> None:
    assert wrong.status == 1
    assert ratchet.observe(wrong.tests()) == {
        (SMALL + "test_saves", "pixels"): 2,
        (SMALL + "test_corner_is_white", "pixels"): 1,
        (SMALL + "test_corner_is_white", "failed"): 1,
        (SMALL + "test_baseline[png]", "pixels"): 1,
        (SMALL + "test_baseline[png]", "failed"): 1,
    }
    for drawn in wrong.tests()["tests"][SMALL + "test_saves"]["drawn"]:
        assert (drawn["pixels"], drawn["max"]) == (1, 1)
        for kind in ("expected", "difference", "actual"):
            assert (wrong.out / "pictures-tests" / f"{drawn['pictures']}-{kind}.png").exists()


def test_scripts_of_the_gallery_are_run(same: Run, wrong: Run) -> None:
    expected = {f"gallery/{script}": "passed" for script in SCRIPTS}
    expected |= {"gallery/examples/broken.py": "failed", "gallery/examples/crash.py": "crashed"}
    expected |= {"gallery/examples/waits.py": "failed"}
    assert outcomes(same.gallery()) == expected
    assert not any(results.failed(test) for test in same.gallery()["tests"].values())
    assert results.verdicts(same.gallery()["tests"].values(), "save") == {"identical": 2}
    assert ratchet.observe(wrong.gallery()) == {("gallery/examples/simple.py", "pixels"): 1}


def test_the_report_shows_what_differs(wrong: Run) -> None:
    page = (wrong.out / "report.html").read_text(encoding="utf-8")
    sources = re.findall(r'<img loading="lazy" src="([^"]+)"', page)
    assert len(sources) == 3 * (4 + 1 + 1)  # draws in tests, in the gallery; one baseline
    assert [source for source in sources if not (wrong.out / source).exists()] == []
    assert f"{SMALL}test_saves" in page
    assert "1 pixels" in page


def test_the_summary_tells_the_numbers(same: Run, wrong: Run) -> None:
    text = summary.summarize(same.tests(), modules=True)
    assert re.search(r"^saves +4 +4 +0 +0 +0 +0$", text, re.MULTILINE)
    assert re.search(r"^test_small +7 +0 +4 +4 +0 +0 +0 +2 +0 +1 +1 +1$", text, re.MULTILINE)
    assert "1 compared, 1 within tolerance, 1 exact" in text
    text = summary.summarize(wrong.tests())
    assert "Failing, and not with Agg (2)" in text
    assert "1 pixels (0.005 %), largest difference 1" in text


def test_the_list_of_known_differences_holds_and_tightens(
    wrong: Run, same: Run, tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    known = tmp_path / "known.toml"

    def command(name: str, run: Run) -> int:
        return main([name, *run.arguments, "--known", str(known)])

    assert command("update", wrong) == 1
    assert command("check", wrong) == 1  # nobody has said why
    assert "nobody says why (6)" in capsys.readouterr().out
    known.write_text(known.read_text().replace('reason = ""', 'reason = "one pixel"'))
    assert command("check", wrong) == 0
    assert command("update", wrong) == 0
    assert command("check", same) == 1  # what is known to differ does not any more
    assert "does not any more (6)" in capsys.readouterr().out
    assert command("update", same) == 1
    assert ratchet.load(known).known == []
    assert command("check", same) == 0


def test_parts_of_the_gallery(same: Run, small_release: Path) -> None:
    out = ["--out", str(same.out.with_name("parts")), "--jobs", "1"]
    arguments = ["gallery", *same.arguments, *out]
    found = set()
    for part in ("1/2", "2/2"):
        assert main([*arguments, "--part", part, "--only", "simple", "wide"]) == 0
        parts = results.load(same.out.with_name("parts") / "gallery.json")
        assert not parts["meta"]["complete"]
        found |= set(parts["tests"])
    assert found == {"gallery/examples/simple.py", "gallery/tutorials/wide.py"}


def test_a_run_that_does_not_reach_the_backend_fails(
    same: Run, capsys: CaptureFixture[str]
) -> None:
    out = ["--out", str(same.out.with_name("unused")), "--jobs", "1"]
    arguments = ["tests", *same.arguments, *out, "--pytest", "-k", "test_fails_everywhere"]
    assert main(arguments) == 1
    message = "Nothing went through the backend: raster (same_agg.FigureCanvas)"
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check"], "There are no results in"),
        (["report"], "There are no results in"),
        (["tests", "--modules", "test_none"], "No such test modules: test_none"),
        (["gallery", "--only", "no-such-script"], "No such scripts in the gallery."),
        (["gallery", "--part", "3/2"], "A part of the gallery is given as I/N"),
    ],
)
def test_mistakes_get_a_sentence(
    same: Run, tmp_path: Path, capsys: CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main([arguments[0], *same.arguments, "--out", str(tmp_path), *arguments[1:]]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith("conformance: ")
    assert message in printed


@pytest.mark.parametrize("backend", ["module://no_such_module", "no_such_name", "svg"])
def test_a_backend_that_cannot_be_used_gets_a_sentence(
    tmp_path: Path, capsys: CaptureFixture[str], backend: str
) -> None:
    arguments = ["--raster-backend", backend, "--cache", str(tmp_path), "--out", str(tmp_path)]
    assert main(["run", *arguments]) == 1
    assert capsys.readouterr().err.startswith(f"conformance: The backend {backend} cannot be used")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "function", "backend"),
    [
        ([], "_run", DEFAULT_BACKEND),
        (["mplcairo.base"], "_run", "mplcairo.base"),
        (["--jobs", "1"], "_run", DEFAULT_BACKEND),
        (["tests", "agg", "--modules", "a", "b"], "_tests", "agg"),
        (["gallery", "--raster-backend", "agg"], "_gallery", "agg"),
        (["check"], "_check", DEFAULT_BACKEND),
    ],
)
def test_a_backend_may_stand_alone(arguments: list[str], function: str, backend: str) -> None:
    options = parse(arguments)
    assert options.command.__name__ == function
    assert options.raster_backend == backend
