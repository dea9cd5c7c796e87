"""``drypoint doctor``: what is installed, what works, and why something does not."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from drypoint import backends, hook, selection, takeover
from drypoint.cli.command import FAILED, make_parser
from drypoint.cli.machine import cores, processor, versions

__all__ = ["Finding", "examine", "main", "parser"]

GOOD, NOTE, BAD = "good", "note", "bad"

_MARKS = {GOOD: "✓", NOTE: "–", BAD: "✗"}
_COLORS = {GOOD: "\x1b[32m", NOTE: "\x1b[33m", BAD: "\x1b[31m"}


class Finding(NamedTuple):
    """One line of the report."""

    section: str
    name: str
    state: str
    """"good"; "note": something optional is not there; "bad": something does not work."""
    text: str


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command."""
    parser = make_parser(
        "doctor",
        description="Look at this environment: versions, engine, threads, fonts, the programs that some\n"
        "pictures need, which backends load and why others do not, the hook, the self-check.\n"
        "✓ is well, – is optional and not there, ✗ does not work.",
        examples="  drypoint doctor\n  drypoint doctor --json",
        statuses="  0  nothing is wrong\n  1  something does not work\n"
        "  2  the command line makes no sense",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run the command; the result is the exit status."""
    options = parser().parse_args(arguments)
    findings = examine()
    bad = [finding for finding in findings if finding.state == BAD]
    if options.json:
        report = {"healthy": not bad, "findings": [finding._asdict() for finding in findings]}
        print(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        _print(findings)
        sentence = f"{len(bad)} thing{'s' * (len(bad) != 1)} to mend" if bad else "nothing is wrong"
        print(f"\n{sentence}")
    return FAILED if bad else 0


def examine() -> list[Finding]:
    """Look at everything; what goes wrong in one section is a finding, and the next follows."""
    findings: list[Finding] = []
    for section, look in _SECTIONS.items():
        try:
            findings += [Finding(section, *rest) for rest in look()]
        except Exception as error:
            findings.append(Finding(section, "failed", BAD, _describe(error)))
    return findings


def _print(findings: Sequence[Finding]) -> None:
    colored = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    width = max(len(finding.name) for finding in findings)
    section = ""
    for finding in findings:
        if finding.section != section:
            section = finding.section
            print(f"\n{section}")
        mark = _MARKS[finding.state]
        if colored:
            mark = f"{_COLORS[finding.state]}{mark}\x1b[0m"
        print(f"  {mark} {finding.name.ljust(width)}  {finding.text}")


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


# --- sections: (name, state, text) ----------------------------------------------------------------

_Lines = Iterator[tuple[str, str, str]]


def _versions() -> _Lines:
    for name, version in versions().items():
        place = f" ({sys.executable})" if name == "python" else ""
        yield name, GOOD, f"{version}{place}"
    from drypoint.adapter.self_check import VERIFIED

    matplotlib = versions().get("matplotlib", "")
    if matplotlib not in VERIFIED:
        text = f"pixels were verified with {', '.join(VERIFIED)}, not with {matplotlib}"
        yield "verified", NOTE, text


def _engine() -> _Lines:
    core: Any = importlib.import_module("drypoint._core")
    yield "extension", GOOD, f"{core.__version__}, {core.__file__}"
    module = importlib.import_module("drypoint.adapter.threads")
    module.follow_options()
    yield "threads", GOOD, f"{core.threads()} (of {cores()} cores; DRYPOINT_THREADS sets it)"
    yield "processor", GOOD, f"{processor()}, {platform.machine()}{_vector_instructions()}"
    yield "system", GOOD, platform.platform()


def _vector_instructions() -> str:
    info = Path("/proc/cpuinfo")
    words = info.read_text().split() if info.exists() else []
    found = [name for name in ("avx2", "avx512f", "asimd") if name in words]
    return f", {' '.join(found)}" if found else ""


def _pictures() -> _Lines:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    module: Any = importlib.import_module("drypoint.backends.agg")
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2])
    module.FigureCanvas(figure)
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    yield "a PNG", GOOD, f"{len(buffer.getvalue())} bytes"
    from drypoint.adapter import self_check

    with mpl.rc_context():
        mpl.rcdefaults()
        result = self_check.last_result() or self_check.check(module.FigureCanvas)
    if result.different:
        yield "self-check", BAD, f"{', '.join(result.different)} differ with {result.versions}"
    else:
        yield "self-check", GOOD, f"pixels are as verified, with {result.versions}"


def _fonts() -> _Lines:
    import matplotlib as mpl
    from matplotlib import font_manager

    names = {entry.name for entry in font_manager.fontManager.ttflist}
    yield "found", GOOD, f"{len(font_manager.fontManager.ttflist)} files, {len(names)} families"
    family = mpl.rcParams["font.family"]
    path = font_manager.findfont(font_manager.FontProperties())
    yield "default", GOOD, f"{' '.join(family)}: {path}"
    cache = Path(mpl.get_cachedir())
    writable = os.access(cache, os.W_OK)
    text = str(cache) if writable else f"{cache} cannot be written: set MPLCONFIGDIR"
    yield "cache", GOOD if writable else BAD, text


def _programs() -> _Lines:
    for names, purpose in {
        ("latex",): "text.usetex",
        ("dvipng",): "text.usetex in PNG files",
        ("dvisvgm",): "text.usetex in SVG files",
        ("gs", "gswin64c"): "ps.usedistiller, and tests of PostScript",
        ("ffmpeg",): "movies of animations",
    }.items():
        found = next(filter(None, map(shutil.which, names)), None)
        if found is None:
            yield names[0], NOTE, f"not installed; needed for {purpose}"
        else:
            yield names[0], GOOD, f"{found}{_version_of(found)}"


def _version_of(program: str) -> str:
    option = "-version" if Path(program).stem == "ffmpeg" else "--version"
    try:
        done = subprocess.run([program, option], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    first = (done.stdout.strip().splitlines() or [""])[0]
    return f": {first[:60]}" if first else ""


def _own_backends() -> _Lines:
    from matplotlib.backends import registry

    known: Any = registry.backend_registry
    for module in backends.names():
        if module.removesuffix("cairo") in selection.TOOLKITS:
            continue  # they need a toolkit, of which `_windows` tells
        name = backends.selectable_name(module)
        try:
            importlib.import_module(f"drypoint.backends.{module}")
            is_known = known.is_valid_backend(name)
        except Exception as error:
            may_be_missing = module in backends.WITH_PACKAGES and isinstance(error, ImportError)
            yield name, NOTE if may_be_missing else BAD, _describe(error)
        else:
            if is_known:
                yield name, GOOD, "loads, and Matplotlib knows it by name"
            else:
                yield name, BAD, "Matplotlib does not know the name: drypoint is not installed here"


def _windows() -> _Lines:
    # Each in a process of its own: toolkits do not bear each other.
    for name in selection.TOOLKITS:
        problem = _in_another_process(f"print(selection.toolkit_problem({name!r}))")
        yield (
            f"drypoint-{name}",
            *((NOTE, problem) if problem else (GOOD, "opens windows here")),
        )
    code = "d = selection.decide(); print(d.backend, d.reason, sep='; ')"
    chosen, _, reason = _in_another_process(code).partition("; ")
    yield "drypoint", GOOD, f"stands for drypoint-{chosen}: {reason}"


def _in_another_process(code: str) -> str:
    """What a statement prints that uses `selection`, or why it did not."""
    command = [sys.executable, "-c", f"from drypoint import selection; {code}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return "no answer within a minute"
    if done.returncode == 0:
        return done.stdout.strip()
    said = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
    return f"does not load: {said[:200]}"


def _takeover() -> _Lines:
    files = hook.hook_files()
    off = os.environ.get("DRYPOINT_HOOK", "").strip().lower() in ("0", "false", "no", "off")
    if not files:
        yield "hook", GOOD, "not installed (drypoint install-hook)"
    for file in files:
        missing = not file.with_name(f"{hook.MODULE_NAME}.py").is_file()
        if missing:
            yield "hook", BAD, f"{file} names a module that is gone (drypoint uninstall-hook)"
        else:
            yield "hook", GOOD, f"{file}{', switched off by DRYPOINT_HOOK' if off else ''}"
    was = takeover.installed()
    before = bool(takeover.grafted_classes())
    takeover.install()
    try:
        importlib.import_module(
            "matplotlib.backends.registry"
        ).backend_registry.load_backend_module("agg")
        names = sorted(cls.__name__ for cls in takeover.grafted_classes())
    finally:
        if not was:
            takeover.uninstall()
    if names:
        text = f"reaches {', '.join(names)}"
        text += "; in force in every program" if was and before else ""
        yield "install()", GOOD, text
    else:
        yield "install()", BAD, "does not reach Agg's classes in this release of Matplotlib"


def _settings() -> _Lines:
    import matplotlib as mpl

    from drypoint.options import options

    backend: Any = mpl.get_backend(auto_select=False)
    yield "backend", GOOD, f"{backend or 'chosen when pyplot is used'} (MPLBACKEND, matplotlibrc)"
    setting: Any
    for setting in options:
        if setting.origin != "default":
            yield setting.option.name, GOOD, f"{setting.value!r}, from {setting.origin}"


_SECTIONS: dict[str, Callable[[], _Lines]] = {
    "Versions": _versions,
    "Engine": _engine,
    "Pictures": _pictures,
    "Fonts": _fonts,
    "Programs": _programs,
    "Backends": _own_backends,
    "Windows": _windows,
    "Taking over": _takeover,
    "Settings": _settings,
}
