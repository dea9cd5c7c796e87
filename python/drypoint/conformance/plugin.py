"""Pytest plugin: run a test suite with a backend in Agg's place and write down what happens.

`suite` builds the command lines; the options are those of the group "conformance" of
``pytest -p drypoint.conformance.plugin --help``. Works with pytest-xdist. Without any backend it
only observes Matplotlib's own.

Per test it notes the outcome, the file format that the test is about (None for tests that
are not about one), the finished saves by format and class of the canvas, the calls of
``Figure.draw`` by class of the renderer, every draw that ``twin`` compared, and every
image comparison that the test itself made. Matplotlib's tests stop at the first image
that differs; here that is held back until the test is over, so that all images of a test
are compared.

The run fails when a backend was asked for and nothing went through it.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from drypoint.conformance import pixels, redirect, twin
from drypoint.conformance import results as results_file
from drypoint.conformance.results import Comparison, Observed, Results, new_test
from drypoint.conformance.vector import collect

FORMATS = ("png", "pdf", "svg", "eps", "ps", "pgf", "gif", "tif", "jpg")
EXIT_UNUSED = 70  # exit status when the backend was never used

comparisons: list[Comparison] = []  # those of the current test
held_back: list[str] = []  # image differences of the current test
tests: dict[str, Observed] = {}  # test id -> what is known of it; in the controller only
watched = False  # inside a test's call phase?


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the group "conformance"."""
    group = parser.getgroup("conformance")
    for family in redirect.FAMILIES:
        group.addoption(
            f"--{family}-backend",
            metavar="MODULE",
            help=f"module whose FigureCanvas does {family} output",
        )
    group.addoption("--twin", action="store_true", help="compare each draw with Agg's")
    group.addoption(
        "--no-alias",
        action="store_true",
        help="leave FigureCanvasAgg and RendererAgg in matplotlib.backends.backend_agg alone",
    )
    group.addoption(
        "--template-too",
        action="store_true",
        help="the name `template` stands for the raster backend as well: "
        "pandas' tests draw with that do-nothing backend",
    )
    group.addoption("--formats", metavar="FMT,...", help="leave out image tests of other formats")
    group.addoption(
        "--only-images", action="store_true", help="leave out tests that are not image tests"
    )
    group.addoption("--only", metavar="FILE", help="run the tests whose ids are in FILE")
    group.addoption("--pictures", metavar="FOLDER", help="where to keep pictures of differences")
    group.addoption(
        "--max-pictures", type=int, default=500, help="how many to keep (in each process)"
    )
    group.addoption(
        "--documents",
        metavar="FOLDER",
        help="keep what is saved in the formats of --formats, beside Matplotlib's own files, and "
        "compare no images",
    )
    group.addoption("--conformance-json", metavar="FILE", help="where to write the results")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Put the backends in place before any test module is imported."""
    import matplotlib as mpl
    import matplotlib.testing.compare
    import matplotlib.testing.decorators

    option = config.option
    backends = {family: getattr(option, f"{family}_backend") for family in redirect.FAMILIES}
    plan = redirect.make_plan(also=["template"] if option.template_too else [], **backends)
    redirect.install(plan, paused=twin.busy)
    mpl.use("agg", force=True)
    raster = option.raster_backend
    if option.twin:
        twin.watch(redirect.canvas_class(raster or "agg"), redirect.FAMILIES["raster"])
        if option.pictures:
            twin.picture_folder = Path(option.pictures)
            twin.pictures_left = option.max_pictures
    if raster and not option.no_alias:
        redirect.alias_agg(redirect.module_name(raster))

    compare: Any = matplotlib.testing.compare
    decorators: Any = matplotlib.testing.decorators
    if option.documents:
        formats = tuple(option.formats.split(","))
        collect.watch(Path(option.documents), formats)
        # Other programs compare them later; the tests need not have any.
        decorators.comparable_formats = lambda: collect.saved_by_tests(formats)
        compare.compare_images = decorators.compare_images = note_comparison
        return
    plain = compare.compare_images
    compare.compare_images = logging_compare(plain, hold_back=False)
    decorators.compare_images = logging_compare(plain, hold_back=True)


# --- image comparisons that tests make


def logging_compare(plain: Callable[..., Any], *, hold_back: bool) -> Callable[..., Any]:
    """Matplotlib's ``compare_images``, made to write down what it compares."""

    def compare_images(expected: str, actual: str, tol: float, in_decorator: bool = False) -> Any:
        __tracebackhide__ = True
        by = redirect.SAVED_BY.get(os.path.abspath(actual))
        if not watched or not (by or hold_back):  # not about our output
            return plain(expected, actual, tol, in_decorator)
        real = os.path.realpath(expected)
        record = Comparison(
            kind="baseline" if "baseline_images" in real else "self",
            format=Path(actual).suffix[1:],
            tolerance=tol,
            rms=None,
            expected=real,
            actual=os.path.abspath(actual),
            by=by,
        )
        comparisons.append(record)
        failure = None
        try:
            failure = plain(expected, actual, tol, in_decorator)
            record["within"] = failure is None
            measure(record, expected, actual)
        except Exception as error:
            record["within"] = False
            record["error"] = f"{type(error).__name__}: {error}"
            if not (hold_back and isinstance(error, AssertionError)):
                raise
            held_back.append(str(error))
        if failure and hold_back:
            held_back.append(
                "images not close (RMS {rms:.3f}, tolerance {tol})".format_map(failure)
            )
            return None
        return failure

    return compare_images


