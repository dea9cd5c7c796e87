"""One short module per selectable backend."""

__all__ = ["WITH_PACKAGES", "names", "selectable_name"]

WITH_PACKAGES = frozenset({"cairo", "inline", "notebook", "web"})
"""Backends that need packages which drypoint does not bring; an `ImportError` of their modules says which."""


def names() -> list[str]:
    """Names of the backends, as their modules are called."""
    import pkgutil  # seldom needed

    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def selectable_name(name: str) -> str:
    """The name that Matplotlib knows a backend by."""
    return "drypoint" if name == "auto" else f"drypoint-{name}"
