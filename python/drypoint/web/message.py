"""What a view sends, checked; and the frame of what it is sent.

A view's messages are JSON objects. `decode` accepts exactly what docs/web-protocol.md says and
raises `MessageError` for all else, so that nobody behind it needs to doubt a value.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

__all__ = [
    "MAX_MESSAGE_BYTES",
    "VERSION",
    "Hello",
    "Key",
    "Message",
    "MessageError",
    "Pointer",
    "Resize",
    "Save",
    "Shown",
    "Tool",
    "Wheel",
    "decode",
    "file_message",
]

#: Raised whenever an old view could misunderstand a new figure, or the reverse.
VERSION = 1

#: No message of a view comes near; a longer one is somebody else's.
MAX_MESSAGE_BYTES = 4096

# A screen has fewer pixels in any direction, and a figure of as many takes a gigabyte.
_MAX_SIZE_PX = 16384.0
# Far outside of any figure, but still an integer to everybody.
_MAX_PLACE_PX = 1e6
_MAX_NUMBER = 2**32 - 1

MODIFIERS = ("ctrl", "alt", "shift", "meta")
TOOLS = ("home", "back", "forward", "pan", "zoom")

PointerAction: TypeAlias = Literal["move", "down", "up", "double", "enter", "leave"]
_POINTER_ACTIONS = ("move", "down", "up", "double", "enter", "leave")


class MessageError(ValueError):
    """A message is not one of the protocol; says which rule it breaks."""


@dataclass(frozen=True, slots=True)
class Hello:
    """A view begins, or begins again after its connection was cut.

    Attributes
    ----------
    version : int
        Of the protocol, as the view knows it.
    ratio : float
        Pixels of the screen per CSS pixel.
    """

    version: int
    ratio: float


@dataclass(frozen=True, slots=True)
class Pointer:
    """Mouse, finger or pen; places in CSS pixels of the figure, y down from the top.

    Attributes
    ----------
    button : int
        0 left, 1 middle, 2 right, 3 back, 4 forward; -1 where none has changed.
    buttons : int
        Those held down: 1 left, 2 right, 4 middle, 8 back, 16 forward.
    number : int
        Grows with each message of the view.
    """

    action: PointerAction
    x: float
    y: float
    button: int
    buttons: int
    modifiers: frozenset[str]
    number: int


@dataclass(frozen=True, slots=True)
class Wheel:
    """The wheel, or two fingers; `steps` grow when scrolling up, and need not be whole."""

    x: float
    y: float
    steps: float
    modifiers: frozenset[str]
    number: int


@dataclass(frozen=True, slots=True)
class Key:
    """A key, named as browsers do: ``a``, ``Enter``, ``ArrowLeft``."""

    action: Literal["down", "up"]
    key: str
    modifiers: frozenset[str]
    number: int


@dataclass(frozen=True, slots=True)
class Resize:
    """The view gives the figure another size, in CSS pixels."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tool:
    """A button of the toolbar."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The view shows this frame and is ready for another."""

    frame: int


@dataclass(frozen=True, slots=True)
class Save:
    """The view wants the figure as a file; the format is a name that `Subject` has offered."""

    format: str


Message: TypeAlias = Hello | Pointer | Wheel | Key | Resize | Tool | Shown | Save


def decode(text: str | bytes) -> Message:
    """A message of a view.

    Parameters
    ----------
    text : str or bytes
        JSON; bytes in UTF-8.

    Raises
    ------
    MessageError
        If it is no message of the protocol. No other exception, whatever the text is.
    """
    if len(text) > MAX_MESSAGE_BYTES:
        raise MessageError(f"a message has at most {MAX_MESSAGE_BYTES} bytes")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise MessageError("a message must be JSON") from None
    if not isinstance(fields, dict):
        raise MessageError("a message must be an object")
    kind = fields.get("type")
    make = _DECODERS.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise MessageError("a message must have a known type")
    return make(_Fields(fields))


class _Fields:
    """The fields of a message, each taken out with a check."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def number(self, name: str, least: float, most: float) -> float:
        value = self._fields.get(name)
        # A bool is an int in Python, and JSON as Python reads it has NaN.
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise MessageError(f"{name} must be a number")
        if not least <= value <= most or math.isnan(value):
            raise MessageError(f"{name} must be from {least:g} to {most:g}")
        return float(value)

    def whole(self, name: str, least: int, most: int) -> int:
        value = self._fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise MessageError(f"{name} must be a whole number")
        if not least <= value <= most:
            raise MessageError(f"{name} must be from {least} to {most}")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self._fields.get(name)
        if not isinstance(value, str) or value not in choices:
            raise MessageError(f"{name} must be one of {', '.join(choices)}")
        return value

    def word(self, name: str, most: int) -> str:
        value = self._fields.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable():
            raise MessageError(f"{name} must be a short text")
        return value

    def place(self, name: str) -> float:
        return self.number(name, -_MAX_PLACE_PX, _MAX_PLACE_PX)

    def modifiers(self) -> frozenset[str]:
        value = self._fields.get("modifiers", [])
        if not isinstance(value, list) or not all(
            isinstance(name, str) and name in MODIFIERS for name in value
        ):
            raise MessageError(f"modifiers must be some of {', '.join(MODIFIERS)}")
        return frozenset(value)

    def order(self) -> int:
        return self.whole("number", 0, _MAX_NUMBER)


def _hello(fields: _Fields) -> Hello:
    return Hello(fields.whole("version", 0, _MAX_NUMBER), fields.number("ratio", 0.25, 8))


def _pointer(fields: _Fields) -> Pointer:
    return Pointer(
        cast("PointerAction", fields.choice("action", _POINTER_ACTIONS)),
        fields.place("x"),
        fields.place("y"),
        fields.whole("button", -1, 4),
        fields.whole("buttons", 0, 31),
        fields.modifiers(),
        fields.order(),
    )


def _wheel(fields: _Fields) -> Wheel:
    x, y = fields.place("x"), fields.place("y")
    return Wheel(x, y, fields.number("steps", -100, 100), fields.modifiers(), fields.order())


def _key(fields: _Fields) -> Key:
    action = cast("Literal['down', 'up']", fields.choice("action", ("down", "up")))
    return Key(action, fields.word("key", 32), fields.modifiers(), fields.order())


def _resize(fields: _Fields) -> Resize:
    return Resize(fields.number("width", 1, _MAX_SIZE_PX), fields.number("height", 1, _MAX_SIZE_PX))


def _tool(fields: _Fields) -> Tool:
    return Tool(fields.choice("name", TOOLS), fields.order())


def _shown(fields: _Fields) -> Shown:
    return Shown(fields.whole("frame", 0, _MAX_NUMBER))


def _save(fields: _Fields) -> Save:
    return Save(fields.word("format", 16))


_DECODERS: dict[str, Callable[[_Fields], Message]] = {
    "hello": _hello,
    "pointer": _pointer,
    "wheel": _wheel,
    "key": _key,
    "resize": _resize,
    "tool": _tool,
    "shown": _shown,
    "save": _save,
}

#: The first byte of binary messages.
FRAME, FILE = 1, 2


def file_message(name: str, media_type: str, data: bytes) -> bytes:
    """A file for the user: one byte `FILE`, the length of a JSON head as u32, the head, the data."""
    head = json.dumps({"name": name, "mediaType": media_type}).encode()
    return b"".join([bytes([FILE]), len(head).to_bytes(4, "little"), head, data])
