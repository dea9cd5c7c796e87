"""The command line: ``drypoint conformance [COMMAND] [BACKEND]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from drypoint.conformance import gallery, ratchet, redirect, report, suite, summary
from drypoint.conformance import results as results_file
from drypoint.conformance.installation import (
    CACHE_VARIABLE,
    HERE,
    Installation,
    SetupError,
    default_cache,
    set_up,
)
from drypoint.conformance.vector import collect, page
from drypoint.conformance.vector import known as vector_known
from drypoint.conformance.vector import run as vector_run

DEFAULT_BACKEND = "module://drypoint.backends.agg"
COMMANDS = ("setup", "run", "tests", "gallery", "report", "check", "update", "vector")
DEFAULT_KNOWN = HERE / "known.toml"  # about DEFAULT_BACKEND

DESCRIPTION = """\
Run Matplotlib's own tests and gallery with a backend in Agg's place, draw everything
that they draw with Agg too, compare the pixels, and write an HTML page about it.

Without a COMMAND, `run`. A BACKEND is a module (mplcairo.base) or a name that Matplotlib
knows (drypoint-agg); the default is drypoint's.
"""
EXAMPLES = f"""\
examples:
  drypoint conformance mplcairo.base          everything, about a backend from elsewhere
  drypoint conformance run                    about drypoint's; fails on anything new
  drypoint conformance run --gallery 1/8      with an eighth of the gallery
  drypoint conformance tests --modules test_lines test_axes
  drypoint conformance gallery --only pie
  drypoint conformance run mplcairo.base --out somewhere
  drypoint conformance vector --gallery 1/8   PDF, SVG and EPS files, beside Matplotlib's own
  drypoint conformance agg                    Agg itself, as a reference

exit status:
  0  all is well
  1  a check found something, nothing went through the backend, or it could not be done
  2  the command line makes no sense

The Python that runs this must have Matplotlib, the backend, pytest and pytest-xdist
(better also pytest-timeout and pytest-rerunfailures), and for the first set-up pypi-simple
and requests: pip install "drypoint[conformance]" has them all. Downloads and results go to
${CACHE_VARIABLE}, or else to ~/.cache/drypoint/conformance.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status.

    The status is 0 when all is well, 1 when a check found something, when nothing went
    through the backend, or when the command could not be carried out.
    """
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        status: int = options.command(options)
    except (SetupError, suite.RunError, ratchet.RatchetError, FileNotFoundError) as error:
        print(f"conformance: {error}", file=sys.stderr)
        return 1
    return status


# --- options


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse a command line; without a command it is about `run`."""
    first = arguments[0] if arguments else ""
    if first not in (*COMMANDS, "-h", "--help"):
        arguments = ["run", *arguments]
    return parser().parse_args(arguments)


