"""The examples, drawn by drypoint and by Agg: the same pixels."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benches.figures import AGG, DRYPOINT, EXAMPLES, draw, script
from tools import demo


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_has_aggs_pixels(path: Path) -> None:
    drawing = draw(script(path), DRYPOINT)
    assert {type(figure.canvas).__module__.split(".")[0] for figure in drawing.figures} == {
        "drypoint"
    }
    for ours, agg in zip(drawing.save(), draw(script(path), AGG).save(), strict=True):
        np.testing.assert_array_equal(demo.pixels(ours), demo.pixels(agg))


def test_a_script_unchanged_with_the_backend_from_outside(tmp_path: Path) -> None:
    pictures = {}
    for backend in ("agg", "drypoint-agg"):
        folder = tmp_path / backend
        folder.mkdir()
        example = next(path for path in EXAMPLES if path.stem == "lines")
        subprocess.run(
            [sys.executable, example],
            cwd=folder,
            env={**os.environ, "MPLBACKEND": backend},
            check=True,
        )
        pictures[backend] = demo.pixels((folder / "lines.png").read_bytes())
    np.testing.assert_array_equal(pictures["drypoint-agg"], pictures["agg"])


def test_every_example_says_what_it_shows_and_saves_under_its_own_name() -> None:
    for path in EXAMPLES:
        text = path.read_text(encoding="utf-8")
        assert text.startswith('"""')
        assert text.endswith(f'fig.savefig("{path.stem}.png")\n')


def test_the_demo_shows_both_pictures_of_a_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["demo", "lines", "--out", str(tmp_path), "--budget-ms", "1"]
    monkeypatch.setattr(sys, "argv", command)
    assert demo.main() == 0
    assert "1 figure, 0 with differing pixels" in capsys.readouterr().out
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    for name in ("lines.png", "lines-agg.png"):
        assert f'src="{name}"' in page
        assert demo.pixels((tmp_path / name).read_bytes()).shape == (480, 640, 4)


def test_the_demo_counts_pixels_that_differ() -> None:
    first = draw(script(EXAMPLES[0]), AGG).save()[0]
    second = draw(script(EXAMPLES[1]), AGG).save()[0]
    assert demo.differing_pixels(first, first) == 0
    assert demo.differing_pixels(first, second) > 0
