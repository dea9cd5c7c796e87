"""LaTeX, or what stands for it."""

from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pytest

from drypoint.adapter import latex

from .pgf_files import PRESENT


@pytest.fixture
def latex_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The first LaTeX that is there, and a cache of measures for each test."""
    monkeypatch.setattr(mpl, "get_cachedir", lambda: str(tmp_path / "cache"))
    latex._forget()
    program = PRESENT[0] if PRESENT else "pdflatex"
    with mpl.rc_context({"pgf.texsystem": program, "pgf.rcfonts": False}):
        yield
    if latex._ruler is not None:
        latex._ruler[1].close()
    latex._forget()


@pytest.fixture
def fake_tex(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures without LaTeX: half an em for each character of the source."""
    monkeypatch.setattr(
        latex, "measure", lambda program, header, source, shown: (5.0 * len(source), 8.0, 2.0)
    )
