"""UNMISS briefs on violence affecting civilians: figures that were revised in silence (domain study, 3.4)."""

from __future__ import annotations

import pytest

from cpas import datasets
from cpas.cycle.assessing import assess
from cpas.cycle.performing import aggregate
from cpas.cycle.scoring import score

HARMS = ("killed", "injured", "abducted", "crsv")


@pytest.fixture(scope="module")
def observed():
    return datasets.load("unmiss")[1]


def value(observed, indicator, quarter, **asked):
    return aggregate(observed, by="quarter", **asked).row(indicator, quarter)["value"]


def change(observed, indicator, quarter, before, **asked):
    return 100 * (value(observed, indicator, quarter, **asked) / value(observed, indicator, before, **asked) - 1)


def test_before_the_brief_on_the_third_quarter_of_2021(observed):
    """Then Q3 2020 had 1,223 victims, and those of Q3 2021 were not yet known."""
    then = aggregate(observed, by="quarter", as_of="2021-12-14")

    assert then.row("victims", "2020-Q3")["value"] == 1223
    assert then.row("victims", "2021-Q3")["value"] is None
    assert then.row("victims", "2021-Q3")["reason"] == "not_yet_known"


def test_after_it(observed):
    """Q3 2020 has become 1,271, and the change to Q3 2021 is the −37 per cent of the brief."""
    assert value(observed, "victims", "2020-Q3", as_of="2021-12-15") == 1271
    assert round(change(observed, "victims", "2021-Q3", "2020-Q3"), 1) == -37.0


def test_as_first_published(observed):
    """Against the first figure the fall is 34.5 per cent."""
    assert round(change(observed, "victims", "2021-Q3", "2020-Q3", vintage="first"), 1) == -34.5


def test_two_comparisons_with_opposite_signs(observed):
    """Q2 2022: victims +22 % on the quarter before and −15 % on the year; killed +83 % and −4 %."""
    assert round(change(observed, "victims", "2022-Q2", "2022-Q1")) == 22
    assert round(change(observed, "victims", "2022-Q2", "2021-Q2")) == -15
    assert round(change(observed, "killed", "2022-Q2", "2022-Q1")) == 83
    assert round(change(observed, "killed", "2022-Q2", "2021-Q2")) == -4


def test_a_part_moves_against_the_total(observed):
    """While victims fell by 15 per cent on the year, those of sexual violence rose by 218 per cent."""
    assert round(change(observed, "crsv", "2022-Q2", "2021-Q2")) == 218


def test_a_comparison_that_cannot_be_reproduced(observed):
    """Q4 2023: reported as +4 % incidents on the quarter before; the printed figures give +8.4 %."""
    assert round(change(observed, "incidents", "2023-Q4", "2023-Q3"), 1) == 8.4


def test_parts_make_the_total(observed):
    """Wherever the split by harm is printed it is the total, but for the quarter restated without it."""
    quarters = aggregate(observed, by="quarter", groups=["harm"])
    given = aggregate(observed, by="quarter", vintage="first")
    for quarter in ("2020-Q3", "2021-Q2", "2022-Q1", "2022-Q2", "2023-Q2", "2023-Q3", "2023-Q4"):
        parts = [quarters.row("victims", quarter, harm=harm)["value"] for harm in HARMS]

        assert sum(parts) == given.row("victims", quarter)["value"]
        assert parts == [given.row(harm, quarter)["value"] for harm in HARMS]


def test_a_restatement_of_the_total_alone_is_told(observed):
    """Q3 2020 was restated without its parts: the total counts, and a remark names the difference of 48."""
    found = aggregate(observed, by="quarter").remarks.of("total_differs")

    assert len(found) == 1
    assert "2020-Q3" in found[0].message
    assert "difference 48" in found[0].message


def test_sexual_violence_is_never_scored(observed):
    """More reports may mean more trust: ambiguous, and so without a score."""
    assert observed.plan.indicator("crsv").better == "ambiguous"
    assert not observed.plan.indicator("crsv").is_scorable


def test_both_comparisons_side_by_side(observed):
    """An assessment of Q2 2022 shows victims up on the quarter and down on the year, and sexual violence up on both."""
    found = assess(score(aggregate(observed, by="quarter")), at="2022-Q2").indicators.set_index("id")

    assert found.loc["victims", ["change_previous", "change_season"]].astype(float).round().tolist() == [22, -15]
    assert found.loc["crsv", ["change_previous", "change_season"]].astype(float).round().tolist() == [92, 218]
