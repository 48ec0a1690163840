"""Whether enough of the parts is there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.combine import availability, if_available


@given(st.lists(st.floats(0, 100) | st.none(), min_size=1, max_size=8), st.data())
def test_one_more_value_never_lowers_availability(values, data):
    """Adding an observation never lowers what is available."""
    position = data.draw(st.integers(0, len(values) - 1))
    more = [50.0 if here == position else value for here, value in enumerate(values)]

    assert availability(values) <= availability(more)
    assert availability(more) == sum(value is not None for value in more) / len(more)


def test_four_of_five_is_enough_for_sdsn():
    """Sustainable Development Report 2019: no index where more than 20 % are missing, so 20 % missing is enough."""
    shares = availability([[1, 1], [2, None], [3, None], [4, 4], [None, 5]])

    np.testing.assert_array_equal(if_available([61.5, 48.0], share=shares, minimum=0.8), [61.5, np.nan])


def test_sdg_index_2019_ranks_countries_with_enough_data(published):
    """Sustainable Development Report 2019: countries with an index miss at most 20 %; the others more, with reasons."""
    countries = published("sdg_index_2019/countries.csv")
    share = 1 - countries["pct_missing"] / 100
    kept = if_available(countries["index_score"].fillna(0), share=share, minimum=0.8)

    assert not np.isnan(kept[countries["index_score"].notna()]).any()


def test_weights_count():
    """What is available is weight, not number."""
    assert availability([None, 1], [3, 1]) == 0.25


@pytest.mark.parametrize(("share", "minimum"), [(0.5, 80), (80, 0.8), (-0.1, 0.8)])
def test_shares_only(share, minimum):
    """Per cent in place of shares is refused."""
    with pytest.raises(MethodError, match="between 0"):
        if_available(50, share=share, minimum=minimum)