def note_comparison(
    expected: str, actual: str, tol: float, in_decorator: bool = False
) -> dict[str, object] | None:
    """Stand in for ``compare_images``: write down what it is asked to compare."""
    real = os.path.realpath(expected)
    comparisons.append(
        Comparison(
            kind="baseline" if "baseline_images" in real else "self",
            format=Path(actual).suffix[1:],
            tolerance=tol,
            rms=None,
            within=True,
            expected=real,
            actual=os.path.abspath(actual),
            by=redirect.SAVED_BY.get(os.path.abspath(actual)),
        )
    )
    return None


def measure(record: Comparison, expected: str, actual: str) -> None:
    """Note how much two files, converted to images if need be, differ."""
    from matplotlib.testing import compare as module

    compare: Any = module
    if not str(expected).endswith(".png"):  # converted already, and kept
        actual = compare.convert(actual, cache=True)
        expected = compare.convert(expected, cache=True)
    actual_image, expected_image = compare.crop_to_same(
        str(actual), compare._load_image(actual), str(expected), compare._load_image(expected)
    )
    difference = pixels.measure(expected_image, actual_image)
    record.update({"rms": difference.rms, "max": difference.max, "share": difference.share})


# --- each test, in the process that runs it


def image_format(item: pytest.Item) -> str | None:
    """Format that an image test is about; None for other tests."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    for name in ("extension", "ext"):
        if parameters.get(name) in FORMATS:
            return str(parameters[name])
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for."""
    option = config.option
    formats = option.formats and collect.saved_by_tests(option.formats.split(","))
    only = option.only and set(Path(option.only).read_text(encoding="utf-8").split("\n"))
    keep: list[pytest.Item] = []
    leave: list[pytest.Item] = []
    for item in items:
        fmt = image_format(item)
        wanted = (not only or item.nodeid in only) and (
            not option.only_images if fmt is None else not formats or fmt in formats
        )
        (keep if wanted else leave).append(item)
    items[:] = keep
    if leave:
        config.hook.pytest_deselected(items=leave)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Seed the global generators, so that a test draws the same in every run."""
    seed = crc32(item.nodeid.encode())
    np.random.seed(seed)  # noqa: NPY002
    random.seed(seed)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Watch over one test."""
    global watched
    comparisons.clear()
    held_back.clear()
    twin.begin(item.nodeid)
    collect.begin()
    saves, draws = redirect.SAVES.copy(), redirect.DRAWS.copy()
    watched = True
    try:
        result = yield
        if held_back:
            from matplotlib.testing.exceptions import ImageComparisonFailure

            raise ImageComparisonFailure("; ".join(held_back))
        return result
    finally:
        watched = False
        observed: dict[str, Any] = {
            "comparisons": list(comparisons),
            "saves": [[*key, number] for key, number in (redirect.SAVES - saves).items()],
            "draws": dict(redirect.DRAWS - draws),
            "drawn": list(twin.records),
            "counts": dict(twin.counts),
            "kept": list(collect.kept),
        }
        item.user_properties[:] = [("conformance", observed)]


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let the report, which may travel between processes, tell the format."""
    report: Any = yield
    report.conformance_format = image_format(item)
    return report  # type: ignore[no-any-return]


# --- the controller, which hears of all tests


def entry(nodeid: str) -> Observed:
    """Return what is known of a test so far."""
    return tests.setdefault(nodeid, new_test())


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Count a module that cannot be imported as a test that fails."""
    if report.failed:
        entry(report.nodeid).update({"outcome": "error", "error": str(report.longrepr)[-600:]})


