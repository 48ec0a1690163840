"""Basis: a quarter is compared with a quarter, a district never with the country."""

from __future__ import annotations

from datetime import date

import pytest

from cpas.methods.scoring.basis import alike, break_factor, find_basis, here_for
from cpas.model import Baseline, Break, Indicator, Methodology, Target
from cpas.periods import Period
from cpas.testing.small import small_indicator

PLAIN = Methodology("m", "1")
PER_DAY = Methodology("m", "1", rebase="per_day")
PLAN = Period.parse("2024-01-01/2025-12-31")


def basis(period, *, where=(), as_of=None, methodology=PLAIN, plan_period=PLAN, kind="flow", **said):
    said = {"baseline": Baseline(84, "2023-Q4"), "targets": Target(50, "2025-Q4"), **said}
    return find_basis(
        small_indicator(kind=kind, **said),
        Period.parse(period),
        where=where,
        root="all",
        plan_period=plan_period,
        as_of=as_of,
        methodology=methodology,
    )


# -- length ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2024-Q1", "2025-Q3", True),
        ("2024-Q1", "2024", False),
        ("2024-01", "2024-02", True),
        ("2023-12-13/2024-06-12", "2024-06-13/2024-12-12", True),
        ("2024-06-17/2024-10-20", "2024-11-01/2025-02-18", False),
        ("2024", "2024/25", False),
    ],
)
def test_alike(one, other, expected):
    """A quarter is a quarter, 90 days or 92; ranges of dates compare where they are as long as half years are."""
    assert alike(Period.parse(one), Period.parse(other)) is expected
    assert alike(Period.parse(other), Period.parse(one)) is expected


def test_year_is_never_scored_against_a_quarter():
    """61 in a quarter is on its way from 84 to 50; 240 in a year is no −524 %."""
    assert basis("2025-Q2").reason == ""
    assert basis("2025").reason == "basis_mismatch"
    assert basis("2025-06").reason == "basis_mismatch"


def test_scaled_per_day_on_request_and_marked():
    """A methodology may permit it, and the result says so."""
    found = basis("2025", methodology=PER_DAY)

    assert found.is_rebased
    assert found.baseline == pytest.approx(84 * 365 / 92)
    assert found.target == pytest.approx(50 * 365 / 92)
    assert not basis("2025-Q2", methodology=PER_DAY).is_rebased


@pytest.mark.parametrize("kind", ["stock", "ratio", "cumulative", "ordinal", "index"])
def test_only_flows_have_a_length(kind):
    """Who is displaced at the end of a year is compared with the end of a quarter."""
    assert basis("2025", kind=kind).reason == ""


# -- baselines -------------------------------------------------------------------------------------------------

SEASONS = [Baseline(v, f"2023-Q{n}") for n, v in ((1, 30), (2, 18), (3, 20), (4, 40))]


def test_seasonal_baseline():
    """The same season's baseline wins; I04 of the worked mission: 18, and 40 % less is 10.8."""
    found = basis("2025-Q2", baseline=SEASONS, targets=Target(-0.4, "2025-Q4", relative=True))

    assert (found.baseline, found.target) == (18, pytest.approx(10.8))
    assert basis("2025-Q4", baseline=SEASONS).baseline == 40


def test_latest_baseline_not_after_the_value():
    """Without one of the season the latest before counts, and never one that comes later."""
    two = [Baseline(84, "2023-Q4"), Baseline(70, "2024-Q4"), Baseline(1, "2025-Q3")]

    assert basis("2025-Q2", baseline=two).baseline == 70
    assert basis("2024-Q1", baseline=two).baseline == 84


def test_no_baseline():
    """What has no baseline, or only one to be set, or a later one, has no way to travel."""
    assert basis("2025-Q2", baseline=()).reason == "no_baseline"
    assert basis("2025-Q2", baseline=Baseline(0, "2023-Q4", status="to_be_set")).reason == "no_baseline"
    assert basis("2023-Q1").reason == "no_baseline"


# -- targets ---------------------------------------------------------------------------------------------------


def test_no_target():
    """A milestone alone is no target."""
    assert basis("2025-Q2", targets=()).reason == "no_target"
    assert basis("2025-Q2", targets=Target(60, "2025-Q4", role="milestone")).target is None


def test_linear_path():
    """Six of eight quarters: 75."""
    assert basis("2025-Q2").path == 75
    assert basis("2024-Q1").path == 12.5
    assert basis("2025-Q4").path == 100
    assert basis("2026-Q1").path == 100


def test_path_before_the_plan():
    """Before the plan begins nothing is due."""
    assert basis("2023-Q4").path is None


def test_path_through_milestones():
    """A milestone halfway in time that asks for a quarter of the way bends the path."""
    targets = [Target(75.5, "2024-Q4", role="milestone"), Target(50, "2025-Q4")]

    assert basis("2024-Q4", targets=targets).path == pytest.approx(25)
    assert basis("2025-Q2", targets=targets).path == pytest.approx(62.5)
    assert basis("2024-Q2", targets=targets).path == pytest.approx(12.5)


