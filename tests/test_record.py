"""Tests of `drypoint.record`."""

import copy
import pickle

import pytest

from drypoint.record import Record


class Point(Record):
    """Two numbers, the second of which may lack."""

    x: int
    y: int = 7


def test_items_have_names_and_defaults() -> None:
    """A record is a tuple, is made by place or by name, and says what it holds."""
    assert Point(1) == Point(x=1) == Point(1, y=7) == (1, 7)
    assert (Point(1, 2).x, Point(1, 2).y) == (1, 2)
    assert {Point(3, 4): "there"}[Point(y=4, x=3)] == "there"
    assert repr(Point(1)) == "Point(x=1, y=7)"
    with pytest.raises(AttributeError):
        Point(1).x = 2  # type: ignore[misc]


def test_copies_are_records() -> None:
    """Copying and pickling give the same class."""
    for twin in (copy.copy(Point(1)), pickle.loads(pickle.dumps(Point(1)))):
        assert type(twin) is Point
        assert twin == (1, 7)


def test_wrong_values_are_errors() -> None:
    """What lacks, has no name here or comes twice is not swallowed."""
    for values, named in (((), {}), ((1, 2, 3), {}), ((1,), {"z": 2}), ((1,), {"x": 2})):
        with pytest.raises(TypeError, match="Point takes x, y"):
            Point(*values, **named)
