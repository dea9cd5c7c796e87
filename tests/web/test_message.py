"""The decoder of a view's messages: accepts what the protocol says, and never raises anything else."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drypoint.web import message
from drypoint.web.message import MessageError, decode

POINTER = {
    "type": "pointer",
    "action": "down",
    "x": 10.5,
    "y": 20,
    "button": 2,
    "buttons": 2,
    "modifiers": ["ctrl"],
    "number": 7,
}
GOOD: list[dict[str, Any]] = [
    {"type": "hello", "version": 1, "ratio": 1.5},
    POINTER,
    {"type": "wheel", "x": 1, "y": 2, "steps": -0.25, "number": 1},
    {"type": "key", "action": "up", "key": "ä", "modifiers": ["shift"], "number": 3},
    {"type": "resize", "width": 640, "height": 480.5},
    {"type": "tool", "name": "pan", "number": 0},
    {"type": "shown", "frame": 4294967295},
    {"type": "save", "format": "png"},
]


def test_fields_arrive() -> None:
    assert decode(json.dumps(POINTER)) == message.Pointer(
        "down", 10.5, 20.0, 2, 2, frozenset({"ctrl"}), 7
    )


@pytest.mark.parametrize("fields", GOOD, ids=lambda fields: fields["type"])
def test_every_type_is_decoded(fields: dict[str, Any]) -> None:
    assert type(decode(json.dumps(fields))).__name__.lower() == fields["type"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"type": "exec"}, "known type"),
        ({"type": ["pointer"]}, "known type"),
        ({"action": "sideways"}, "action must be one of"),
        ({"x": float("nan")}, "x must be from"),
        ({"x": 1e300}, "x must be from"),
        ({"x": True}, "x must be a number"),
        ({"x": "1"}, "x must be a number"),
        ({"button": 5}, "button must be from"),
        ({"button": 1.0}, "button must be a whole number"),
        ({"modifiers": ["hyper"]}, "modifiers must be"),
        ({"modifiers": "ctrl"}, "modifiers must be"),
        ({"modifiers": [[]]}, "modifiers must be"),
        ({"number": -1}, "number must be from"),
    ],
)
def test_other_values_are_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(MessageError, match=says):
        decode(json.dumps({**POINTER, **change}))


@pytest.mark.parametrize(
    "text", ["", "[]", "1", "null", "{", '"hello"', b"\xff\xfe\x00", "[" * 4000]
)
def test_other_texts_are_refused(text: str | bytes) -> None:
    with pytest.raises(MessageError):
        decode(text)


def test_long_messages_are_refused() -> None:
    with pytest.raises(MessageError, match="at most 4096 bytes"):
        decode(json.dumps({**POINTER, "more": "x" * 5000}))


def test_keys_are_short_and_printable() -> None:
    for key in ("", "a" * 33, "\n", "\x1b"):
        with pytest.raises(MessageError, match="key must be a short text"):
            decode(json.dumps({"type": "key", "action": "up", "key": key, "number": 1}))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


# The first text that is drawn takes a second.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_no_message_raises_anything_else(data: st.DataObject) -> None:
    fields = dict(data.draw(st.sampled_from(GOOD)))
    for name in data.draw(st.sets(st.sampled_from([*fields, "other"]), max_size=3)):
        fields[name] = data.draw(json_values)
    try:
        decoded = decode(json.dumps(fields))
    except MessageError:
        return
    # What gets through is what has been said, in range.
    for name in ("x", "y", "width", "height", "ratio", "steps"):
        value = getattr(decoded, name, 1.0)
        assert isinstance(value, float)
        assert abs(value) <= 1e6


@given(st.text() | st.binary())
def test_no_text_raises_anything_else(text: str | bytes) -> None:
    with contextlib.suppress(MessageError):
        decode(text)
