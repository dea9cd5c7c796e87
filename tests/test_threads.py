"""Threads and processes: the same bytes however many threads draw, clean forks and exits."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from drypoint.adapter.renderer import Renderer

FIGURE = """
import hashlib, io
import matplotlib
matplotlib.use("module://drypoint.backends.agg")
import matplotlib.pyplot as plt
import numpy as np

def digest():
    rng = np.random.default_rng(0)
    figure, axes = plt.subplots(2, 3, figsize=(9, 6))
    axes[0, 0].pcolormesh(rng.random((250, 300)), antialiased=True)
    axes[0, 1].scatter(*rng.random((2, 20_000)), c=rng.random(20_000), s=9, alpha=0.5)
    axes[0, 2].imshow(rng.random((700, 700, 4)), interpolation="nearest")
    axes[1, 0].plot(np.cumsum(rng.normal(size=200_000)), lw=0.5, label="a line")
    axes[1, 1].tripcolor(*rng.random((2, 3000)), rng.random(3000), shading="gouraud")
    axes[1, 2].bar(range(5), range(5), hatch="x/", edgecolor="k")
    axes[1, 0].legend()
    file = io.BytesIO()
    figure.savefig(file, format="raw")
    plt.close(figure)
    return hashlib.sha256(file.getvalue()).hexdigest()
"""


def run(code: str, *options: str, **environment: str) -> str:
    """What a script prints in a fresh process; nothing may come on the error stream."""
    done = subprocess.run(
        [sys.executable, *options, "-c", FIGURE + textwrap.dedent(code)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip()


def test_the_number_of_threads_changes_no_byte() -> None:
    digests = {run("print(digest())", DRYPOINT_THREADS=str(count)) for count in (1, 2, 5)}
    assert len(digests) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_after_drawing_draws_the_same_and_warns_nobody() -> None:
    printed = run(
        """
        import os
        first = digest()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writer, digest().encode())
            os._exit(0)
        os.close(writer)
        in_child = os.read(reader, 100).decode()
        assert os.waitpid(child, 0)[1] == 0
        assert first == in_child == digest()
        print("same")
        """,
        "-W",
        "error",
        DRYPOINT_THREADS="2",
    )
    assert printed == "same"


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(method: str, tmp_path: os.PathLike[str]) -> None:
    import multiprocessing

    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system has no {method}")
    script = os.path.join(tmp_path, "script.py")
    with open(script, "w") as file:
        file.write(
            FIGURE
            + textwrap.dedent(f"""
            def work(_):
                return digest()

            if __name__ == "__main__":
                import multiprocessing
                first = digest()
                with multiprocessing.get_context("{method}").Pool(2) as pool:
                    assert set(pool.map(work, range(3))) == {{first}}
                print("same")
            """)
        )
    done = subprocess.run(
        [sys.executable, "-W", "error", script],
        env=os.environ | {"DRYPOINT_THREADS": "2"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "same", "")


def test_an_exit_with_work_queued_is_clean() -> None:
    assert (
        run(
            """
            from drypoint.adapter.renderer import Renderer
            from matplotlib.path import Path
            from matplotlib.transforms import IdentityTransform
            renderer = Renderer(1000, 1000, 100)
            path = Path(np.random.default_rng(0).uniform(0, 1000, (3000, 2)))
            for _ in range(200):
                renderer.draw_path(renderer.new_gc(), path, IdentityTransform(), (1, 0, 0, 0.5))
            print("done")
            """,
            DRYPOINT_THREADS="2",
        )
        == "done"
    )


def test_renderers_draw_in_many_threads_at_once() -> None:
    def draw(seed: int) -> bytes:
        rng = np.random.default_rng(seed % 4)
        renderer = Renderer(200, 150, 100)
        for _ in range(50):
            path = Path(rng.uniform(0, 200, (100, 2)))
            renderer.draw_path(renderer.new_gc(), path, IdentityTransform(), tuple(rng.random(4)))
            renderer.draw_markers(
                renderer.new_gc(),
                Path.unit_circle(),
                Affine2D().scale(4),
                path,
                IdentityTransform(),
                (1, 0, 0),
            )
        return renderer.tostring_argb()

    expected = [draw(seed) for seed in range(4)]
    with ThreadPoolExecutor(8) as threads:
        for seed, drawn in enumerate(threads.map(draw, range(40))):
            assert drawn == expected[seed % 4]


def test_one_renderer_may_be_used_from_other_threads() -> None:
    renderer = Renderer(200, 150, 100)

    def draw(index: int) -> None:
        x = index * 10
        box = Path([[x, 10], [x + 5, 10], [x + 5, 60], [x, 60], [x, 10]])
        gc = renderer.new_gc()
        gc.set_linewidth(0)
        renderer.draw_path(gc, box, IdentityTransform(), (1, 0, 0))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(draw, range(20)))
    alpha = np.asarray(renderer.buffer_rgba())[150 - 30, :, 3]
    assert (alpha == 255).sum() == 100


def test_an_interrupted_wait_loses_nothing() -> None:
    printed = run(
        """
        import signal, threading
        from matplotlib.backend_bases import GraphicsContextBase
        from matplotlib.path import Path
        from matplotlib.transforms import Affine2D
        from drypoint.adapter.renderer import Renderer

        line = Path(np.random.default_rng(0).random((30_000, 2)) * 400)
        line.should_simplify = False

        def drawing(interrupt):
            renderer = Renderer(400, 400, 100)
            for _ in range(8):
                renderer.draw_path(GraphicsContextBase(), line, Affine2D())
            if interrupt:
                timer = threading.Timer(0.1, signal.raise_signal, [signal.SIGINT])
                timer.start()
                try:
                    renderer.buffer_rgba()
                    timer.join()  # drawn already: nothing was there to wait for
                except KeyboardInterrupt:
                    print("interrupted")
                timer.join()
            return np.asarray(renderer.buffer_rgba()).copy()

        assert (drawing(True) == drawing(False)).all()
        """,
        DRYPOINT_THREADS="2",
    )
    assert printed == "interrupted"
