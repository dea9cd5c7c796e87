"""LaTeX as a program: what it measures, what it makes of a document, what it complains about."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import matplotlib as mpl

__all__ = ["Metrics", "compile_document", "measure"]

#: Width, height with depth, depth of a box in TeX's points.
Metrics = tuple[float, float, float]

_DEBIAN_PACKAGES = {
    "pdflatex": "texlive-latex-base",
    "xelatex": "texlive-xetex",
    "lualatex": "texlive-luatex",
}

# Longer than any string takes; what takes longer is a macro that never ends. LuaLaTeX makes a list of all fonts when it
# first starts.
_MEASURE_SECONDS = 60.0
_START_SECONDS = 600.0
_COMPILE_SECONDS = 600.0

# Lines of a log behind the one with the complaint.
_MOST_LINES = 12

# --- errors -------------------------------------------------------------------------------------


def _missing(program: str) -> RuntimeError:
    others = [name for name in _DEBIAN_PACKAGES if name != program and shutil.which(name)]
    instead = " or ".join(others) if others else "another TeX that is installed"
    package = _DEBIAN_PACKAGES.get(program, "texlive")
    return RuntimeError(
        f"{program!r} was not found, which sets the text of PGF: install it (TeX Live or MiKTeX; on Debian "
        f"{package}, texlive-latex-recommended and texlive-pictures), or set rcParams['pgf.texsystem'] to {instead}."
    )


def relevant_lines(log: str) -> str:
    """What a log of TeX's says of its first error: the complaint and the place."""
    lines = log.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith("!")), None)
    if start is None:
        return "\n".join(line for line in lines if line.strip())[-1000:]
    kept: list[str] = []
    for line in lines[start : start + _MOST_LINES]:
        kept.append(line)
        if re.match(r"(l\.\d+|<\*>) ", line):
            break
    return "\n".join(line.rstrip() for line in kept if line.strip())


def _advice(log: str) -> str:
    """What can be done about an error, if that is known; begins with a space."""
    lacking = re.search(r"! LaTeX Error: File `([^']+)' not found", log)
    if lacking:
        return (
            f" TeX lacks {lacking[1]}: install the package that has it (on Debian it may be in texlive-pictures, "
            "texlive-latex-recommended or texlive-latex-extra)."
        )
    if "TeX capacity exceeded" in log:
        return (
            " The picture is too much for TeX: lower drypoint.options.pgf_max_points, so that more is drawn as "
            "pixels, or set rcParams['pgf.texsystem'] to lualatex, which has no such limit."
        )
    return ""


# --- measuring ----------------------------------------------------------------------------------

_MARK = "drypoint:"

# A file that is missing is an error, not a question for another name; the prompt for a line is none in this mode.
_NO_QUESTIONS = r"\nonstopmode"


