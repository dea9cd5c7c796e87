"""What becomes of a drawing for which memory is lacking, in a process of its own that may not have more."""

import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's here")


def test_a_clip_path_that_does_not_fit_is_an_ordinary_error() -> None:
    script = """
        import resource
        import numpy as np
        from matplotlib.figure import Figure
        from matplotlib.patches import Rectangle
        from matplotlib.path import Path
        from matplotlib.transforms import IdentityTransform
        import drypoint
        from drypoint.backends import agg

        drypoint.options.threads = 1
        side = 5000
        figure = Figure(figsize=(side / 100, side / 100), dpi=100)
        canvas = agg.FigureCanvas(figure)
        square = Rectangle((0, 0), side, side, transform=IdentityTransform(), color="red")
        figure.add_artist(square)

        def draw(clip):
            square.set_clip_path(clip, IdentityTransform())
            canvas.draw()
            return np.asarray(canvas.buffer_rgba())[::50, ::50].copy()

        few = Path([(100, 100), (side - 100, 100), (side / 2, side - 100)])
        x = np.linspace(0, side, 4000)
        many = Path(np.column_stack([x, np.where(np.arange(x.size) % 2, 10, side - 10)]))
        before = draw(few)
        assert (before == before[0, 0]).all(axis=2).any() and (before == (255, 0, 0, 255)).all(axis=2).any()

        pages = int(open("/proc/self/statm").read().split()[0])
        limit = pages * resource.getpagesize() + (32 << 20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
        try:
            draw(many)
        except MemoryError as error:
            print(error)
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        np.testing.assert_array_equal(draw(few), before)
        draw(many)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("not enough memory")
