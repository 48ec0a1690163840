"""What an engine answers, read as leaves: keys are numbered here, where they are few."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpas.model import Plan
from cpas.tables.arrow_arrays import coded_array, word_numbers
from cpas.tables.lazy_asked import Asked
from cpas.tables.leaves import Leaves, bits_in

__all__ = ["members_of", "read_leaves"]

Codes = NDArray[np.int64]


def read_leaves(table: Any, asked: Asked, reasons: Mapping[str, int]) -> Leaves:
    """Return what an engine made of a table as leaves; columns that were not asked for say nothing."""
    observations = asked.observations
    length = table.num_rows

    def number(name: str, *, blank: float = 0.0) -> NDArray[np.float64]:
        if name not in table.column_names:
            return np.full(length, blank)
        return _floats(table[name], blank)

    def whole(name: str) -> Codes:
        return number(name).astype(np.int64)

    census = observations.census.numbers
    root = np.full(length, observations.tree.root, dtype=np.int64)
    said = whole("said")
    return Leaves(
        indicator=_numbered(table["indicator"], lambda word: census.get(word, -1)),
        place=_numbered(table["place"], asked.read_place) if "place" in table.column_names else root,
        cell=_cells(table, asked, length),
        span=whole("span"),
        # Doubled rows spill over into other bits, so that there are fewer of these than rows.
        rows=bits_in(said),
        odd=whole("odd"),
        said=said,
        valued=whole("valued"),
        above=whole("above"),
        below=whole("below"),
        silent={reason: whole(f"silent{reason}") for reason in reasons.values()},
        value=number("value"),
        numerator=number("numerator"),
        denominator=number("denominator"),
        product=number("product"),
        least=number("least", blank=np.nan),
        greatest=number("greatest", blank=np.nan),
        least_below=number("least_below", blank=np.nan),
        over=whole("over"),
        last=number("last", blank=np.nan),
    )


def _floats(column: Any, blank: float) -> NDArray[np.float64]:
    import pyarrow as pa

    # Whole sums come as decimals from an engine that does not let them overflow.
    column = column.cast(pa.float64(), safe=False)
    floats: NDArray[np.float64] = column.fill_null(blank).to_numpy().astype(np.float64, copy=False)
    return floats


def _numbered(column: Any, number: Callable[[Any], int]) -> Codes:
    """Return a column of words as numbers, asking once per word."""
    coded = coded_array(column)
    of_word = np.array([*map(number, coded.dictionary.to_pylist()), number(None)], dtype=np.int64)
    return of_word.take(word_numbers(coded))


def _cells(table: Any, asked: Asked, length: int) -> Codes:
    """Return the cell of each leaf: the numbers of its members, packed; −1 where there is no such member."""
    cell, unknown = np.zeros(length, dtype=np.int64), np.zeros(length, dtype=bool)
    for dimension in asked.observations.plan.dimensions:
        cell *= len(dimension.vocabulary) + 1
        if dimension.id in table.column_names:
            member = _numbered(table[dimension.id], asked.member_reader(dimension.id))
            unknown |= member < 0
            cell += np.maximum(member, 0)
    return np.where(unknown, -1, cell)


def members_of(cells: Sequence[int], plan: Plan) -> NDArray[np.int64]:
    """Return the number of the member of each dimension, 0 for all members: cells × dimensions."""
    rest, found = np.asarray(cells, dtype=np.int64), []
    for dimension in reversed(plan.dimensions):
        rest, member = np.divmod(rest, len(dimension.vocabulary) + 1)
        found.append(member)
    return np.stack(found[::-1], axis=1) if found else np.zeros((len(rest), 0), dtype=np.int64)
