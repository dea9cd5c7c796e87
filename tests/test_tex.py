"""Text set by LaTeX is drawn as by Agg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import matplotlib.image  # TexManager uses it without importing it
import pytest
from matplotlib.font_manager import FontProperties

from drypoint.adapter import tex
from tests.text_calls import AggCalls, OurCalls, assert_same, graphics_context
from tests.usetex import needs_usetex

STRINGS = [
    r"Hello $x^2$",
    r"\textsl{slanted} \TeX",
    r"$\frac{a}{b} + \sqrt{x}$ \underline{under}",
]


pytestmark = needs_usetex


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    with mpl.rc_context():
        mpl.rcdefaults()
        yield


@pytest.mark.parametrize("engine", ["latex", "latex+dvipng"])
@pytest.mark.parametrize("angle", [0, 90, 12.5])
@pytest.mark.parametrize("s", STRINGS)
def test_strings(s: str, angle: float, engine: str) -> None:
    mpl.rcParams["text.latex.engine"] = engine
    gc = graphics_context(snap=False)
    assert assert_same(s, FontProperties(size=13), tex=True, angle=angle, gc=gc).calls


@pytest.mark.parametrize("hinting", ["default", "force_autohint", "no_hinting"])
@pytest.mark.parametrize("antialiased", [True, False])
def test_settings(hinting: str, antialiased: bool) -> None:
    mpl.rcParams.update({"text.hinting": hinting, "font.family": "serif"})
    gc = graphics_context(antialiased=antialiased, alpha=0.5)
    ours = assert_same(STRINGS[2], FontProperties(size=10), tex=True, gc=gc, dpi=150)
    assert {call[0] for call in ours.calls} == {"image", "box"}


def test_nothing() -> None:
    assert_same(" ", FontProperties(size=10), tex=True)
    assert OurCalls(640, 480, 100).get_text_width_height_descent(" ", FontProperties(), "TeX") == (
        0,
        0,
        0,
    )


def test_pages_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    prop = FontProperties(size=10)
    assert_same(STRINGS[0], prop, tex=True)

    def forbid(*args: Any) -> Any:
        raise AssertionError("should have been remembered")

    monkeypatch.setattr(tex, "Dvi", forbid)
    monkeypatch.setattr("matplotlib.dviread.Dvi", forbid)
    ours = OurCalls(640, 480, 100)
    ours.get_text_width_height_descent(STRINGS[0], prop, "TeX")
    ours.draw_tex(graphics_context(), 1, 1, STRINGS[0], prop, 0)
    assert ours.runs == 1


def test_errors_are_aggs() -> None:
    raised = []
    for renderer in (AggCalls(640, 480, 100), OurCalls(640, 480, 100)):
        with pytest.raises(RuntimeError, match="latex was not able") as info:
            renderer.draw_tex(graphics_context(), 1, 1, r"\undefinedcommand", FontProperties(), 0)
        raised.append(str(info.value).splitlines()[:2])
    assert raised[0] == raised[1]