class _Process:
    """LaTeX that waits for strings to measure."""

    def __init__(self, program: str, header: str) -> None:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        try:
            self._process = subprocess.Popen(
                [program, "-halt-on-error", "-no-shell-escape"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=self._folder.name,
            )
        except FileNotFoundError:
            self._folder.cleanup()
            raise _missing(program) from None
        # From a file, so that there is one prompt at its end.
        Path(self._folder.name, "header.tex").write_text(header, encoding="utf-8")
        start = rf"{_NO_QUESTIONS}\input{{header.tex}}\errorstopmode\typeout{{{_MARK}}}"
        answer, is_ready = self._ask(start, _START_SECONDS)
        if not is_ready:
            raise RuntimeError(
                f"{program} does not take the preamble of PGF, which is made of rcParams['pgf.preamble'], "
                f"'pgf.rcfonts' and 'font.size'.{_advice(answer)} It says:\n{relevant_lines(answer)}"
            )

    def _ask(self, line: str, seconds: float = _MEASURE_SECONDS) -> tuple[str, bool]:
        """What TeX says to a line, and whether there is a mark in it; it is at an end if there is none."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        limit = threading.Timer(seconds, self._process.kill)
        limit.daemon = True
        limit.start()
        said = b""
        try:
            stdin.write(line.encode() + b"\n")
            stdin.flush()
            # A prompt without an answer: for TeX the string has not come to its end.
            while not said.endswith(b"\n*"):
                part = os.read(stdout.fileno(), 1 << 16)
                if not part:
                    break
                said += part
        except BrokenPipeError:
            with contextlib.suppress(OSError):
                said += stdout.read()
        finally:
            limit.cancel()
        text = said.decode(errors="replace")
        if _MARK in text and text.endswith("\n*"):
            return text, True
        self.close()
        return text, False

    def measure(self, source: str, shown: str) -> Metrics:
        """The metrics of a string; the process is at an end if there is a `ValueError`."""
        # The catcodes are those that the source sets itself, which are too late for what TeX has read. The depth of
        # groups tells whether the string has closed what it has opened.
        answer, is_measured = self._ask(
            _NO_QUESTIONS + r"\edef\drypointouter{\the\currentgrouplevel}"
            r"{\catcode`\^=\active\catcode`\%=\active\sbox0{"
            + source.replace("\n", " ")
            + r"}\edef\drypointlevel{\the\numexpr\currentgrouplevel-\drypointouter\relax}\errorstopmode\typeout{"
            + _MARK
            + r"\the\wd0,\the\ht0,\the\dp0,\drypointlevel,}}"
        )
        found = re.search(_MARK + r"(-?[\d.]+)pt,(-?[\d.]+)pt,(-?[\d.]+)pt,1,", answer)
        if not is_measured or found is None:
            self.close()
            problem = relevant_lines(answer)
            if not problem.startswith("!"):
                problem = "It does not come to an end: braces or dollar signs may not match."
            raise ValueError(f"LaTeX cannot set {shown!r}.{_advice(answer)} It says:\n{problem}")
        width, height, depth = (float(value) for value in found.groups())
        return width, height + depth, depth

    def close(self) -> None:
        """Put an end to the process."""
        with contextlib.suppress(OSError):
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process.wait()
        self._folder.cleanup()

    def is_running(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None


class _Ruler:
    """Measures the strings of one header; what it has measured once is kept in a file.

    Nothing is measured again as long as the program is the same, or if it is not there any more.
    """

    # Larger files are begun anew.
    _MOST_BYTES = 8 << 20

    def __init__(self, program: str, header: str) -> None:
        self._program = program
        self._header = header
        self._process: _Process | None = None
        digest = hashlib.sha256(f"{program}\n{header}".encode()).hexdigest()[:32]
        self._file = Path(mpl.get_cachedir(), "drypoint", "pgf", f"{digest}.jsonl")
        self._identity = self._program_identity()
        self._known = self._read()

    def _program_identity(self) -> str | None:
        path = shutil.which(self._program)
        if path is None:
            return None
        status = os.stat(path)
        return f"{os.path.realpath(path)} {status.st_size} {status.st_mtime_ns}"

    def _read(self) -> dict[str, Metrics]:
        known: dict[str, Metrics] = {}
        try:
            if self._file.stat().st_size > self._MOST_BYTES:
                self._file.unlink()
                return known
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return known
        if self._identity is not None and lines[:1] != [json.dumps(self._identity)]:
            with contextlib.suppress(OSError):
                self._file.unlink()
            return known
        for line in lines[1:]:
            # A line may be cut off where a program came to a sudden end.
            with contextlib.suppress(ValueError, TypeError):
                source, width, height, depth = json.loads(line)
                known[source] = (float(width), float(height), float(depth))
        return known

    def _append(self, source: str, metrics: Metrics) -> None:
        text = json.dumps([source, *metrics]) + "\n"
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with open(self._file, "ab", buffering=0) as file:
                # One write each: other processes append as well.
                head = "" if file.tell() else json.dumps(self._identity) + "\n"
                file.write((head + text).encode())

    def measure(self, source: str, shown: str) -> Metrics:
        known = self._known.get(source)
        if known is None:
            if self._process is None or not self._process.is_running():
                self._process = _Process(self._program, self._header)
            known = self._known[source] = self._process.measure(source, shown)
            self._append(source, known)
        return known

    def close(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None


_ruler: tuple[tuple[str, str], _Ruler] | None = None
_lock = threading.Lock()


@atexit.register
def _close() -> None:
    if _ruler is not None:
        _ruler[1].close()


def _forget() -> None:
    """In a child process: the LaTeX of the parent is not ours."""
    global _ruler, _lock
    _ruler, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def measure(program: str, header: str, source: str, shown: str) -> Metrics:
    r"""The metrics of a string as LaTeX sets it.

    Parameters
    ----------
    program : str
        As in `rcParams["pgf.texsystem"]`.
    header : str
        A document up to and with its ``\begin{document}``.
    source : str
        What stands in the box that is measured.
    shown : str
        What an error calls it.

    Raises
    ------
    RuntimeError
        If the program is missing or does not take the header.
    ValueError
        If LaTeX cannot set the string.
    """
    global _ruler
    with _lock:
        if _ruler is None or _ruler[0] != (program, header):
            if _ruler is not None:
                _ruler[1].close()
            _ruler = (program, header), _Ruler(program, header)
        return _ruler[1].measure(source, shown)


# --- documents ----------------------------------------------------------------------------------

# So that the same document gives the same bytes.
_NO_DATES = r"""\ifdefined\pdfinfoomitdate\pdfinfoomitdate=1 \fi
\ifdefined\pdftrailerid\pdftrailerid{}\fi
\ifdefined\pdfsuppressptexinfo\pdfsuppressptexinfo=-1 \fi
\ifdefined\pdfvariable\pdfvariable suppressoptionalinfo \numexpr 1+32+64+512\relax\fi
"""


def compile_document(program: str, source: str, folder: str) -> bytes:
    """The PDF that LaTeX makes of a document.

    Parameters
    ----------
    program : str
        As in `rcParams["pgf.texsystem"]`.
    source : str
        The document.
    folder : str
        Where what it includes is; LaTeX's own files go there as well.

    Raises
    ------
    RuntimeError
        If the program is missing or fails; with the lines of the log that say why.
    """
    Path(folder, "figure.tex").write_text(_NO_DATES + source, encoding="utf-8")
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"]
    try:
        run = subprocess.run(
            [*command, "figure.tex"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", **os.environ},
            timeout=_COMPILE_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise _missing(program) from None
    except subprocess.TimeoutExpired:
        raise RuntimeError(
            f"{program} was stopped after {_COMPILE_SECONDS:.0f} seconds on the figure."
        ) from None
    if run.returncode:
        log = run.stdout.decode(errors="replace")
        raise RuntimeError(
            f"{program} cannot set the figure.{_advice(log)} It says:\n{relevant_lines(log)}"
        )
    return Path(folder, "figure.pdf").read_bytes()
