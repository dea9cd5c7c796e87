"""A pytest plugin that leaves out Matplotlib's tests that compare with stored images."""

import pytest

from drypoint.conformance.plugin import image_format


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that are not about images."""
    images = [item for item in items if image_format(item) is not None]
    items[:] = [item for item in items if image_format(item) is None]
    config.hook.pytest_deselected(items=images)
