"""Seeded data of four sizes: a plan, and observations in the order in which they would arrive.

S has about 110,000 rows of 1,000 indicators, X ten times both, M a hundred times, L ten times the rows of M, in Parquet
files of one part of the plan each. Every indicator reports monthly or quarterly over seven years, from some of twenty
places, broken down by one of five schemes; one return in twenty is missing, half of those with a reason.
"""

from __future__ import annotations

import itertools
import pickle
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["COLUMNS", "KINDS", "MONTHS", "SIZES", "YEARS", "Data", "Size", "categorical", "folder_of", "make"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

YEARS: Final = 7
MONTHS: Final = 12 * YEARS
FIRST_YEAR: Final = 2018
PLACES: Final = 20
REGIONS: Final = 4
KINDS: Final = ("flow", "stock", "ratio", "mean", "most")
#: How many indicators of a hundred are of each kind; `most` is a flow of which the largest value counts.
SHARES: Final = (45, 25, 15, 10, 5)
#: Members of sex, age and actor by which an indicator is broken down; 1 is not at all.
SCHEMES: Final = np.array([(1, 1, 1), (2, 1, 1), (1, 4, 1), (1, 1, 5), (2, 4, 1)])
SCHEME_SHARES: Final = (0.70, 0.15, 0.07, 0.05, 0.03)
MEMBERS: Final = {"sex": 2, "age": 4, "actor": 5}
COLUMNS: Final = ("indicator", "month", "place", "sex", "age", "actor", "value", "numerator", "denominator")
_MISSIONS: Final = 11


@dataclass(frozen=True)
class Size:
    """How large a set of data is."""

    #: Number of indicators.
    indicators: int
    #: Number of places from which the usual indicator reports.
    places: float
    #: Number of Parquet files.
    files: int = 1


SIZES: Final = {
    "S": Size(1_000, 1.65),
    "X": Size(10_000, 1.65),
    "M": Size(100_000, 1.65),
    "L": Size(100_000, 16.5, files=11),
}


def folder_of(size: str, root: Path | None = None) -> Path:
    """Return where the data of a size are kept."""
    return (root or Path(tempfile.gettempdir()) / "cpas-benchmarks") / size


@dataclass(frozen=True)
class Data:
    """The data of one size, read from its folder."""

    #: Where it is kept.
    folder: Path

    @cached_property
    def size(self) -> Size:
        """How large it is."""
        return SIZES[self.folder.name]

    @cached_property
    def indicators(self) -> dict[str, NDArray[Any]]:
        """Columns by indicator: kind, step, scheme, places, worst, best, baseline, target."""
        return dict(np.load(self.folder / "indicators.npz"))

    @cached_property
    def levels(self) -> list[tuple[Codes, Codes, Floats]]:
        """The chain from below: child, parent and weight of each edge, numbered inside their levels."""
        found = np.load(self.folder / "edges.npz")
        level = found["level"]
        return [tuple(found[n][level == k] for n in ("child", "parent", "weight")) for k in range(5)]

    @cached_property
    def counts(self) -> list[int]:
        """How many nodes each level has, indicators first."""
        return np.load(self.folder / "edges.npz")["counts"].tolist()  # type: ignore[no-any-return]

    @cached_property
    def plan(self) -> Any:
        """The plan as `cpas` knows it."""
        return pickle.loads((self.folder / "plan.pickle").read_bytes())

    @property
    def files(self) -> list[Path]:
        """The files of rows."""
        return sorted(self.folder.glob("rows-*.parquet"))

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return all rows as columns of codes and numbers; a missing number is NaN."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.concat_tables([pq.read_table(file) for file in self.files])
        return {name: table[name].to_numpy() for name in COLUMNS}

    def frame(self) -> Any:
        """Return all rows as a pandas frame with categoricals, as `cpas` takes it."""
        import pandas as pd

        columns = self.columns()
        silent = np.isnan(columns["value"]) & np.isnan(columns["denominator"])
        words = {
            "indicator": indicator_ids(len(self.indicators["kind"])),
            "month": months(),
            "place": place_ids(),
            **{name: [f"{name}-{n}" for n in range(count)] for name, count in MEMBERS.items()},
        }
        made = {name: categorical(columns[name], words[name]) for name in words}
        reason = categorical(np.where(silent, 0, -1).astype(np.int8), ["late"])
        frame = pd.DataFrame(
            {"indicator": made["indicator"], "period": made["month"], **{n: made[n] for n in ("place", *MEMBERS)}}
        )
        return frame.assign(**{n: columns[n] for n in ("value", "numerator", "denominator")}, reason=reason)


def categorical(codes: Any, words: Any) -> Any:
    """Return a pandas categorical of codes; −1 is missing."""
    import pandas as pd

    return pd.Categorical.from_codes(codes, words)


def indicator_ids(count: int) -> list[str]:
    """Return the ids of the indicators."""
    return [f"I-{n:06d}" for n in range(count)]


def place_ids() -> list[str]:
    """Return the ids of the places that report."""
    return [f"site-{n:02d}" for n in range(PLACES)]


def months() -> list[str]:
    """Return the periods by code: months first, then quarters."""
    named = [f"{FIRST_YEAR + n // 12}-{n % 12 + 1:02d}" for n in range(MONTHS)]
    return named + [f"{FIRST_YEAR + n // 4}-Q{n % 4 + 1}" for n in range(MONTHS // 3)]


def make(size: str, root: Path | None = None, *, seed: int = 1) -> Data:
    """Return the data of a size, made if they are not there."""
    from benchmarks.plans import build_plan

    folder = folder_of(size, root)
    data = Data(folder)
    if (folder / "done").exists():
        if _is_older(folder / "plan.pickle"):
            (folder / "plan.pickle").write_bytes(pickle.dumps(build_plan(data)))
        return data
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    columns = _indicators(SIZES[size], rng)
    np.savez(folder / "indicators.npz", **columns)  # type: ignore[arg-type]
    level, child, parent, weight, counts = _chain(SIZES[size].indicators, rng)
    np.savez(folder / "edges.npz", level=level, child=child, parent=parent, weight=weight, counts=counts)
    for number, part in enumerate(_files(columns, SIZES[size], rng)):
        _write(part, folder / f"rows-{number:02d}.parquet")
    (folder / "plan.pickle").write_bytes(pickle.dumps(build_plan(data)))
    if size == "S":
        data.frame().to_csv(folder / "rows.csv", index=False)
    (folder / "done").touch()
    return data


def _is_older(plan: Path) -> bool:
    """Whether a plan was kept by an earlier state of the library, whose records may have other fields."""
    library = find_spec("cpas")
    if library is None or library.origin is None:
        return False  # a contender's own interpreter, which asks for no plan
    code = Path(library.origin).parent / "model"
    return plan.stat().st_mtime < max(file.stat().st_mtime for file in code.glob("*.py"))


def _indicators(size: Size, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    n = size.indicators
    kind = rng.choice(len(KINDS), n, p=np.array(SHARES) / 100)
    step = np.where(rng.random(n) < 0.2, 1, 3)
    scheme = rng.choice(len(SCHEMES), n, p=SCHEME_SHARES)
    wide = (
        rng.integers(13, PLACES + 1, n) if size.places > 10 else np.minimum(rng.geometric(1 / size.places, n), PLACES)
    )
    usual = rng.lognormal(3, 1, n)
    usual[kind == KINDS.index("ratio")] = rng.uniform(0.2, 0.9, int((kind == KINDS.index("ratio")).sum()))
    whole = _usual_of_a_year(kind, step, scheme, wide, usual)
    low, high = whole * rng.uniform(0.3, 0.8, n), whole * rng.uniform(1.2, 1.8, n)
    is_lower = rng.random(n) < 0.4
    return {
        "kind": kind, "step": step, "scheme": scheme, "wide": wide, "first": rng.integers(0, PLACES, n),
        "usual": usual, "is_lower": is_lower, "by_goalposts": rng.random(n) < 0.5,
        "start": np.where(is_lower, high, low).round(3), "goal": np.where(is_lower, low, high).round(3),
    }  # fmt: skip


def _usual_of_a_year(kind: Codes, step: Codes, scheme: Codes, wide: Codes, usual: Floats) -> Floats:
    """Return what an indicator makes in a year, so that its goal is neither out of reach nor behind."""
    cells = SCHEMES.prod(axis=1)[scheme] * wide
    times = np.select([kind == 0, kind == 1, kind == 2], [cells * (12 // step), cells, 100], 1)
    whole: Floats = usual * times * np.where(kind == KINDS.index("most"), 2.0, 1.0)
    return whole


def _chain(indicators: int, rng: np.random.Generator) -> tuple[NDArray[Any], ...]:
    """Return five levels of edges from indicators to objectives; one node in five has two parents of its mission."""
    counts = [indicators]
    counts += [max(indicators // part, least) for part, least in ((5, 66), (25, 44), (125, 33), (900, 22))] + [
        _MISSIONS
    ]
    found = []
    for level in range(5):
        below, above = counts[level], counts[level + 1]
        child = np.arange(below)
        parent = child * above // below
        mission = parent * _MISSIONS // above
        first, last = -(-mission * above // _MISSIONS), -(-(mission + 1) * above // _MISSIONS)
        other = (first + rng.random(below) * (last - first)).astype(np.int64)
        two = (rng.random(below) < 0.2) & (other != parent)
        edges = np.unique(np.stack([np.r_[parent, other[two]], np.r_[child, child[two]]], axis=1), axis=0)
        found.append((np.full(len(edges), level), edges[:, 1], edges[:, 0], rng.uniform(0.2, 1, len(edges)).round(4)))
    return *(np.concatenate(column) for column in zip(*found, strict=True)), np.array(counts)


def _files(columns: dict[str, NDArray[Any]], size: Size, rng: np.random.Generator) -> Iterator[dict[str, NDArray[Any]]]:
    bounds = np.linspace(0, size.indicators, size.files + 1).astype(int)
    for first, last in itertools.pairwise(bounds):
        yield _rows(columns, np.arange(first, last), rng)


def _rows(columns: dict[str, NDArray[Any]], which: Codes, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Return the rows of some indicators, by period and at random inside a period."""
    kind, step, scheme, wide = (columns[name][which] for name in ("kind", "step", "scheme", "wide"))
    cells = SCHEMES.prod(axis=1)[scheme]
    returns = (MONTHS // step) * wide
    indicator, nth = _repeated(returns)
    fate = rng.random(len(indicator))
    indicator, nth, silent = indicator[fate > 0.025], nth[fate > 0.025], (fate < 0.05)[fate > 0.025]
    row, cell = _repeated(cells[indicator])
    indicator, nth, silent = indicator[row], nth[row], silent[row]
    period, place = nth // wide[indicator], (columns["first"][which][indicator] + nth % wide[indicator]) % PLACES
    month = (period + 1) * step[indicator] - 1
    code = np.where(step[indicator] == 3, MONTHS + period, month)
    sizes = SCHEMES[scheme[indicator]]
    members = np.stack([cell // (sizes[:, 1] * sizes[:, 2]), cell // sizes[:, 2] % sizes[:, 1], cell % sizes[:, 2]])
    members = np.where(sizes.T > 1, members, -1).astype(np.int8)
    value, numerator, denominator = _numbers(columns["usual"][which][indicator], kind[indicator], silent, rng)
    order = np.lexsort((rng.random(len(indicator), dtype=np.float32), month))
    made = {
        "indicator": which[indicator].astype(np.int32), "month": code.astype(np.int16), "place": place.astype(np.int8),
        "sex": members[0], "age": members[1], "actor": members[2],
        "value": value, "numerator": numerator, "denominator": denominator,
    }  # fmt: skip
    return {name: column[order] for name, column in made.items()}


def _repeated(lengths: Codes) -> tuple[Codes, Codes]:
    """Return for each of so many repetitions which one is repeated, and the how-manieth it is."""
    which = np.repeat(np.arange(len(lengths)), lengths)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _numbers(usual: Floats, kind: Codes, silent: NDArray[np.bool_], rng: np.random.Generator) -> tuple[Floats, ...]:
    level = (usual * rng.lognormal(0, 0.3, len(usual))).round(3)
    base = rng.integers(50, 150, len(usual)).astype(np.float64)
    is_ratio, is_mean = kind == KINDS.index("ratio"), kind == KINDS.index("mean")
    value = np.where(silent | is_ratio, np.nan, level)
    numerator = np.where(is_ratio & ~silent, np.minimum((level * base).round(), base), np.nan)
    return value, numerator, np.where((is_ratio | is_mean) & ~silent, base, np.nan)


def _write(columns: dict[str, NDArray[Any]], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table(columns), path, compression="zstd", row_group_size=1_000_000)