def parser() -> argparse.ArgumentParser:
    """Make the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="drypoint conformance",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")

    def add(
        name: str, function: object, help: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help, parents=parents)
        command.set_defaults(command=function)
        return command

    place, setting, how = _place_options(), _setup_options(), _run_options()
    tests, list_file = _tests_options(), _known_options()
    add("setup", _setup, "fetch Matplotlib's source release and prepare its tests", place, setting)
    command = add("run", _run, "tests, gallery, report and check", *(place, setting, how), tests)
    command.add_argument(
        "--gallery", default="all", metavar="all|none|I/N", help="how much of the gallery to run"
    )
    _add_known(command)
    add("tests", _tests, "run a test suite", place, setting, how, tests)
    command = add("gallery", _gallery, "run the scripts of the gallery", place, setting, how)
    command.add_argument("--part", default="1/1", metavar="I/N", help="run part I of N equal ones")
    command.add_argument("--limit", type=int, default=0, help="run so many scripts at most")
    command.add_argument(
        "--only", nargs="*", default=[], metavar="PATTERN", help="run scripts whose paths match"
    )
    command = add("report", _report, "print the numbers again, write the HTML page", place)
    command.add_argument("--by-module", action="store_true", help="numbers for each module")
    command.add_argument("--worst", type=int, default=20, help="how many differences to print")
    _add_known(command)
    add(
        "check",
        _check,
        "hold the last runs against the list of known differences",
        place,
        list_file,
    )
    add(
        "update",
        _update,
        "make the list fit the last runs; fails if that changes it",
        place,
        list_file,
    )
    command = add(
        "vector",
        _vector,
        "compare PDF, SVG and EPS files with Matplotlib's, as independent programs show them",
        *(_folder_options(), setting, _process_options()),
    )
    command.add_argument(
        "--formats",
        default="pdf,svg,eps",
        metavar="FMT,...",
        help="of files (%(default)s); pgf, which LaTeX sets, is slow",
    )
    command.add_argument(
        "--modules", nargs="*", default=[], metavar="NAME", help="run these test modules only"
    )
    command.add_argument("--no-tests", dest="tests", action="store_false", help="gallery only")
    command.add_argument(
        "--gallery", default="all", metavar="all|none|I/N", help="how much of the gallery to run"
    )
    command.add_argument(
        "--only", nargs="*", default=[], metavar="PATTERN", help="run scripts whose paths match"
    )
    command.add_argument(
        "--again", action="store_true", help="do not save anew: compare what the last run saved"
    )
    command.add_argument(
        "--known",
        type=Path,
        default=vector_known.DEFAULT,
        metavar="FILE",
        help="list of known differences (%(default)s)",
    )
    return parser


def _options() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(add_help=False)


def _place_options() -> argparse.ArgumentParser:
    parser = _options()
    # Both say the same; SUPPRESS keeps the one that is absent from undoing the other.
    parser.add_argument(
        "raster_backend",
        nargs="?",
        default=argparse.SUPPRESS,
        metavar="BACKEND",
        help="the backend under test, as for --raster-backend",
    )
    parser.add_argument(
        "--raster-backend",
        default=DEFAULT_BACKEND,
        metavar="MODULE",
        help="the backend under test (default: %(default)s); agg: Agg itself",
    )
    _add_folders(parser)
    return parser


def _folder_options() -> argparse.ArgumentParser:
    parser = _options()
    _add_folders(parser)
    return parser


def _add_folders(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="folder of downloads (%(default)s)"
    )
    parser.add_argument(
        "--out", type=Path, help="folder of results (default: one per backend in the cache)"
    )


def _setup_options() -> argparse.ArgumentParser:
    parser = _options()
    parser.add_argument(
        "--sdist", type=Path, metavar="FILE", help="Matplotlib's source release, if at hand"
    )
    return parser


def _run_options() -> argparse.ArgumentParser:
    parser = _options()
    _add_processes(parser)
    parser.add_argument(
        "--no-alias",
        dest="alias",
        action="store_false",
        help="leave FigureCanvasAgg and RendererAgg in matplotlib.backends.backend_agg alone",
    )
    parser.add_argument(
        "--no-verify",
        dest="verify",
        action="store_false",
        help="do not run again with Agg what failed or differed",
    )
    return parser


def _process_options() -> argparse.ArgumentParser:
    parser = _options()
    _add_processes(parser)
    return parser


def _add_processes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", type=int, default=2, help="processes (%(default)s)")
    parser.add_argument("--niceness", type=int, default=10, help="of the processes (%(default)s)")


def _tests_options() -> argparse.ArgumentParser:
    parser = _options()
    parser.add_argument(
        "--suite",
        default="matplotlib",
        choices=suite.SUITES,
        help="whose tests (default: %(default)s)",
    )
    parser.add_argument(
        "--modules", nargs="*", default=[], metavar="NAME", help="run these test modules only"
    )
    parser.add_argument(
        "--formats", default="png", metavar="FMT,...", help="of image tests (%(default)s)"
    )
    parser.add_argument("--only-images", action="store_true", help="run image tests only")
    parser.add_argument(
        "--expensive", action="store_true", help="also run the tests that need gigabytes"
    )
    parser.add_argument(
        "--no-twin", dest="twin", action="store_false", help="do not draw with Agg as well"
    )
    for family in redirect.FAMILIES:
        if family != "raster":
            parser.add_argument(
                f"--{family}-backend", metavar="MODULE", help=f"a backend for {family} output"
            )
    parser.add_argument(
        "--pytest", nargs=argparse.REMAINDER, default=[], help="everything that follows: for pytest"
    )
    return parser


def _known_options() -> argparse.ArgumentParser:
    parser = _options()
    _add_known(parser)
    return parser


def _add_known(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--known",
        type=Path,
        metavar="FILE",
        help=f"list of known differences (for {DEFAULT_BACKEND}: {DEFAULT_KNOWN.name})",
    )


def _known(options: argparse.Namespace) -> Path | None:
    """Return the list that goes with the backend; None when there is none."""
    if options.known is not None:
        return Path(options.known)
    ours = redirect.module_name(DEFAULT_BACKEND)
    return DEFAULT_KNOWN if redirect.module_name(options.raster_backend) == ours else None


def _check_backend(backend: str) -> None:
    """Make sure that a backend is there before anything else is done."""
    try:
        redirect.make_plan(raster=backend)
    except (ImportError, AttributeError, RuntimeError, ValueError) as error:
        raise suite.RunError(f"The backend {backend} cannot be used: {error}") from error


def _folder(options: argparse.Namespace) -> Path:
    """Folder of the results of the backend."""
    if options.out is not None:
        return Path(options.out).resolve()
    name = str(options.raster_backend).removeprefix("module://")
    return Path(options.cache).resolve() / "results" / name


def _part(text: str) -> tuple[int, int]:
    """Return the numbers of a part such as 2/8."""
    try:
        part, parts = map(int, text.split("/"))
    except ValueError:
        part = parts = 0
    if not 1 <= part <= parts:
        raise suite.RunError(f"A part of the gallery is given as I/N, such as 1/8, not {text!r}.")
    return part, parts


# --- commands


def _install(options: argparse.Namespace) -> Installation:
    _check_backend(options.raster_backend)
    name = getattr(options, "suite", "matplotlib")
    clients = (name,) if name == "seaborn" else ()  # pandas brings its tests along
    return set_up(options.cache, options.sdist, clients)


def _setup(options: argparse.Namespace) -> int:
    installation = set_up(options.cache, options.sdist)
    print(f"Matplotlib {installation.version}: {installation.source}")
    return 0


def _tests(options: argparse.Namespace) -> int:
    backends = {
        family: getattr(options, f"{family}_backend")
        for family in redirect.FAMILIES
        if family != "raster"
    }
    request = suite.Request(
        backends={"raster": options.raster_backend, **backends},
        suite=options.suite,
        modules=tuple(options.modules),
        formats=options.formats,
        only_images=options.only_images,
        expensive=options.expensive,
        twin=options.twin,
        alias=options.alias,
        verify=options.verify,
        jobs=options.jobs,
        niceness=options.niceness,
        pytest_arguments=tuple(options.pytest),
    )
    print(summary.summarize(suite.run(request, _install(options), _folder(options))))
    return 0


def _gallery(options: argparse.Namespace) -> int:
    part, parts = _part(options.part)
    request = gallery.Request(
        backend=options.raster_backend,
        part=part,
        parts=parts,
        only=tuple(options.only),
        limit=options.limit,
        alias=options.alias,
        verify=options.verify,
        jobs=options.jobs,
        niceness=options.niceness,
    )
    print(summary.summarize(gallery.run(request, _install(options), _folder(options))))
    return 0


def _run(options: argparse.Namespace) -> int:
    _check_backend(options.raster_backend)
    folder = _folder(options)
    for name in ("tests.json", "gallery.json"):  # of an earlier run
        (folder / name).unlink(missing_ok=True)
    if options.gallery not in ("all", "none"):
        _part(options.gallery)  # a mistake shall not come to light after minutes
    _tests(options)
    if options.gallery != "none":
        options.part = "1/1" if options.gallery == "all" else options.gallery
        options.only, options.limit = [], 0
        _gallery(options)
    print(f"report: {report.write(folder, ratchet.load(_known(options)))}\n")
    return _check(options)


def _vector_formats(text: str) -> tuple[str, ...]:
    """The formats in a list such as pdf,svg."""
    formats = tuple(name.strip() for name in text.split(","))
    for name in formats:
        if name not in collect.FAMILIES:
            raise suite.RunError(
                f"Files of the format {name!r} are not compared; formats are {', '.join(collect.FAMILIES)}."
            )
    return formats


def _vector(options: argparse.Namespace) -> int:
    known = vector_known.load(options.known)
    folder = options.out or Path(options.cache) / "results" / "vector"
    folder = Path(folder).resolve()
    if options.again:
        found = vector_run.judge_again(folder, options.jobs)
    else:
        part, parts = 1, 1
        if options.gallery == "none":
            parts = 0
        elif options.gallery != "all":
            part, parts = _part(options.gallery)
        request = vector_run.Request(
            formats=_vector_formats(options.formats),
            modules=tuple(options.modules),
            tests=options.tests,
            part=part,
            parts=parts,
            only=tuple(options.only),
            jobs=options.jobs,
            niceness=options.niceness,
        )
        found = vector_run.run(request, set_up(options.cache, options.sdist), folder)
    findings = vector_known.check(known, found)
    print(page.summarize(found, findings))
    print(f"report: {page.write(folder, found, findings)}")
    for title, sentences in {
        "differs, and is not known to": [
            f"{page.describe(one)} [{what}]" for one, what in findings.new
        ],
        "is known to differ, and does not any more": [
            f"{entry.id}: {entry.what}" for entry in findings.gone
        ],
    }.items():
        if sentences:
            print(f"{title} ({len(sentences)}):")
            print("".join(f"  {sentence}\n" for sentence in sentences))
    failed = bool(findings.new or findings.gone)
    print("check: " + ("failed" if failed else "as known"))
    return int(failed)


def _runs(options: argparse.Namespace) -> list[results_file.Results]:
    """Load the last runs of the backend."""
    folder = _folder(options)
    runs = report.load_runs(folder)
    if not runs:
        raise FileNotFoundError(f"There are no results in {folder}; first run the tests.")
    return runs


def _report(options: argparse.Namespace) -> int:
    for results in _runs(options):
        print(summary.summarize(results, modules=options.by_module, worst=options.worst))
    print(f"report: {report.write(_folder(options), ratchet.load(_known(options)))}")
    return 0


def _check(options: argparse.Namespace) -> int:
    known = _known(options)
    findings = ratchet.check(ratchet.load(known), _runs(options))
    if known is None:
        # Of another backend nothing is known: the page shows what differs.
        print(f"check: {len(findings.new)} differences" if findings.new else "check: no difference")
        return int(bool(findings.new))
    for title, sentences in {
        "differs, and is not known to": findings.new,
        "is known to differ, and does not any more": findings.gone,
        "is known to differ, but nobody says why": findings.unexplained,
        "less than expected": findings.fewer,
    }.items():
        if sentences:
            print(f"{title} ({len(sentences)}):")
            print("".join(f"  {sentence}\n" for sentence in sentences))
    print("check: " + ("failed" if findings else "as known"))
    return int(bool(findings))


def _update(options: argparse.Namespace) -> int:
    path = _known(options)
    if path is None:
        raise ratchet.RatchetError("Say with --known which file to write.")
    before = ratchet.load(path)
    after = ratchet.update(before, _runs(options))
    changed = sorted(after.known, key=str) != sorted(before.known, key=str) or (
        after.expected != before.expected
    )
    if changed or not path.exists():
        ratchet.save(after, path)
        print(f"{path} was changed: give each new entry its reason, then run `check`.")
        return 1
    print(f"{path} fits the last runs.")
    return 0
