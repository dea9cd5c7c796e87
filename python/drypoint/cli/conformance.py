"""``drypoint conformance``: Matplotlib's own tests and gallery, drawn by a backend and by Agg."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Run the command; the result is the exit status."""
    from drypoint.conformance import cli

    return cli.main(arguments)
