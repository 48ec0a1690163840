"""Rows of Parquet files counted into leaves: what a leaf knows is what its rows say, however they are cut."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cpas
from cpas.tables import leaf_words, leaves_dense
from cpas.tables.arrow_arrays import contents, is_there, word_numbers
from cpas.tables.lazy_asked import Asked
from cpas.tables.lazy_sources import FolderSource
from cpas.tables.leaves import Calendar, Leaves, bits_in, joined_leaves
from cpas.tables.rows import REASONS

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

SEX, ACTOR = cpas.Dimension("sex", ("female", "male")), cpas.Dimension("actor", ("militia", "army"))
PLAN = cpas.Plan(
    "p",
    "t",
    indicators=[
        cpas.Indicator(id, id, measures=(), better="higher", unit="incident", kind="flow", dimensions=dimensions)
        for id, dimensions in (("A", ()), ("B", ("sex",)), ("C", ("sex", "actor")), ("D", ("actor",)))
    ],
    places=[cpas.Place(f"T{n}", f"T{n}") for n in range(3)],
    dimensions=(SEX, ACTOR),
)
#: Two spans of three periods each.
PERIODS = ("2023-01", "2023-02", "2023-03", "2024-01", "2024-02", "2024-03")
CALENDAR = Calendar(
    words=PERIODS,
    span=np.array([0, 0, 0, 1, 1, 1]),
    bit=np.array([1, 2, 4, 1, 2, 4]),
)
WORDS = {
    "indicator": ["A", "B", "C", "D", " A ", "Z", None],
    "period": [*PERIODS, "soon", None],
    "place": ["T0", "T1", "T2", "T9", None],
    "sex": ["female", "male", "other", None, None],
    "actor": ["army", "militia", None, None],
}
NUMBERS = ("value", "numerator", "denominator")

rows_of = st.fixed_dictionaries(
    {
        **{name: st.sampled_from(words) for name, words in WORDS.items()},
        "reason": st.sampled_from([None, None, "late", "not_due", "lost"]),
        **dict.fromkeys(NUMBERS, st.sampled_from([None, math.nan, -2.0, 0.0, 1.0, 3.0, 10.0])),
    }
)
tables = st.lists(rows_of, min_size=1, max_size=40)
KEYS = ("indicator", "place", "span", "cell")

many = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def table_of(rows: list[dict[str, Any]]) -> Any:
    kinds = {name: pa.float64() if name in NUMBERS else pa.string() for name in rows[0]}
    return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))


def asked_of(rows: list[dict[str, Any]], folder: Any, *, together: int = 1000) -> Asked:
    """Return what is asked of rows in a file: of B the latest value, of C the least, of D the largest."""
    folder.mkdir(exist_ok=True)
    pq.write_table(table_of(rows), folder / "part.parquet", row_group_size=together)
    found: Any = cpas.read_observations(folder, PLAN)
    ids = np.array([one.id for one in PLAN.indicators])
    return Asked(
        observations=found,
        calendar=CALENDAR,
        want_last=ids == "B",
        want_least=ids == "C",
        want_greatest=ids == "D",
    )


# -- by definition ---------------------------------------------------------------------------------------------


def key_of(row: dict[str, Any], asked: Asked) -> tuple[int, ...] | None:
    """Return indicator, place, span and cell of a row, or nothing where a word of it is unknown or out of place."""
    id = (row["indicator"] or "").strip()
    known = {one.id: n for n, one in enumerate(PLAN.indicators)}
    if id not in known or row["period"] not in PERIODS:
        return None
    place, cell = asked.read_place(row["place"]), 0
    for dimension in PLAN.dimensions:
        member = asked.member_reader(dimension.id)(row[dimension.id])
        if member < 0 or (member and dimension.id not in PLAN.indicators[known[id]].dimensions):
            return None
        cell = cell * (len(dimension.vocabulary) + 1) + member
    return None if place < 0 else (known[id], place, PERIODS.index(row["period"]) // 3, cell)


def number(row: dict[str, Any], name: str) -> float:
    return math.nan if row[name] is None else row[name]


def leaf_of(key: tuple[int, ...], rows: list[dict[str, Any]], asked: Asked) -> dict[str, Any]:
    """Return what a leaf knows of its rows, in plain words."""
    bits = [1 << PERIODS.index(row["period"]) % 3 for row in rows]
    columns = {name: [number(row, name) for row in rows] for name in NUMBERS}
    there = {name: [not math.isnan(one) for one in column] for name, column in columns.items()}
    value, above, below = columns.values()

    def total(column: list[float]) -> float:
        return sum(one for one in column if not math.isnan(one))

    def bits_where(some: list[bool]) -> int:
        return sum(bit for bit, is_one in zip(bits, some, strict=True) if is_one)

    wanted = [one for one in value if not math.isnan(one)]
    least = wanted if asked.want_least[key[0]] else [one for one in wanted if one < 0]
    at_last = max((bit, one) for bit, one in [(0, math.nan), *zip(bits, value, strict=True)] if bit == 0 or one == one)
    return {
        **dict(zip(KEYS, key, strict=True)),
        "rows": len(rows),
        "said": sum(bits),
        "odd": bits_where([row["reason"] == "lost" for row in rows]),
        "valued": bits_where(there["value"]),
        "above": bits_where(there["numerator"]),
        "below": bits_where(there["denominator"]),
        **{name: total(column) for name, column in columns.items()},
        "product": total([v * b for v, b in zip(value, below, strict=True)]),
        "over": sum(a > b for a, b in zip(above, below, strict=True)),
        "least": min(least, default=math.nan),
        "greatest": max(wanted, default=math.nan) if asked.want_greatest[key[0]] else math.nan,
        "least_below": min((one for one in below if one <= 0), default=math.nan),
        "last": at_last[1] if asked.want_last[key[0]] else math.nan,
        **{f"silent {reason}": bits_where([row["reason"] == reason for row in rows]) for reason in ("late", "not_due")},
    }


def by_definition(rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
    found = defaultdict(list)
    for row in rows:
        found[key_of(row, asked)].append(row)
    return [leaf_of(key, found[key], asked) for key in sorted(key for key in found if key is not None)]


def as_rows(leaves: Leaves) -> list[dict[str, Any]]:
    columns = {name: getattr(leaves, name) for name in Leaves.__annotations__ if name not in ("silent", "is_sorted")}
    for word in ("late", "not_due"):
        columns[f"silent {word}"] = leaves.silent.get(REASONS.index(word), np.zeros(len(leaves), dtype=np.int64))
    return [{name: column[n].item() for name, column in columns.items()} for n in range(len(leaves))]


def unique(rows: list[dict[str, Any]], asked_key: Any) -> list[dict[str, Any]]:
    """Return rows of which no two are for the same period of one leaf."""
    return list({(asked_key(row), row["period"]): row for row in rows}.values())


# -- laws ------------------------------------------------------------------------------------------------------


@many
@given(rows=tables, together=st.integers(1, 12), block=st.integers(1, 9), room=st.sampled_from([1, 40, 1 << 21]))
def test_a_leaf_knows_what_its_rows_say(tmp_path, monkeypatch, rows, together, block, room):
    """Whatever the row groups, the rows counted together, and the columns that are looked up together."""
    monkeypatch.setattr(leaves_dense, "_BLOCK", block)
    monkeypatch.setattr(leaf_words, "_ROOM", room)
    asked = asked_of(rows, tmp_path / "all")
    rows = unique(rows, lambda row: key_of(row, asked))
    asked = asked_of(rows, tmp_path / "once", together=together)

    (leaves,) = leaves_dense.dense_leaves(asked)
    for found, expected in itertools.zip_longest(as_rows(leaves), by_definition(rows, asked)):
        odd = expected.pop("odd")
        assert bool(found.pop("odd")) == bool(odd)
        assert found == pytest.approx(expected, rel=1e-12, nan_ok=True)
    assert leaves.is_sorted


@many
@given(rows=tables)
def test_doubled_rows_show(tmp_path, rows):
    """An indicator of which rows are doubled has fewer rows in its leaves than in the table."""
    asked = asked_of(rows, tmp_path / "some")
    (leaves,) = leaves_dense.dense_leaves(asked)
    with_slot = [key for row in rows if (key := key_of(row, asked)) is not None]
    once = {(key_of(row, asked), row["period"]) for row in rows} - {(None, row["period"]) for row in rows}
    by_indicator = Counter(key[0] for key in with_slot)
    doubled = {n for n, count in by_indicator.items() if count > sum(key[0] == n for key, _ in once)}
    counted = np.bincount(leaves.indicator, leaves.rows, len(PLAN.indicators))

    for n, count in by_indicator.items():
        assert (counted[n] < count) == (n in doubled)


@many
@given(rows=tables, cut=st.integers(0, 40))
def test_leaves_of_parts_join_to_those_of_the_whole(tmp_path, rows, cut):
    """Rows of one leaf may be in two files."""
    asked = asked_of(rows, tmp_path / "all")
    rows = unique(rows, lambda row: key_of(row, asked))
    parts = [some for some in (rows[:cut], rows[cut:]) if some]
    leaves = [next(leaves_dense.dense_leaves(asked_of(some, tmp_path / f"{n}"))) for n, some in enumerate(parts)]

    for found, expected in itertools.zip_longest(as_rows(joined_leaves(leaves)), by_definition(rows, asked)):
        assert bool(found.pop("odd")) == bool(expected.pop("odd"))
        # What the largest value is, is asked of one indicator and told of those that need it.
        assert found == pytest.approx(expected, rel=1e-12, nan_ok=True)


@many
@given(words=st.lists(st.sampled_from(["late", "lost", None])), start=st.integers(0, 5))
def test_numbers_of_words_are_those_of_arrow(words, start):
    """A slice of a column has its own rows; where there is no word stands how many there are."""
    coded = pa.array(words, pa.string()).dictionary_encode()[start:]
    known = [*coded.dictionary.to_pylist(), None]

    assert [known[n] for n in word_numbers(coded).tolist()] == words[start:]


@many
@given(numbers=st.lists(st.none() | st.floats(allow_nan=False)), start=st.integers(0, 5))
def test_contents_are_those_of_arrow(numbers, start):
    """What is there is there; nothing is said of the rest."""
    array = pa.array(numbers, pa.float64())[start:]
    there = is_there(array)

    assert there.tolist() == [one is not None for one in numbers[start:]]
    assert contents(array)[there].tolist() == [one for one in numbers[start:] if one is not None]


@many
@given(words=st.lists(st.sampled_from(["A", "B", "C", None]), min_size=1), together=st.integers(1, 9))
def test_words_are_counted_over_all_row_groups(tmp_path, words, together):
    """Each row group has words of its own."""
    pq.write_table(pa.table({"w": pa.array(words, pa.string())}), tmp_path / "a.parquet", row_group_size=together)

    assert list(FolderSource.of(tmp_path).counts("w")) == [Counter(words)]


# -- examples --------------------------------------------------------------------------------------------------

ROW = {"indicator": "A", "period": "2024-01", "place": "T0", "sex": None, "actor": None, "reason": None}
ROW |= {"value": 1.0, "numerator": None, "denominator": None}


def test_a_column_of_which_nothing_is_said_takes_no_room(tmp_path):
    """Most tables have no numerators, no reasons, no faults."""
    (leaves,) = leaves_dense.dense_leaves(asked_of([ROW, ROW | {"place": "T1"}], tmp_path / "two"))

    assert leaves.numerator.strides == leaves.least_below.strides == leaves.odd.strides == (0,)


def test_no_row_may_have_a_slot(tmp_path):
    """A file of nothing but unknown indicators has no leaf."""
    (leaves,) = leaves_dense.dense_leaves(asked_of([ROW | {"indicator": "Z"}], tmp_path / "none"))

    assert len(leaves) == 0


def test_what_is_made_ahead_comes_in_turn():
    """However long each takes; what goes wrong is heard of in its turn."""
    with ThreadPoolExecutor(3) as pool:
        assert list(leaves_dense._ahead(pool, lambda n: n * n, range(5), 2)) == [0, 1, 4, 9, 16]
        coming = leaves_dense._ahead(pool, lambda n: 1 / n, [2, 1, 0], 2)
        assert [next(coming), next(coming)] == [0.5, 1.0]
        with pytest.raises(ZeroDivisionError):
            next(coming)


@given(bits=st.lists(st.integers(0, 2**62)))
def test_bits_are_counted_before_numpy_2(bits):
    """An older numpy has no count of its own."""
    expected = [one.bit_count() for one in bits]
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(np, "bitwise_count", raising=False)
        assert bits_in(np.array(bits, dtype=np.int64)).tolist() == expected
    assert bits_in(np.array(bits, dtype=np.int64)).tolist() == expected
