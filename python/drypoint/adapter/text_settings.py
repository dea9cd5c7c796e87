"""The rcParams that text depends on."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from matplotlib import ft2font

from . import compat

_HINTING = {
    "default": ft2font.LoadFlags.DEFAULT,
    "either": ft2font.LoadFlags.DEFAULT,
    "no_autohint": ft2font.LoadFlags.NO_AUTOHINT,
    "native": ft2font.LoadFlags.NO_AUTOHINT,
    "force_autohint": ft2font.LoadFlags.FORCE_AUTOHINT,
    "auto": ft2font.LoadFlags.FORCE_AUTOHINT,
    True: ft2font.LoadFlags.FORCE_AUTOHINT,
    "no_hinting": ft2font.LoadFlags.NO_HINTING,
    "none": ft2font.LoadFlags.NO_HINTING,
    False: ft2font.LoadFlags.NO_HINTING,
}

_RC_KEYS = (
    "text.hinting",
    "font.enable_last_resort",
    # which fonts are found
    "font.family",
    "font.style",
    "font.variant",
    "font.weight",
    "font.stretch",
    "font.size",
    "font.serif",
    "font.sans-serif",
    "font.cursive",
    "font.fantasy",
    "font.monospace",
    # what mathtext makes of them
    "mathtext.default",
    "mathtext.fallback",
    "mathtext.fontset",
    "mathtext.rm",
    "mathtext.it",
    "mathtext.bf",
    "mathtext.bfit",
    "mathtext.sf",
    "mathtext.tt",
    "mathtext.cal",
)


class Settings:
    """The rcParams that text depends on, at one moment.

    The same values give the same object, so it serves as a part of keys.

    Attributes
    ----------
    flags : LoadFlags
        How glyphs are hinted.
    flags_value : int
        The same as a number.
    last_resort : bool
        Whether Matplotlib's font of last resort helps out.
    """

    __slots__ = ("flags", "flags_value", "last_resort", "values")

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values
        self.flags = _HINTING[values[0]]
        self.flags_value: int = self.flags.value
        self.last_resort = bool(values[1])


@lru_cache(256)
def _settings_of(values: tuple[Any, ...]) -> Settings:
    return Settings(tuple(list(v) if isinstance(v, tuple) else v for v in values))


_last_settings: Settings | None = None


def settings() -> Settings:
    """The settings of now."""
    global _last_settings
    last = _last_settings
    if last is not None and compat.rc_values_are(_RC_KEYS, last.values):
        return last
    values = compat.rc_values(_RC_KEYS)
    last = _settings_of(tuple(tuple(v) if isinstance(v, list) else v for v in values))
    _last_settings = last
    return last