def pytest_runtest_logreport(report: Any) -> None:
    """Note what a phase of a test led to."""
    test = entry(report.nodeid)
    test["format"] = getattr(report, "conformance_format", None)
    test["seconds"] = round(test["seconds"] + report.duration, 4)
    for name, value in report.user_properties:
        if name == "conformance":
            test.update(value)
    if report.outcome == "rerun":
        return
    if hasattr(report, "wasxfail"):
        outcome = "xfailed" if report.skipped else "xpassed"
    elif report.failed:
        crashed = "crashed while running" in str(report.longrepr)
        outcome = "crashed" if crashed else "failed" if report.when == "call" else "error"
    else:
        outcome = report.outcome
    conclusive = report.when == "call" or outcome != "passed"
    if conclusive and test["outcome"] not in results_file.FAILURES:
        test["outcome"] = outcome
    if outcome == "crashed":  # nobody was left to tell the format
        parameters = report.nodeid.partition("[")[2].rstrip("]").split("-")
        test["format"] = next((name for name in parameters if name in FORMATS), None)
    if outcome in results_file.FAILURES:
        crash = getattr(report.longrepr, "reprcrash", None)
        test["error"] = str(crash.message if crash else report.longrepr)[-600:]
    elif outcome == "skipped" and isinstance(report.longrepr, tuple):
        test["error"] = report.longrepr[-1]


def unused(config: pytest.Config) -> list[str]:
    """Families that a backend was asked for that it never drew or saved for."""
    saves, draws = results_file.saves(tests.values()), results_file.draws(tests.values())
    missing = []
    for family, formats in redirect.FAMILIES.items():
        backend = getattr(config.option, f"{family}_backend")
        if not backend:
            continue
        canvas = redirect.class_name(redirect.canvas_class(backend))
        saved = sum(n for (fmt, by), n in saves.items() if fmt in formats and by == canvas)
        # Suites such as seaborn's draw a lot and save little: draws by any renderer
        # but the builtin ones count too.
        drawn = sum(n for renderer, n in draws.items() if not renderer.startswith("matplotlib."))
        if not saved and not (family == "raster" and drawn):
            missing.append(f"{family} ({canvas})")
    return missing


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the results, and fail if they are about nothing."""
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    import matplotlib.ft2font

    missing = unused(config)
    if config.option.conformance_json:
        meta: dict[str, Any] = {
            "backends": {
                family: getattr(config.option, f"{family}_backend") for family in redirect.FAMILIES
            },
            "alias": not config.option.no_alias,
            "twin": config.option.twin,
            "matplotlib": matplotlib.__version__,
            "freetype": matplotlib.ft2font.__freetype_version__,
            "unused": missing,
        }
        results_file.save(Results(meta=meta, tests=tests), Path(config.option.conformance_json))
    if missing:
        session.exitstatus = EXIT_UNUSED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print who saved and who drew."""
    write = terminalreporter.write_line
    terminalreporter.section("conformance")
    for (fmt, writer), number in results_file.saves(tests.values()).most_common(12):
        write(f"{number:7} saves of {fmt:4} by {writer}")
    for renderer, number in results_file.draws(tests.values()).most_common(12):
        write(f"{number:7} draws by {renderer}")
    for family in unused(config):
        write(f"NOTHING WENT THROUGH THE BACKEND: {family}", red=True)
