"""Live figures while a person types: their work is done whenever Python waits for a line.

In a kernel of Jupyter, or anything else with a running event loop, that loop does it; at a prompt
of IPython or Python, the hook that the prompt has for this. In a program none of them is there:
``plt.show()`` and ``plt.pause()`` do the work.
"""

from __future__ import annotations

import asyncio
import ctypes
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drypoint.web.work import WorkQueue

__all__ = ["attach"]

# How long typing may wait for a figure's loop to look for it.
_STEP_S = 0.02

_attached: dict[int, object] = {}
_lock = threading.Lock()


def attach(queue: WorkQueue) -> None:
    """Have a queue's work done between the lines that a person types; once for each queue."""
    with _lock:
        known = _attached.get(id(queue))
        loop = _running_loop()
        if known is not None and (loop is None or known is loop):
            return
        if loop is not None:
            _attach_to_loop(queue, loop)
            _attached[id(queue)] = loop
        elif _attach_to_ipython(queue):
            _attached[id(queue)] = "ipython"
        elif hasattr(sys, "ps1") or sys.flags.interactive:
            _attached[id(queue)] = _attach_to_prompt(queue)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _attach_to_loop(queue: WorkQueue, loop: asyncio.AbstractEventLoop) -> None:
    def wake(delay_s: float) -> None:
        try:
            loop.call_soon_threadsafe(loop.call_later, delay_s, queue.run_pending)
        except RuntimeError:
            # The loop is closed; its figures have ended with it.
            queue.remove_waker(wake)

    queue.add_waker(wake)
    wake(0)


def _attach_to_ipython(queue: WorkQueue) -> bool:
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "pt_app"):
        return False
    from IPython.terminal import pt_inputhooks

    def hook(context: Any) -> None:
        while not context.input_is_ready():
            queue.run(context.input_is_ready, _STEP_S)

    pt_inputhooks.register("drypoint", hook)  # type: ignore[no-untyped-call,unused-ignore]
    shell.enable_gui("drypoint")
    return True


def _attach_to_prompt(queue: WorkQueue) -> object:
    import select

    def typed() -> bool:
        return bool(select.select([sys.stdin], [], [], 0)[0])

    def work() -> int:
        try:
            while not typed():
                queue.run(typed, _STEP_S)
        except (KeyboardInterrupt, OSError, ValueError):
            pass  # The prompt itself has to say so.
        return 0

    hook = ctypes.PYFUNCTYPE(ctypes.c_int)(work)
    # The same slot that Tk takes while it has a window; whoever comes last has it.
    ctypes.c_void_p.in_dll(ctypes.pythonapi, "PyOS_InputHook").value = ctypes.cast(
        hook, ctypes.c_void_p
    ).value
    return hook
