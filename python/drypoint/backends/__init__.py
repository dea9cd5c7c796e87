"""One short module per selectable backend."""

import pkgutil

__all__ = ["names"]


def names() -> list[str]:
    """Names of the backends, without the "drypoint-" that Matplotlib knows them by."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))
