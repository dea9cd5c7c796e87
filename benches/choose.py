"""Choose the gallery scripts of the ordinary set: `python -m benches.choose` rewrites the list.

Every script runs in a fork with Agg. Those come into question that make up to three figures
without an error, a warning about missing fonts or a network, quickly, and save them in a time that
is neither nothing nor long; and that need no TeX. Of those, so many are taken at equal distances,
which gives every part of the gallery its share.
"""

import io
import json
import os
import signal
import sys
import time
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt

from .catalogue import GALLERY, gallery_folder
from .figures import AGG, draw, in_gallery

COUNT = 72
MOST_FIGURES = 3
MOST_SECONDS = 1.0  # to make the figures
SAVE_SECONDS = (0.015, 0.4)
TIMEOUT_S = 20

# Those use the network, wait for somebody, draw another thing each time, or need another program.
LEFT_OUT = ("animation", "event_handling", "user_interfaces", "widgets")

HEAD = f"""\
# Scripts of Matplotlib's gallery in the ordinary set of the benchmarks.
# Made by `python -m benches.choose`, which says how; releases of Matplotlib share the list.
# Matplotlib {mpl.__version__}
"""


def suits(path: Path) -> bool:
    """Whether a script may be in the set; to be asked in a process of its own."""
    start = time.perf_counter()
    drawing = draw(in_gallery(path), AGG)
    made = time.perf_counter()
    text = path.read_text(encoding="utf-8")
    if made - start > MOST_SECONDS or not 1 <= len(drawing.figures) <= MOST_FIGURES:
        return False
    if "usetex=True" in text or drawing.settings["text.usetex"] or "time.time" in text:
        return False
    drawing.save()
    saved = time.perf_counter()
    files = drawing.save()
    seconds = time.perf_counter() - saved
    return SAVE_SECONDS[0] < seconds < SAVE_SECONDS[1] and files == drawing.save()


def suits_in_fork(path: Path) -> bool:
    """The same, asked in a fork that ends when it hangs."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(TIMEOUT_S)
            sys.stdout = sys.stderr = io.StringIO()
            code = 0 if suits(path) else 1
        except BaseException:
            code = 2
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def main() -> None:
    """Rewrite the list."""
    folder = gallery_folder()
    if folder is None:
        raise SystemExit(1)
    plt.switch_backend("agg")
    scripts = [path.relative_to(folder) for path in sorted(folder.rglob("*.py"))]
    scripts = [script for script in scripts if script.parts[0] not in LEFT_OUT]
    suitable = [script for script in scripts if suits_in_fork(folder / script)]
    step = max(len(suitable) / COUNT, 1)
    chosen = [suitable[int(k * step)] for k in range(min(COUNT, len(suitable)))]
    GALLERY.write_text(HEAD + "".join(f"{s.as_posix()}\n" for s in chosen), encoding="utf-8")
    print(json.dumps({"scripts": len(scripts), "suitable": len(suitable), "chosen": len(chosen)}))


if __name__ == "__main__":
    main()
