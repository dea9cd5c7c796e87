"""What the tests of windows share."""

from collections.abc import Iterator

import pytest

from tests.windows.display import missing_programs, x_server


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The name of an X server of their own."""
    missing = missing_programs()
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}")
    with x_server() as name:
        yield name
