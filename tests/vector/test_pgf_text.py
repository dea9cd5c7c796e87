"""Text in PGF: its source, its measures, what LaTeX says of it."""

import json
import logging
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.font_manager import FontProperties

from drypoint.adapter import latex, latex_text

from .drawings import empty, texts
from .pgf_files import (
    PRESENT,
    needs_tex,
    saved,
)

pytestmark = pytest.mark.usefixtures("latex_settings")


@pytest.mark.parametrize(
    ("string", "ismath", "source"),
    [
        ("R&D #1 5$", False, r"R\&D \#1 5\$"),
        ("a<b & $x<1$ > |", True, r"a\textless{}b \& $x<1$ \textgreater{} \textbar{}"),
        ("\N{MINUS SIGN}1", False, r"\ensuremath{-}1"),
        ("a\\", False, r"a\textbackslash{}"),
        (r"\textbf{a} & b", False, r"\textbf{a} & b"),
        (r"a & b", "TeX", r"a \& b"),
    ],
)
def test_the_source_of_strings(string: str, ismath: Any, source: str) -> None:
    assert latex_text._escaped(string, ismath) == source


def test_fonts_of_strings(caplog: pytest.LogCaptureFixture) -> None:
    def font(**properties: Any) -> str:
        return latex_text._font(FontProperties(size=10, **properties))

    size = r"\fontsize{10.000000}{12.000000}"
    assert font(family="serif", style="italic") == rf"\rmfamily{size}\itshape\selectfont"
    assert font(family="monospace", weight="bold") == rf"\ttfamily{size}\bfseries\selectfont"
    assert font(family="sans", weight=600).endswith(r"\bfseries\selectfont")
    assert font(family="DejaVu Sans") == rf"\fontfamily{{\familydefault}}{size}\selectfont"
    mpl.rcParams["pgf.rcfonts"] = True
    assert r"\setmainfont{DejaVu Sans}" in font(family="DejaVu Sans")
    with caplog.at_level(logging.WARNING):
        font(family="no-such-font")
    assert caplog.records[-1].getMessage() == "Ignoring unknown font: no-such-font"


def test_the_preamble_follows_rcparams() -> None:
    mpl.rcParams.update({"pgf.preamble": r"\usepackage{foo}", "font.size": 11})
    lines = latex_text.preamble().splitlines()
    assert r"\usepackage{foo}" in lines
    assert r"fontsize=11.000000pt" in latex_text.preamble()
    assert "fontspec" not in latex_text.preamble()
    mpl.rcParams["pgf.rcfonts"] = True
    assert r"  \setmonofont{DejaVuSansMono.ttf}[Path=" in latex_text.preamble()


@needs_tex
@pytest.mark.parametrize("program", PRESENT)
def test_strings_are_measured_once(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    header = "\\documentclass{article}\\begin{document}"
    first = latex.measure(program, header, r"\rule[-2pt]{30pt}{10pt}", "")
    assert first == (30, 10, 2)
    assert latex._ruler is not None
    process = latex._ruler[1]._process
    assert latex.measure(program, header, "x", "")[0] > 0
    assert latex._ruler[1]._process is process
    latex._ruler[1].close()
    latex._forget()
    # Nor in the next program, even if LaTeX is gone by then.
    monkeypatch.setenv("PATH", "")
    assert latex.measure(program, header, r"\rule[-2pt]{30pt}{10pt}", "") == (30, 10, 2)
    with pytest.raises(RuntimeError, match=f"'{program}' was not found.*texlive"):
        latex.measure(program, header, "y", "")


@needs_tex
def test_measures_of_another_installation_are_dropped(tmp_path: Path) -> None:
    header = "\\documentclass{article}\\begin{document}"
    latex.measure(PRESENT[0], header, "x", "")
    (file,) = (tmp_path / "cache").rglob("*.jsonl")
    first, *rest = file.read_text().splitlines()
    wrong = json.dumps(["x", 1.0, 1.0, 1.0])
    for identity, expected in ((first, 1.0), (json.dumps("another"), None)):
        file.write_text("\n".join([identity, wrong, "broken", *rest[1:], '["cut']))
        latex._ruler[1].close()  # type: ignore[index]
        latex._forget()
        found = latex.measure(PRESENT[0], header, "x", "")
        assert (found == (1.0, 1.0, 1.0)) is (expected is not None)


@needs_tex
@pytest.mark.parametrize(
    ("string", "message"),
    [
        (r"$\oops$", "! Undefined control sequence."),
        ("{", "braces or dollar signs may not match"),
        (r"\begin{foo}", "! LaTeX Error: Environment foo undefined."),
    ],
)
def test_errors_say_what_latex_says(string: str, message: str, tmp_path: Path) -> None:
    figure = empty()
    figure.text(0, 0, string)
    with pytest.raises(ValueError, match=r"LaTeX cannot set '") as error:
        saved(figure, tmp_path)
    assert message in str(error.value)
    assert len(str(error.value)) < 500
    assert not (tmp_path / "a.pgf").exists()
    # LaTeX starts again.
    saved(texts(), tmp_path)


@needs_tex
def test_a_preamble_that_latex_does_not_take(tmp_path: Path) -> None:
    mpl.rcParams["pgf.preamble"] = r"\usepackage{no-such-package}"
    with pytest.raises(
        RuntimeError, match=r"TeX lacks no-such-package.sty: install the package"
    ) as error:
        saved(texts(), tmp_path)
    assert "! LaTeX Error: File `no-such-package.sty' not found." in str(error.value)


def test_no_latex_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    mpl.rcParams["pgf.texsystem"] = "lualatex"
    with pytest.raises(RuntimeError, match=r"'lualatex' was not found.*texlive-luatex"):
        saved(texts(), tmp_path)
