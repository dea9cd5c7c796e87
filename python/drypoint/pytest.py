"""A pytest plugin: a project's test suite draws with drypoint, unchanged.

::

    pytest -p drypoint.pytest

Takes Agg over when the plugin loads, which is before any test module does, says so in the header
and counts at the end what was drawn. Processes of pytest-xdist do the same; processes that tests
start themselves draw with Agg, unless the hook of the environment is installed. Documents (PDF, SVG, …)
stay with Matplotlib's writers, with which suites compare them, and names of backends mean what they meant.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest

from drypoint import takeover

__all__ = ["pytest_report_header", "pytest_terminal_summary", "surfaces_made"]

_SURFACES = "drypoint_surfaces"

# Now rather than in a hook: plugins and conftest files that load next may draw.
_ours = not takeover.installed()
# Suites compare documents with files that Matplotlib wrote.
takeover.install(documents=False, names=False)
# What was made so far, from each process; this one's is added at the end.
_surfaces_elsewhere = 0


def surfaces_made() -> int:
    """On how many canvases this process has drawn with drypoint."""
    grafts: Any = sys.modules.get("drypoint.adapter.grafts")
    return grafts.surfaces_made() if grafts is not None else 0


def pytest_unconfigure() -> None:
    """Give Agg back, for a session inside another program."""
    if _ours:
        takeover.uninstall()


def pytest_report_header() -> str:
    """Return the line about drypoint in the header."""
    from importlib.metadata import version

    return f"drypoint: {version('drypoint')} draws in the place of Agg"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the controlling process of pytest-xdist what this one has drawn."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_SURFACES] = surfaces_made()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Count what was drawn."""
    count = surfaces_made() + _surfaces_elsewhere
    terminalreporter.write_line(f"drypoint: {count} canvases drawn on in the place of Agg")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what a process of pytest-xdist has drawn."""
    global _surfaces_elsewhere
    _surfaces_elsewhere += getattr(node, "workeroutput", {}).get(_SURFACES, 0)
