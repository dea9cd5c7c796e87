"""Both ways of writing a file."""

from collections.abc import Iterator

import pytest

import drypoint


@pytest.fixture(params=[True, False], ids=["atomic", "in place"], autouse=True)
def atomic(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Every test runs with both ways of writing, unless it says otherwise."""
    with drypoint.options.context(atomic_saves=request.param):
        yield request.param
