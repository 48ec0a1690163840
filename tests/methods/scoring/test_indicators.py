"""Scores of indicators: what is scored, what is not, and why."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpas
from cpas.methods.scoring.bases import find_bases
from cpas.methods.scoring.indicators import basis_of_row, score_indicators
from cpas.model import Baseline, Break, Dimension, Methodology, Place, Target
from cpas.testing.small import observe, small_indicator

PLAN = "2024-01-01/2025-12-31"
PLACES = [Place("top", "Top"), Place("north", "North", parent="top"), Place("south", "South", parent="top")]
SAID = {"baseline": Baseline(84, "2023-Q4"), "targets": Target(50, "2025-Q4")}


def scored(rows, by="quarter", methodology=None, groups=(), places="all", as_of=None, **said):
    """Score one indicator, and return rows of id, period, place with score, raw, path and reason."""
    one = small_indicator(**{**SAID, **said})
    more = {"places": PLACES} if any("place" in row for row in rows) else {}
    more |= {"dimensions": [Dimension("sex", ["female", "male"])]} if one.dimensions else {}
    observed = observe(one, rows, period=PLAN, **more)
    found = cpas.aggregate(observed, by=by, methodology=methodology, groups=groups, places=places, as_of=as_of)
    made = score_indicators(found, found.methodology)
    return {
        (row["period"], row["place"], row.get("sex")): {
            "score": made.score[n], "raw": made.raw[n], "path": made.path[n],
            "reason": found.reasons[made.reason[n]] if made.reason[n] >= 0 else None,
            "due": bool(made.is_due[n]), "answered": bool(made.is_answered[n]),
        }
        for n, row in enumerate(found.rows())
    }  # fmt: skip


def one_of(rows, **said):
    """Score one row."""
    return next(iter(scored(rows, **said).values()))


def quarter(value, period="2025-Q2", **more):
    return [{"period": period, **({"value": value} if value is not None else {}), **more}]


# -- silence ---------------------------------------------------------------------------------------------------

MONTHS = [{"period": f"2025-0{n}", "value": 5} for n in (4, 5)]


def test_incomplete_flow_has_no_score():
    """Two months of three look better than three: where lower is better, silence would look like success."""
    late = one_of([*MONTHS, {"period": "2025-06", "reason": "late"}], frequency="month")

    assert np.isnan(late["score"])
    assert late["reason"] == "incomplete"
    assert (late["due"], late["answered"]) == (True, True)


def test_confirmed_zero_scores():
    """A zero that was reported is as good as any number."""
    found = one_of([*MONTHS, {"period": "2025-06", "value": 0}], frequency="month")

    assert found["raw"] == pytest.approx(100 * (84 - 10) / (84 - 50))
    assert found["score"] == 100


def test_basis_is_told_before_incompleteness():
    """A year that could not be compared even if it were whole says so."""
    rows = [{"period": f"2025-0{n}", "value": 5} for n in (1, 2, 3)]

    assert one_of(rows, by="year", frequency="month")["reason"] == "basis_mismatch"


OWED = ("late", "not_collected", "no_access", "suppressed")


@pytest.mark.parametrize(
    ("reason", "due"), [*((word, True) for word in OWED), ("not_due", False), ("not_applicable", False)]
)
def test_missing_value(reason, due):
    """A missing value has its reason in place of a score; what was not due leaves the coverage."""
    found = one_of(quarter(None, reason=reason))

    assert (np.isnan(found["score"]), found["reason"], found["due"], found["answered"]) == (True, reason, due, False)


# -- which rows share a basis ----------------------------------------------------------------------------------


def test_places():
    """I01 by place: no target here; the country is scored. A share inherits."""
    rows = quarter(40, place="north") + quarter(21, place="south")
    each = scored(rows, places="each")
    share = scored(
        rows,
        places="each",
        kind="ratio",
        baseline=Baseline(0, "2023-Q4"),
        targets=Target(60, "2025-Q4"),
        better="higher",
    )

    assert {row["reason"] for row in each.values()} == {"no_target_here"}
    assert one_of(rows)["score"] == pytest.approx(67.647, abs=1e-3)
    assert [row["score"] for row in share.values()] == pytest.approx([200 / 3, 35])


def test_bases_shared_are_those_of_each_row():
    """What is looked up once for many rows is what each row would get by itself."""
    said = {
        "baseline": [Baseline(84, "2023-Q4"), Baseline(20, "2023-Q4", where={"place": "north"})],
        "targets": [Target(50, "2025-Q4"), Target(10, "2025-Q4", where={"place": "north", "sex": "female"})],
    }
    some = [small_indicator("a", dimensions=["sex"], **said), small_indicator("b", dimensions=["sex"], **SAID),
            small_indicator("c", kind="ratio", dimensions=["sex"], **said)]  # fmt: skip
    rows = [
        {"indicator": id, "period": period, "place": place, "sex": sex, "value": 30}
        for id in "abc" for period in ("2025-Q1", "2025-Q2")
        for place in ("top", "north", "south") for sex in ("", "female", "male")
    ]  # fmt: skip
    observed = observe(some, rows, places=PLACES, dimensions=[Dimension("sex", ["female", "male"])], period=PLAN)
    found = cpas.aggregate(observed, by="quarter", groups=["sex"], places="each")
    numbers = np.arange(len(found))
    bases = find_bases(found, numbers, Methodology("m", "1"))

    for n in numbers:
        one = basis_of_row(found, int(n), Methodology("m", "1"))
        assert (one.baseline if one.baseline is not None else "none") == (
            "none" if np.isnan(bases.baseline[n]) else bases.baseline[n]
        )
        assert (one.reason or None) == (None if bases.reason[n] < 0 else found.reasons[bases.reason[n]])
    assert len(found) == 3 * 2 * 3 * 2


# -- maintained, inside, totals --------------------------------------------------------------------------------


def test_maintained_is_never_a_percentage():
    """UNFICYP, police women: 22 of 65, then 23 of 68, against 25 %: met, and no way to travel (S/2024/527)."""
    said = {"kind": "ratio", "better": "higher", "targets": Target(25, "2025-Q4")}
    baseline = Baseline(100 * 22 / 65, "2018-Q2")
    found = one_of([{"period": "2025-Q2", "numerator": 23, "denominator": 68}], baseline=baseline, **said)
    lost = one_of([{"period": "2025-Q2", "numerator": 10, "denominator": 68}], baseline=baseline, **said)

    assert (np.isnan(found["score"]), found["reason"]) == (True, "met")
    assert (np.isnan(lost["score"]), lost["reason"]) == (True, "not_met")
    assert found["answered"]


def test_progress_of_military_women():
    """UNFICYP, military women: 54 of 807 to 91 of 800 against 12 %: 88 % of the way."""
    found = one_of(
        [{"period": "2024-Q2", "numerator": 91, "denominator": 800}],
        kind="ratio", better="higher", baseline=Baseline(100 * 54 / 807, "2018-Q2"), targets=Target(12, "2025-Q4"),
    )  # fmt: skip

    assert round(found["score"]) == 88


def test_tolerance_of_a_kept_level():
    """Within the smallest change that counts the level is kept."""
    said = {"kind": "stock", "better": "higher", "baseline": Baseline(60, "2023-Q4"), "targets": Target(50, "2025-Q4")}

    assert one_of(quarter(49), **said)["reason"] == "not_met"
    assert one_of(quarter(49), min_change=2, **said)["reason"] == "met"


@pytest.mark.parametrize(
    ("value", "score", "reason"),
    [(50, 100, None), (40, 100, None), (70, 50, None), (100, 0, None), (20, 0, None)],
)
def test_inside_a_band(value, score, reason):
    """100 inside; outside, the way back from where the baseline stood."""
    said = {"kind": "stock", "better": "inside", "band": (40, 60), "targets": (), "baseline": Baseline(80, "2023-Q4")}
    found = one_of(quarter(value), **said)

    assert (found["score"], found["reason"]) == (score, reason)


def test_band_that_was_left():
    """Out of the band in which it started: not met, without a measure of how far."""
    said = {"kind": "stock", "better": "inside", "band": (40, 60), "targets": ()}

    assert one_of(quarter(70), baseline=Baseline(50, "2023-Q4"), **said)["reason"] == "not_met"
    assert one_of(quarter(70), baseline=(), **said)["reason"] == "no_baseline"
    assert one_of(quarter(50), baseline=(), **said)["score"] == 100


def test_total_since_the_baseline():
    """100 and 150 of 400 since the baseline: a quarter of the way, then five eighths."""
    rows = quarter(100, "2024-Q1") + quarter(150, "2024-Q2") + quarter(50, "2024-Q4")
    found = scored(rows, better="higher", targets=Target(400, "2025-Q4", applies="total"))
    scores = {period: row["score"] for (period, _, _), row in found.items()}
    reasons = {period: row["reason"] for (period, _, _), row in found.items()}

    assert scores["2024-Q1"] == 25
    assert scores["2024-Q2"] == 62.5
    assert reasons["2024-Q3"] == "no_return"
    # A quarter on the way is not known, so neither is the total.
    assert reasons["2024-Q4"] == "incomplete"


def test_total_of_shares_has_no_meaning():
    """Only flows add up to a total."""
    found = one_of(quarter(10), kind="ratio", targets=Target(400, "2025-Q4", applies="total"))

    assert found["reason"] == "basis_mismatch"


# -- what is never scored --------------------------------------------------------------------------------------


@pytest.mark.parametrize("better", ["neutral", "ambiguous"])
def test_direction_that_is_none(better):
    """Context has no score, and neither has what may mean more trust."""
    found = one_of(quarter(61), better=better)

    assert (np.isnan(found["score"]), found["reason"], found["due"]) == (True, "not_scored", False)


def test_goalposts_win():
    """A fixed scale holds everywhere, and before baseline and target."""
    rows = quarter(40, place="north") + quarter(21, place="south")
    found = scored(rows, places="each", goalposts=(100, 0))

    assert [row["score"] for row in found.values()] == [60, 79]


def test_break_in_series():
    """Across a new definition there is no progress."""
    found = one_of(quarter(61), breaks=[Break(cpas.Period.parse("2024-Q3").start, "new form")])

    assert found["reason"] == "break_in_series"


def test_rebased_is_marked():
    """Scaling per day is permitted by name, and a remark says so."""
    one = small_indicator(**SAID, measures=("OBJ",))
    rows = [{"period": f"2025-{n:02d}", "value": 20} for n in range(1, 13)]
    observed = observe(one, rows, period=PLAN, elements=[cpas.Objective("OBJ", "Safer")])
    scores = cpas.score(cpas.aggregate(observed, by="year", methodology=Methodology("m", "1", rebase="per_day")))

    assert scores.row("I", "2025")["score"] is not None
    assert scores.remarks.of("rebased")[0].where == "I"


# -- laws ------------------------------------------------------------------------------------------------------

VALUES = st.integers(-50, 50).map(float)


@settings(deadline=None, max_examples=50)
@given(st.lists(VALUES, min_size=1, max_size=6), VALUES, VALUES, st.sampled_from([0.01, 3.0, 1000.0]))
def test_unit_changes_no_score(values, baseline, target, factor):
    """Kilometres or metres: the same way is as far."""

    def scores(scale):
        rows = [{"period": f"2024-0{n + 1}", "value": scale * v} for n, v in enumerate(values)]
        said = {"baseline": Baseline(scale * baseline, "2023-12"), "targets": Target(scale * target, "2024-12")}
        return [row["score"] for row in scored(rows, by="month", kind="stock", unit="km", **said).values()]

    np.testing.assert_allclose(scores(1.0), scores(factor), atol=1e-9)


@settings(deadline=None, max_examples=50)
@given(st.lists(VALUES, min_size=1, max_size=6), VALUES, VALUES)
def test_mirror_keeps_the_score(values, baseline, target):
    """Negate the values and swap the direction: nothing has changed."""

    def scores(sign, better):
        rows = [{"period": f"2024-0{n + 1}", "value": sign * v} for n, v in enumerate(values)]
        said = {"baseline": Baseline(sign * baseline, "2023-12"), "targets": Target(sign * target, "2024-12")}
        found = scored(rows, by="month", kind="stock", unit="km", better=better, **said).values()
        return [(str(row["score"]), row["reason"]) for row in found]

    assert scores(1, "higher") == scores(-1, "lower")
