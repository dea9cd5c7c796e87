"""Names of keys, buttons and pointers: a browser's beside Matplotlib's."""

from __future__ import annotations

from matplotlib.backend_bases import MouseButton, cursors

__all__ = ["BUTTONS", "CURSOR_NAMES", "MODIFIERS", "buttons_held", "key_name"]

# What browsers call keys, and what Matplotlib does; all others are characters.
_KEYS = {
    "Alt": "alt",
    "AltGraph": "alt",
    "ArrowDown": "down",
    "ArrowLeft": "left",
    "ArrowRight": "right",
    "ArrowUp": "up",
    "CapsLock": "caps_lock",
    "Control": "control",
    "Meta": "super",
    "NumLock": "num_lock",
    "OS": "super",
    "PageDown": "pagedown",
    "PageUp": "pageup",
    "ScrollLock": "scroll_lock",
    "Spacebar": " ",
}
MODIFIERS = {"ctrl": "ctrl", "alt": "alt", "shift": "shift", "meta": "super"}
# What a modifier is called as a key of its own, where that differs.
_OWN_NAMES = {"control": "ctrl"}

CURSOR_NAMES = {
    cursors.HAND: "pointer",
    cursors.POINTER: "default",
    cursors.SELECT_REGION: "crosshair",
    cursors.MOVE: "move",
    cursors.WAIT: "wait",
    cursors.RESIZE_HORIZONTAL: "ew-resize",
    cursors.RESIZE_VERTICAL: "ns-resize",
}

# In the order of the browser's numbers.
BUTTONS = (
    MouseButton.LEFT,
    MouseButton.MIDDLE,
    MouseButton.RIGHT,
    MouseButton.BACK,
    MouseButton.FORWARD,
)


def key_name(key: str, modifiers: frozenset[str]) -> str | None:
    """Matplotlib's name of a key that a browser names; None if it has none.

    Parameters
    ----------
    key : str
        As in `KeyboardEvent.key` of browsers.
    modifiers : set of str
        Those held down: "ctrl", "alt", "shift", "meta".
    """
    if key in ("Dead", "Unidentified", "Process", "Compose"):
        return None
    name = _KEYS.get(key) or (key if len(key) == 1 else key.lower())
    own = _OWN_NAMES.get(name, name)
    held = [MODIFIERS[m] for m in ("ctrl", "alt", "meta") if m in modifiers]
    # A character has been shifted already: "A", not "shift+a".
    if "shift" in modifiers and len(name) > 1:
        held.append("shift")
    return "+".join([*(modifier for modifier in held if modifier != own), name])


def buttons_held(mask: int) -> set[MouseButton]:
    """The buttons in `MouseEvent.buttons` of browsers, one bit for each."""
    pairs = {
        1: MouseButton.LEFT,
        2: MouseButton.RIGHT,
        4: MouseButton.MIDDLE,
        8: MouseButton.BACK,
        16: MouseButton.FORWARD,
    }
    return {button for bit, button in pairs.items() if mask & bit}
