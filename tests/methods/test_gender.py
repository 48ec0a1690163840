"""Gender Inequality Index."""

from __future__ import annotations

import numpy as np
import pytest

from cpas.errors import MethodError
from cpas.methods.combine import gender_inequality

#: No difference between women and men, and none lost in health.
EQUAL = {"maternal_deaths": 10, "adolescent_births": 1, "seats": (50, 50), "schooling": (80, 80), "labour": (60, 60)}


def of(rows):
    """Return the index of rows of the Human Development Report's table."""
    return gender_inequality(
        maternal_deaths=rows["mmr"],
        adolescent_births=rows["abr"],
        seats=(rows["pr_f"], rows["pr_m"]),
        schooling=(rows["se_f"], rows["se_m"]),
        labour=(rows["lfpr_f"], rows["lfpr_m"]),
    )


def test_human_development_report(published):
    """UNDP, HDR 2023/24: the GII of every row, to 0.0006; no seats appear there as 0.01 %, and are taken as given."""
    rows = published("hdi_hdr2024/hdi.csv").dropna(
        subset=["gii", "mmr", "abr", "se_f", "se_m", "pr_f", "pr_m", "lfpr_f", "lfpr_m"]
    )

    assert len(rows) > 400
    assert (rows["pr_f"] == 0.01).any()
    np.testing.assert_allclose(of(rows), rows["gii"], atol=0.0006)


def test_equality():
    """Without a difference, nothing is lost."""
    assert gender_inequality(**EQUAL) == pytest.approx(0)


@pytest.mark.parametrize("part", ["seats", "schooling", "labour"])
def test_difference_costs(part):
    """Less for women in one part is inequality; so is a risk that only they have."""
    women, men = EQUAL[part]

    assert gender_inequality(**EQUAL | {part: (women / 2, men)}) > 0.005
    assert gender_inequality(**EQUAL | {"maternal_deaths": 300}) > 0.01


def test_missing_part():
    """An index of women alone is none."""
    assert np.isnan(gender_inequality(**EQUAL | {"labour": (None, 60)}))
    assert np.isnan(gender_inequality(**EQUAL | {"labour": (60, None)}))


def test_no_seats():
    """Zero seats have no geometric mean; what the publisher puts in place is the publisher's to say."""
    with pytest.raises(MethodError, match="must be above zero"):
        gender_inequality(**EQUAL | {"seats": (0, 100)})
