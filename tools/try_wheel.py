"""Draws with an installed drypoint; `tools/test_wheel.sh` runs it as somebody's own script.

It is run with the backend "drypoint-agg" and with `drypoint run`, where the canvas has Agg's name.
"""

import importlib.metadata
import io
import platform
import sys
import warnings
import zlib
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.backends import backend_registry
from PIL import Image

import drypoint

assert Path(drypoint.__file__).is_relative_to(sys.prefix), drypoint.__file__
assert drypoint.__version__ == importlib.metadata.version("drypoint")

figure, axes = plt.subplots()
axes.plot([1, 3, 2], label="line")
axes.fill_between([0, 1, 2], [0, 1, 0], alpha=0.5, hatch="/")
axes.set_title(r"packaged, $\sqrt{x}$")
axes.legend()
maker = figure.canvas.get_renderer.__module__
assert maker.startswith("drypoint."), maker

with warnings.catch_warnings():
    # Of the self-check; its result is looked at below.
    warnings.filterwarnings("ignore", "drypoint draws test pictures", RuntimeWarning)
    figure.savefig("packaged.png")
with Image.open("packaged.png") as image:
    image.load()
    assert image.size == (640, 480)
    assert len(image.getcolors(maxcolors=1 << 20) or ()) > 100
    pixels = zlib.crc32(image.tobytes())

# By module: `backend=` of savefig does not look among entry points that nobody has looked for yet.
begins = {"svg": b"<?xml", "pdf": b"%PDF-1.", "ps": b"%!PS-Adobe-3"}
for name, begin in begins.items():
    buffer = io.BytesIO()
    figure.savefig(buffer, format=name, backend=f"module://drypoint.backends.{name}")
    assert buffer.getvalue().startswith(begin), name
    assert len(buffer.getvalue()) > 3000, name
    assert backend_registry.is_valid_backend(f"drypoint-{name}"), "no entry point"
assert backend_registry.is_valid_backend("drypoint-pgf"), "no entry point"

# The self-check: hashes of what Agg of the verified release draws.
from drypoint.adapter import self_check  # noqa: E402

result = self_check.last_result()
assert result is not None, "there was no self-check"
if platform.machine().lower() in ("x86_64", "amd64"):
    assert not result.different, result
elif result.different:
    print("this processor draws differently:", *result.different)

print(
    f"drypoint {drypoint.__version__} with Matplotlib {mpl.__version__} drew PNG ({pixels:08x}), "
    f"SVG, PDF and PostScript with {maker} from an installed package"
)
