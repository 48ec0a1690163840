"""Columns of a table that are put together when they are first asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from numpy.typing import NDArray

__all__ = ["AskedColumns", "Maker"]

#: Makes a column by its name.
Maker: TypeAlias = Callable[[str], NDArray[Any]]


class AskedColumns(Mapping[str, NDArray[Any]]):
    """Columns by name, each made on asking.

    Parameters
    ----------
    names : sequence of str
        The columns there are, in their order.
    make : callable
        Gives a column; it must give the same one whenever it is asked.

    Examples
    --------
    >>> import numpy as np
    >>> columns = AskedColumns(["a", "b"], lambda name: print("made", name) or np.zeros(2))
    >>> columns["a"].tolist(), columns["a"].tolist(), list(columns)
    made a
    ([0.0, 0.0], [0.0, 0.0], ['a', 'b'])
    """

    def __init__(self, names: Sequence[str], make: Maker) -> None:
        self._names, self.make = tuple(names), make
        self._made: dict[str, NDArray[Any]] = {}

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made[name] = self.make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
