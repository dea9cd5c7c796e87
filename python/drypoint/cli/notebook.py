"""Running a notebook with nbclient, in a kernel of this very Python."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

from drypoint.cli.command import USAGE, CommandError
from drypoint.cli.program import Program

__all__ = ["execute", "run"]

NEEDED = ("nbclient", "nbformat", "ipykernel", "jupyter_client")


def run(program: Program, output: str | None) -> int:
    """Run a notebook with drypoint in Agg's place; print what its cells print.

    Parameters
    ----------
    program : Program
        The notebook; it takes no arguments.
    output : str, optional
        Where to write the notebook with its outputs.

    Returns
    -------
    int
        1 if a cell raised, else 0.

    Raises
    ------
    CommandError
        If a package is missing, or the notebook cannot be read or written.
    """
    if program.arguments:
        raise CommandError("a notebook takes no arguments", USAGE)
    notebook, error = execute(Path(program.name), "import drypoint; drypoint.install()")
    if output is not None:
        _write(notebook, Path(output))
    if error:
        print(error, file=sys.stderr)
    return int(bool(error))


def execute(path: Path, before: str, after: str = "") -> tuple[Any, str]:
    """Run the cells of a notebook in its folder.

    Parameters
    ----------
    path : Path
        The notebook.
    before, after : str
        Code to run in the kernel before the first cell, and after the last one or one that raises;
        neither is seen by the notebook.

    Returns
    -------
    notebook : nbformat.NotebookNode
        With its outputs.
    error : str
        The traceback of the cell that raised, or "".

    Raises
    ------
    CommandError
        If a package is missing, the notebook cannot be read, the kernel dies or does not know us.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise CommandError(
            f"running a notebook needs {' and '.join(missing)}: pip install nbclient ipykernel"
        )
    nbformat: Any = importlib.import_module("nbformat")
    from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import DeadKernelError

    try:
        notebook = nbformat.read(path, as_version=4)
    except OSError as error:
        raise CommandError(f"cannot open {path}: {error.strerror}", USAGE) from error
    except Exception as error:  # nbformat raises several kinds
        raise CommandError(f"{path} is not a notebook ({type(error).__name__})", USAGE) from error
    # The native kernel is this Python's, whatever the notebook was written with.
    manager: Any = AsyncKernelManager(kernel_name=NATIVE_KERNEL_NAME)
    manager.kernel_spec.argv = [
        *(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
        "--log-level=ERROR",
    ]
    client: Any = NotebookClient(
        notebook,
        km=manager,
        timeout=None,
        resources={"metadata": {"path": str(path.resolve().parent)}},
        on_cell_executed=_print_output,
    )
    try:
        return notebook, asyncio.run(_execute(client, before, after))
    except DeadKernelError as error:
        raise CommandError(f"the kernel of {path} died") from error


async def _execute(client: Any, before: str, after: str) -> str:
    """Run everything in a new kernel; the traceback of the cell that raised, or ""."""
    from nbclient.exceptions import CellExecutionError

    failure = ""
    async with client.async_setup_kernel():
        await _execute_unseen(client, before)
        try:
            for index, cell in enumerate(client.nb.cells):
                await client.async_execute_cell(cell, index)
        except CellExecutionError as error:
            failure = error.traceback.rstrip()
        await _execute_unseen(client, after)
    return failure


async def _execute_unseen(client: Any, code: str) -> None:
    """Run code in the kernel that leaves no trace in the notebook."""
    reply = await client.kc.execute_interactive(code, store_history=False, output_hook=_ignore)
    content = reply["content"]
    if content["status"] == "error":
        raise CommandError(f"the kernel says {content['ename']}: {content['evalue']}")


def _ignore(message: object) -> None:
    """Drop an output."""


def _print_output(cell: Any, **_: object) -> None:
    """Print what a cell printed, as a script would have."""
    for output in cell.get("outputs", ()):
        if output["output_type"] == "stream":
            stream = sys.stderr if output["name"] == "stderr" else sys.stdout
            print(output["text"], end="", file=stream, flush=True)


def _write(notebook: Any, path: Path) -> None:
    nbformat: Any = importlib.import_module("nbformat")

    try:
        nbformat.write(notebook, path)
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}") from error
