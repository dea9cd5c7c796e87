"""Named tuples whose classes are quickly made.

`NamedTuple` compiles code for each class, several times slower; that is time of every process's first save.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any, ClassVar, Self, dataclass_transform

__all__ = ["Record"]


@dataclass_transform(frozen_default=True)
class Record(tuple[Any, ...]):
    """A tuple whose items have the names that a subclass annotates, in this order; values are defaults."""

    __slots__ = ()

    _fields: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, object]] = {}

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)
        cls._defaults = {name: vars(cls)[name] for name in cls._fields if name in vars(cls)}
        for place, name in enumerate(cls._fields):
            setattr(cls, name, property(itemgetter(place)))

    def __new__(cls, *values: Any, **named: Any) -> Self:
        """Values in the order of the names, or by name; `TypeError` if some lack or are too many."""
        if named or len(values) != len(cls._fields):
            placed = dict(zip(cls._fields, values, strict=False))
            given = {**cls._defaults, **placed, **named}
            if (
                given.keys() != set(cls._fields)
                or len(values) != len(placed)
                or named.keys() & placed.keys()
            ):
                raise TypeError(f"{cls.__name__} takes {', '.join(cls._fields)}")
            values = tuple(given[name] for name in cls._fields)
        return tuple.__new__(cls, values)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        items = ", ".join(
            f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True)
        )
        return f"{type(self).__name__}({items})"
