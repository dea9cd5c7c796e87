"""Before and after a take-over."""

from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

import drypoint


@pytest.fixture
def agg() -> Iterator[None]:
    """Each test begins and ends with Matplotlib's own Agg."""
    drypoint.uninstall()
    with mpl.rc_context():
        plt.switch_backend("agg")
        yield
    plt.close("all")
    drypoint.uninstall()


@pytest.fixture
def installed(agg: None) -> None:
    drypoint.install()
