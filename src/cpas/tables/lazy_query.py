"""The one query that an engine answers with leaves: a grouping, simple sums, and nothing of its own.

It is written once for narwhals, which hands it to Polars, DuckDB, Spark, Arrow or pandas. Keys stay as they stand in
the table, and are numbered when they come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from cpas.tables.lazy_answers import read_leaves
from cpas.tables.lazy_asked import ODD, Asked
from cpas.tables.leaves import Calendar, Leaves
from cpas.tables.rows import REASONS, STATUSES

__all__ = ["leaves_of"]

#: Statuses that change nothing about a value.
_CALM: Final = tuple(word for word in STATUSES if word not in ("nil", "withdrawn"))
_BITS: Final = {"value": "valued", "numerator": "above", "denominator": "below"}


def leaves_of(asked: Asked) -> Iterator[Leaves]:
    """Yield the leaves of each part of a table."""
    needed = _Needed.of(asked)

    def query(frame: Any) -> Any:
        return _grouped(frame, asked, needed)

    for table in asked.observations.ask(query):
        yield read_leaves(table, asked, needed.reasons)


# -- what need be asked ----------------------------------------------------------------------------------------


@attrs.frozen(eq=False, kw_only=True)
class _Needed:
    """What an engine must tell of each leaf: what holds of no row of the whole table is not asked for leaf by leaf."""

    #: The reasons that occur and are known, with their numbers.
    reasons: Mapping[str, int]
    #: Whether there may be rows that only the ordinary reader can judge.
    odd: bool
    #: Whether a row has a numerator above its denominator.
    over: bool
    #: By name an extreme value, and the column of which it is wanted.
    extremes: Mapping[str, tuple[str, str]]
    #: Whether the latest value is wanted of any.
    last: bool

    @classmethod
    def of(cls, asked: Asked) -> _Needed:
        """Find out what need be asked."""
        observations = asked.observations
        words = observations.counts_of("reason") if "reason" in asked.headers else {}
        suspects = _suspects(asked)
        return cls(
            reasons={word: REASONS.index(word) for word in words if word in REASONS},
            odd=bool({*ODD, "status"} & set(asked.headers)) or not words.keys() <= {None, *REASONS},
            over=suspects["over"],
            extremes={
                **({"least": ("value", "min")} if asked.want_least.any() or suspects["least"] else {}),
                **({"greatest": ("value", "max")} if asked.want_greatest.any() else {}),
                **({"least_below": ("denominator", "min")} if suspects["least_below"] else {}),
            },
            last=bool(asked.want_last.any()),
        )


def _suspects(asked: Asked) -> dict[str, bool]:
    """Return whether the table has numbers that are at fault with some kind of indicator."""
    import narwhals as nw

    # Plain columns: of these many a file and engine knows the least without looking. NaN is never the least.
    counts = [nw.col("value").min().alias("least")]
    if "denominator" in asked.numbers:
        counts.append(nw.col("denominator").min().alias("least_below"))
    if _compares(asked):
        counts.append((nw.col("numerator") > nw.col("denominator")).cast(nw.Int64).sum().alias("over"))
    found = [table.to_pylist()[0] for table in asked.observations.ask(lambda frame: frame.select(*counts))]

    def some(name: str, is_so: Callable[[Any], bool]) -> bool:
        return any(row.get(name) is not None and is_so(row[name]) for row in found)

    return {
        "least": some("least", lambda least: least < 0),
        "least_below": some("least_below", lambda least: least <= 0),
        "over": some("over", lambda count: count > 0),
    }


def _compares(asked: Asked) -> bool:
    """Whether there are numerators and denominators."""
    return {"numerator", "denominator"} <= set(asked.numbers)


# -- asking ----------------------------------------------------------------------------------------------------


def _with_numbers(frame: Any, asked: Asked) -> Any:
    """Return rows with their numbers as such, and beside them what is made of two."""
    import narwhals as nw

    rows, more = frame.with_columns(*(_number(name) for name in asked.numbers)), []
    if "denominator" in asked.numbers:
        more.append((nw.col("value") * nw.col("denominator")).alias("product"))
    if _compares(asked):
        more.append((nw.col("numerator") > nw.col("denominator")).cast(nw.Int64).alias("over"))
    return rows.with_columns(*more) if more else rows


def _grouped(frame: Any, asked: Asked, needed: _Needed) -> Any:
    import narwhals as nw

    texts = [name for name in ("place", *asked.dimensions) if name in asked.headers]
    keys = ["indicator", *texts, "span"]
    rows, sums = _with_bits(frame, asked, needed, texts)
    told = [nw.col(name).sum() for name in sums]
    told += [getattr(nw.col(column), least)().alias(name) for name, (column, least) in needed.extremes.items()]
    if not needed.last:
        return rows.group_by(*keys).agg(*told)
    # The row of the latest value is the one whose bit is the largest; that of a row without a value is 0.
    if not rows.implementation.is_pyspark():
        return rows.group_by(*keys).agg(*told, nw.col("value").last(order_by="valued").alias("last"))
    return _grouped_by_spark(rows, keys, sums, needed)


def _grouped_by_spark(rows: Any, keys: Sequence[str], sums: Sequence[str], needed: _Needed) -> Any:
    """Return the same as Spark says it: narwhals has no word for the latest value there."""
    import narwhals as nw
    from pyspark.sql import functions

    told = [functions.sum(name).alias(name) for name in sums]
    told += [getattr(functions, least)(column).alias(name) for name, (column, least) in needed.extremes.items()]
    latest = functions.max_by("value", "valued").alias("last")
    return nw.from_native(rows.to_native().groupBy(*keys).agg(*told, latest))


def _with_bits(frame: Any, asked: Asked, needed: _Needed, texts: Sequence[str]) -> tuple[Any, list[str]]:
    """Return rows with the span and the bit of their period, and the columns that are to be added up."""
    import narwhals as nw

    schema, bit = frame.collect_schema(), nw.col("bit")
    # Without missing keys, which are equal in a grouping and unequal in a join.
    plain = [_words(name, schema).fill_null("").alias(name) for name in texts]
    plain += [_words(name, schema).alias(name) for name in ("indicator", "period")]
    plain += [_odd(asked, needed.reasons, schema).alias("odd")] if needed.odd else []
    rows = _with_numbers(frame.with_columns(*plain), asked)
    rows = rows.join(_beside(rows, asked.calendar), on="period", how="inner")
    bits = {_BITS[name]: ~nw.col(name).is_null() for name in asked.numbers}
    bits |= {f"silent{n}": nw.col("reason").cast(nw.String) == word for word, n in needed.reasons.items()}
    rows = rows.with_columns(*(nw.when(is_so).then(bit).otherwise(0).alias(name) for name, is_so in bits.items()))
    more = ["product"] if "denominator" in asked.numbers else []
    more += [name for name, is_so in (("odd", needed.odd), ("over", needed.over)) if is_so]
    return rows.with_columns(bit.alias("said")), ["said", *bits, *asked.numbers, *more]


def _words(name: str, schema: Mapping[str, Any]) -> Any:
    """Return a column of words as texts: numbers of words have no meaning in another part of the table."""
    import narwhals as nw

    dtype = schema[name]
    is_coded = dtype == nw.Categorical or isinstance(dtype, nw.Enum)
    return nw.col(name).cast(nw.String) if is_coded else nw.col(name)


def _number(name: str) -> Any:
    """Return a column of numbers, missing where it is NaN, which is not the same to every engine."""
    import narwhals as nw

    number = nw.col(name).cast(nw.Float64)
    return nw.when(~number.is_nan()).then(number).alias(name)


def _odd(asked: Asked, reasons: Mapping[str, int], schema: Mapping[str, Any]) -> Any:
    """Return 1 for a row that only the ordinary reader can judge."""
    import narwhals as nw

    there = asked.observations.headers
    odd = [~nw.col(name).is_null() for name in ODD if name in there]
    for name, calm in (("status", _CALM), ("reason", tuple(reasons))):
        if name in there:
            word = nw.col(name).cast(nw.String)
            odd.append(~word.is_null() & ~word.is_in(list(calm)))
    if not odd:
        return nw.lit(0)
    return nw.any_horizontal(*odd, ignore_nulls=True).cast(nw.Int64)


def _beside(frame: Any, calendar: Calendar) -> Any:
    """Return the periods as a table of the same engine."""
    import narwhals as nw

    columns = {"period": list(calendar.words), "span": calendar.span.tolist(), "bit": calendar.bit.tolist()}
    native, implementation = frame.to_native(), frame.implementation
    if implementation.is_duckdb():
        values = ", ".join(str(tuple(row)) for row in zip(*columns.values(), strict=True))
        return nw.from_native(native.query("known", f"select * from (values {values}) v(period, span, bit)"))
    if implementation.is_pyspark():
        rows = [tuple(row) for row in zip(*columns.values(), strict=True)]
        return nw.from_native(native.sparkSession.createDataFrame(rows, list(columns)))
    made = nw.from_dict(columns, backend=implementation)
    return made.lazy() if isinstance(frame, nw.LazyFrame) else made
