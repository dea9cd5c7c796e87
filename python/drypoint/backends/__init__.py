"""One short module per selectable backend."""

__all__ = ["names"]


def names() -> list[str]:
    """Names of the backends, without the "drypoint-" that Matplotlib knows them by."""
    import pkgutil  # seldom needed

    return sorted(module.name for module in pkgutil.iter_modules(__path__))
