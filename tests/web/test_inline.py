"""`drypoint-inline` in a real kernel: what ends up below each cell."""

import base64
import io
from typing import Any

import PIL.Image
import pytest

pytest.importorskip("ipykernel", reason="needs ipykernel")
pytest.importorskip("nbclient", reason="needs nbclient")
pytest.importorskip("matplotlib_inline", reason="needs matplotlib_inline")

import nbformat
from nbclient import NotebookClient

START = "%matplotlib module://drypoint.backends.inline\nimport matplotlib.pyplot as plt"


def outputs(*cells: str) -> list[list[Any]]:
    """What a new kernel shows below each of some cells."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in (START, *cells)]
    )
    NotebookClient(notebook, allow_errors=True, timeout=120).execute()
    return [cell.outputs for cell in notebook.cells[1:]]


def kinds(cell: list[Any]) -> list[str]:
    """Each output as one word: the format of a picture, or the type of something else."""
    known = ("image/png", "image/svg+xml", "image/jpeg", "application/pdf")
    return [
        next((kind for kind in known if kind in output.get("data", {})), output.output_type)
        for output in cell
    ]


def size(output: Any) -> tuple[int, int]:
    return PIL.Image.open(io.BytesIO(base64.b64decode(output.data["image/png"]))).size


def test_figures_come_below_their_cell_in_their_order() -> None:
    two, shown, empty, failed, after = outputs(
        "plt.figure(figsize=(2, 1)); plt.plot([1, 2]); plt.figure(figsize=(3, 1)); plt.plot([1]); None",
        "plt.plot([1, 2]); plt.show(); print('after')",
        "print(plt.get_fignums(), plt.get_backend())",
        "plt.plot([1]); raise ValueError('of the program')",
        "fig = plt.figure(); fig.add_subplot(); plt.ioff(); plt.subplots(); None",
    )
    assert kinds(two) == ["image/png", "image/png"]
    assert size(two[0])[0] < size(two[1])[0]
    assert kinds(shown) == ["image/png", "stream"]
    assert empty[0].text == "[] module://drypoint.backends.inline\n"
    assert kinds(failed) == ["error", "image/png"]
    # Whoever turns interactive mode off shows by hand; what came before is shown.
    assert "image/png" in kinds(after)


def test_the_configuration_is_ipythons() -> None:
    svg, retina, both, exact, kept, again, closed = outputs(
        "%config InlineBackend.figure_formats = ['svg']\nplt.plot([1, 2]); None",
        "%config InlineBackend.figure_formats = ['retina']\n"
        "plt.figure(figsize=(2, 1)); plt.plot([1, 2]); None",
        "from drypoint.backends.inline import set_matplotlib_formats\n"
        "set_matplotlib_formats('pdf', 'jpeg')\nplt.plot([1]); None",
        "%config InlineBackend.figure_formats = ['png']\n"
        "%config InlineBackend.print_figure_kwargs = {'bbox_inches': None}\n"
        "plt.figure(figsize=(2, 1)); plt.plot([1, 2]); None",
        "%config InlineBackend.close_figures = False\nfig, ax = plt.subplots(); None",
        "print(plt.get_fignums()); fig",
        "%config InlineBackend.close_figures = True\nax.plot([1]); plt.close(fig)",
    )
    assert kinds(svg) == ["image/svg+xml"]
    assert kinds(retina) == ["image/png"]
    width, height = size(retina[0])
    assert retina[0].metadata["image/png"] == {"width": width // 2, "height": height // 2}
    assert {"application/pdf", "image/jpeg"} <= set(both[0].data)
    assert size(exact[0]) == (200, 100)
    assert kinds(kept) == ["image/png"]
    assert kinds(again) == ["stream", "image/png"]
    assert kinds(closed) == []


def test_settings_of_development_environments() -> None:
    """Spyder sets the format by its older name and rcParams by `rc`, then chooses the backend once more."""
    sized, again, reset = outputs(
        "%config InlineBackend.print_figure_kwargs = {'bbox_inches': None}\n"
        "%config InlineBackend.rc = {'figure.figsize': (2.0, 1.0), 'figure.dpi': 50}\n"
        "%config InlineBackend.figure_format = 'png'\nplt.plot([1]); None",
        "%matplotlib module://drypoint.backends.inline\nplt.plot([1]); None",
        "%config InlineBackend.rc = {'figure.figsize': (3.0, 1.0)}\nplt.plot([1]); None",
    )
    assert size(sized[0]) == size(again[0]) == (100, 50)
    assert size(reset[0]) == (300, 100)


def test_backends_take_turns() -> None:
    agg, other, back, transparent = outputs(
        "print(type(plt.figure().canvas).__module__); plt.close()",
        "%matplotlib inline\nplt.plot([1]); print(type(plt.gcf().canvas).__module__)",
        "%matplotlib module://drypoint.backends.inline\n"
        "plt.plot([1]); print(type(plt.gcf().canvas).__module__)",
        "plt.figure(facecolor='none'); plt.plot([1]); None",
    )
    assert agg[0].text == "drypoint.backends.inline\n"
    assert sorted(kinds(other)) == ["image/png", "stream"]
    assert kinds(back) == ["stream", "image/png"]
    assert transparent[0].metadata["needs_background"] == "light"