def test_path_without_a_plan_period():
    """Where the plan has no period its path begins after the baseline."""
    assert basis("2024-Q4", plan_period=None).path == 50


def test_target_for_each_period():
    """A target for each period is due in full from its first on."""
    found = basis("2025-Q2", targets=Target(50, "2024-Q1", applies="each"))

    assert (found.target, found.path) == (50, 100)


def test_total():
    """24 cases in all after the baseline: from nothing to the whole."""
    found = basis("2025-Q2", targets=Target(400, "2025-Q4", applies="total"))

    assert (found.is_total, found.baseline, found.target, found.path) == (True, 0, 400, 75)


def test_target_in_force():
    """As of a day the target then set counts; a later one is not known yet."""
    targets = [Target(50, "2025-Q4", set_on=date(2024, 1, 1)), Target(60, "2025-Q4", set_on=date(2025, 1, 1))]

    assert basis("2025-Q2", targets=targets).target == 60
    assert basis("2025-Q2", targets=targets, as_of=date(2024, 12, 31)).target == 50
    assert basis("2025-Q2", targets=targets, as_of=date(2023, 12, 31)).reason == "no_target"
    assert basis("2025-Q2", targets=targets[::-1]).target == 60


# -- places and groups -----------------------------------------------------------------------------------------

NORTH = (("place", "north"),)
NORTH_WOMEN = (("place", "north"), ("sex", "female"))


@pytest.mark.parametrize("kind", ["flow", "stock", "cumulative", "distinct"])
def test_district_has_no_target_of_the_country(kind):
    """What adds up is shown below the root, and not scored."""
    assert basis("2025-Q2", kind=kind, where=NORTH).reason == "no_target_here"
    assert basis("2025-Q2", kind=kind, where=(("sex", "female"),)).reason == "no_target_here"


@pytest.mark.parametrize("kind", ["ratio", "mean", "ordinal", "index"])
def test_shares_inherit(kind):
    """A share, a mean, a level and an index are followed below with the target of the whole."""
    assert basis("2025-Q2", kind=kind, where=NORTH).target == 50


def test_own_target_of_a_district():
    """A baseline and a target of the place itself count there, and nowhere else."""
    said = {
        "baseline": [Baseline(84, "2023-Q4"), Baseline(20, "2023-Q4", where=NORTH)],
        "targets": [Target(50, "2025-Q4"), Target(10, "2025-Q4", where=NORTH)],
    }

    assert basis("2025-Q2", where=NORTH, **said).target == 10
    assert basis("2025-Q2", **said).target == 50
    assert basis("2025-Q2", where=(("place", "south"),), **said).reason == "no_target_here"


def test_nearest_is_inherited():
    """Women in the north inherit from the north before the country."""
    given = [Target(50, "2025-Q4"), Target(10, "2025-Q4", where=NORTH)]

    assert here_for(small_indicator(kind="ratio"), NORTH_WOMEN, given, "all") == (given[1],)
    assert here_for(small_indicator(kind="flow"), NORTH_WOMEN, given, "all") is None


def test_root_may_be_named():
    """A target for the root says nothing by naming it."""
    target = Target(50, "2025-Q4", where=(("place", "all"),))

    assert basis("2025-Q2", targets=target).target == 50


# -- breaks ----------------------------------------------------------------------------------------------------


def test_break_in_series():
    """Across a new definition nothing is compared, unless a factor bridges it or it is said to be comparable."""
    new = date(2024, 7, 1)

    assert basis("2025-Q2", breaks=[Break(new, "new form")]).reason == "break_in_series"
    assert basis("2024-Q2", breaks=[Break(new, "new form")]).reason == ""
    assert basis("2025-Q2", breaks=[Break(new, "new form", comparable=True)]).baseline == 84
    assert basis("2025-Q2", breaks=[Break(new, "new form", factor=0.5)]).baseline == 42


def test_break_inside_the_period():
    """A period that lies across the break counts two things, whatever the factor."""
    assert basis("2024-Q3", breaks=[Break(date(2024, 8, 1), "new form", factor=0.5)]).reason == "break_in_series"


def test_factors_multiply():
    """Two breaks between baseline and value are both bridged."""
    one = small_indicator(breaks=[Break(date(2024, 7, 1), "a", factor=0.5), Break(date(2025, 1, 1), "b", factor=3)])

    assert break_factor(one, Period.parse("2024-Q1"), Period.parse("2025-Q1")) == 1.5


def test_total_due_before_it_is_counted():
    """A total whose target lies before its counting begins has no basis; it stops no other indicator."""
    late = Indicator(
        "late",
        "Trained",
        measures=(),
        unit="person",
        kind="flow",
        better="higher",
        baseline=Baseline(10, "2025-Q2"),
        targets=Target(50, "2024-Q1", applies="total"),
    )
    asked = {"where": (), "root": "all", "plan_period": None, "as_of": None, "methodology": Methodology("m", "1")}

    assert find_basis(late, Period.parse("2025-Q3"), **asked).reason == "basis_mismatch"
