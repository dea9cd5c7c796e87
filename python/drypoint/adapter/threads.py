"""The engine's threads: how many, and what becomes of them when the process forks or ends."""

import atexit
import os

from drypoint import _core
from drypoint.options import options

_followed: int | None = None


def follow_options() -> None:
    """Make the engine use as many threads as `drypoint.options.threads` says."""
    global _followed
    wanted = options.threads
    if wanted != _followed:
        _core.set_threads(wanted)
        _followed = wanted


# Threads do not survive a fork, and Python warns of forking while there are any: they finish what
# they have, end, and are started again by the next drawing, on both sides.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_core.stop_threads, after_in_child=_core.forked)
atexit.register(_core.stop_threads)
