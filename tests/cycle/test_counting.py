"""Counting events: what is zero, what is missing, and what does not depend on how the table is cut."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from cpas.cycle.counting import count
from cpas.cycle.performing import aggregate
from cpas.errors import ObservationError, RequestError, UnknownIdError
from cpas.model import Dimension, Indicator, Place, Plan
from cpas.tables.incidents import Incidents

PLAN = Plan(
    "p",
    "t",
    places=[
        Place("land", "The land", level="country"),
        Place("north", "North", parent="land", level="region"),
        Place("town", "Town", parent="north", level="district"),
        Place("farm", "Farm", parent="north", level="district"),
        Place("south", "South", parent="land", level="region"),
        Place("unknown", "Not known", parent="land"),
    ],
    dimensions=[Dimension("kind", ["raid", "clash"]), Dimension("actor", ["a", "b"])],
    indicators=[
        Indicator("events", "Events", measures=(), unit="event", kind="flow", better="lower", dimensions=["kind"]),
        Indicator("deaths", "Deaths", measures=(), unit="death", kind="flow", better="lower", dimensions=["kind"]),
        Indicator("bases", "Bases", measures=(), unit="base", kind="stock", better="neutral"),
    ],
)
START = date(2023, 11, 1)
PLACES = ["town", "farm", "south", None]
KINDS = ["raid", "clash", None]

events_ = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from(PLACES), st.sampled_from(KINDS), st.integers(0, 50)), max_size=30
).map(
    lambda rows: pd.DataFrame(
        [(START + timedelta(days=day), place, kind, dead) for day, place, kind, dead in rows],
        columns=["day", "place", "kind", "dead"],
    )
)


def register(frame: pd.DataFrame, **changes: object) -> Incidents:
    asked = {
        "date": "day",
        "counts": {"events": None, "deaths": "dead"},
        "place": "place",
        "dimensions": ["kind"],
        "coverage": "2023-11-01/2024-05-31",
    }
    return Incidents.of(frame, PLAN, **(asked | changes))


def total(observed, indicator: str) -> float:
    return float(observed.frame.query("indicator == @indicator")["value"].sum())


# -- laws ----------------------------------------------------------------------------------------------------------


@given(events_, st.sampled_from(["day", "week", "month"]), st.sampled_from([(), ("kind",)]))
@settings(max_examples=50, deadline=None)
def test_nothing_is_lost(frame, by, over):
    """However events are counted, the counts add up to the events, and the quantities to the quantities."""
    observed = count(register(frame, coverage=None), by=by, over=over)

    assert len(frame) == total(observed, "events")
    assert frame["dead"].sum() == total(observed, "deaths")


@given(events_, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_order_is_free(frame, random):
    """The order of events changes nothing."""
    order = list(range(len(frame)))
    random.shuffle(order)
    shuffled = frame.iloc[order].reset_index(drop=True)

    pd.testing.assert_frame_equal(
        count(register(frame), by="month", over="kind").frame,
        count(register(shuffled), by="month", over="kind").frame,
        check_exact=True,
    )


@given(events_, st.integers(0, 30))
@settings(max_examples=50, deadline=None)
def test_a_cut_table_adds_up(frame, at):
    """The counts of two parts of a register are together those of the whole."""
    parts = [frame.iloc[:at], frame.iloc[at:]]
    whole, first, second = (
        count(register(part.reset_index(drop=True)), by="month", over="kind", places="region").frame
        for part in (frame, *parts)
    )
    keys = ["indicator", "period", "place", "kind", "actor"]
    together = pd.concat([first, second]).groupby(keys, dropna=False)["value"].sum().sort_index()

    pd.testing.assert_series_equal(
        together, whole.groupby(keys, dropna=False)["value"].sum().sort_index(), check_exact=True
    )


@given(events_)
@settings(max_examples=30, deadline=None)
def test_breaking_down_adds_up_again(frame):
    """Counting by place and member, then adding up, is counting the whole."""
    fine = aggregate(count(register(frame), by="month", over="kind"), by="quarter")
    coarse = aggregate(count(register(frame), by="month", places="all"), by="quarter")

    columns = ["indicator", "period", "place", "value"]
    pd.testing.assert_frame_equal(fine.frame[columns], coarse.frame[columns], check_exact=True)


@given(events_)
@settings(max_examples=30, deadline=None)
def test_inside_the_coverage_nothing_is_missing(frame):
    """Every place × member × period inside the coverage has a value; where no event was, it is zero."""
    observed = count(register(frame), by="month", over="kind").frame

    # town, farm, south and unknown; raid, clash and unknown; seven months; two indicators
    assert len(observed) == 4 * 3 * 7 * 2
    assert observed["value"].notna().all()


# -- cases ---------------------------------------------------------------------------------------------------------

RAIDS = pd.DataFrame(
    {
        "day": ["2024-01-31", "2024-01-31", "2024-03-01"],
        "place": ["town", "North", ""],
        "kind": ["raid", "clash", ""],
        "dead": [2, 0, 3],
    }
)


def test_outside_the_coverage_there_is_no_row():
    """What the register does not cover is unknown, not zero."""
    observed = count(register(RAIDS), by=["2023-01", "2024-01"])

    assert set(observed.frame["period"]) == {"2024-01"}
    assert "outside_periods" in observed.remarks.codes


def test_without_coverage_silence_says_nothing():
    """Without a declared coverage there are rows only where events are."""
    observed = count(register(RAIDS, coverage=None), by="month")

    assert set(observed.frame["period"]) == {"2024-01", "2024-03"}
    assert (observed.frame.query("indicator == 'events'")["value"] > 0).all()


def test_a_period_partly_covered_is_missing():
    """A quarter of which the register has a part has no count, and a remark says what is known."""
    observed = count(register(RAIDS, coverage="2024-01-01/2024-05-31"), by="quarter", places="all")
    second = observed.frame.query("period == '2024-Q2'")

    assert second["value"].isna().all()
    assert set(second["reason"]) == {"not_collected"}
    assert len(observed.remarks.of("partly_covered")) == 1


def test_an_unknown_quantity_makes_its_sum_missing():
    """Where it is not known how many died in one event, it is not known how many died."""
    frame = RAIDS.assign(dead=[2, None, 3])
    observed = count(register(frame), by="month", places="all").frame.query("indicator == 'deaths'")

    assert np.isnan(observed.query("period == '2024-01'")["value"].item())
    assert observed.query("period == '2024-03'")["value"].item() == 3


def test_blank_is_unknown():
    """A blank place and a blank member are the place and the member ``unknown``, not all of them."""
    observed = count(register(RAIDS), by="month", over="kind").frame
    found = observed.query("indicator == 'events' and period == '2024-03' and value > 0")

    assert found[["place", "kind"]].values.tolist() == [["unknown", "unknown"]]


def test_a_level_takes_in_what_lies_below():
    """Places below the level count in it; an event at no place of it stays where it is, with a remark."""
    observed = count(register(RAIDS), by="month", places="region")
    january = observed.frame.query("indicator == 'events' and period == '2024-01'").set_index("place")["value"]

    assert january.to_dict() == {"north": 2, "south": 0, "unknown": 0}
    assert "1 events" in observed.remarks.of("not_at_level")[0].message


def test_places_named_by_the_indicator():
    """An indicator that names its places is counted at those, and wherever there was an event."""
    plan = evolve(PLAN, indicators=[evolve(PLAN.indicators[0], places=["south"])])
    frame = RAIDS.iloc[:1]
    incidents = Incidents.of(frame, plan, date="day", counts="events", place="place", coverage="2024-01")

    assert count(incidents, by="month").frame[["place", "value"]].values.tolist() == [["town", 1.0], ["south", 0.0]]


def test_bounds_of_the_register():
    """Low and high estimates add up beside the value; those that contradict it are kept and remarked."""
    frame = RAIDS.assign(low=[1, 0, 4], high=[5, 1, 3])
    incidents = register(frame, low={"deaths": "low"}, high={"deaths": "high"})
    observed = count(incidents, by="2024-Q1", places="all").frame.query("indicator == 'deaths'")

    assert observed[["value", "low", "high"]].iloc[0].tolist() == [5, 5, 9]
    assert incidents.remarks.codes == ("low_above_value",)


def test_all_faults_at_once():
    """Every row that cannot be used is named, by sort."""
    frame = pd.DataFrame(
        {
            "day": ["2024-02-30", "2030-01-01", "", "2024-01-01"],
            "place": ["town", "twon", "farm", "farm"],
            "kind": ["raid", "raid", "riad", "raid"],
            "dead": ["1", "many", "2", "-2"],
        }
    )
    with pytest.raises(ObservationError) as caught:
        register(frame)

    assert caught.value.counts == {
        "unreadable_day": 1, "outside_coverage": 1, "missing_key": 1, "unknown_place": 1, "unknown_member": 1,
        "unreadable_number": 1, "negative_count": 1,
    }  # fmt: skip
    assert "Did you mean 'Town'?" in str(caught.value)


def test_faults_can_be_dropped():
    """Rows at fault are handed back, and the rest is counted."""
    incidents = register(RAIDS.assign(dead=[2, -1, 3]), on_fault="drop")

    assert len(incidents) == 2
    assert incidents.dropped is not None
    assert len(count(incidents, by="month").dropped) == 1


def test_a_blank_place_needs_a_place_unknown():
    """A register with blanks is refused by a plan that has no place for them."""
    plan = Plan("p", "t", indicators=[PLAN.indicators[2], Indicator("n", "N", measures=(), unit="event", kind="flow",
                better="lower")], places=[Place("town", "Town")])  # fmt: skip
    with pytest.raises(ObservationError, match="add a place 'unknown'"):
        Incidents.of(RAIDS.iloc[[0, 2]], plan, date="day", counts="n", place="place")


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"counts": {"bases": None}}, RequestError, "is a stock"),
        ({"counts": {"event": None}}, UnknownIdError, "Did you mean 'events'"),
        ({"counts": {"deaths": "deads"}}, RequestError, "Did you mean 'dead'"),
        ({"counts": {}}, RequestError, "Say what is counted"),
        ({"low": {"death": "dead"}}, RequestError, "Did you mean 'deaths'"),
        ({"dimensions": ["kinds"]}, UnknownIdError, "Did you mean 'kind'"),
    ],
)
def test_requests_without_meaning_when_bound(changes, error, words):
    """What cannot be counted is refused, with the nearest that can."""
    with pytest.raises(error, match=words):
        register(RAIDS, **changes)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"by": "fortnight"}, "Frequencies are day"),
        ({"by": ["2024-01", "2024-Q1"]}, "overlap"),
        ({"by": "month", "over": "actor"}, "say nothing of 'actor'"),
        ({"by": "month", "places": "regoin"}, "Did you mean 'region'"),
    ],
)
def test_requests_without_meaning_when_counted(asked, words):
    """An unknown frequency, dimension or level is refused; so are periods that would count an event twice."""
    with pytest.raises(RequestError, match=words):
        count(register(RAIDS), **asked)


def test_no_events_at_all():
    """A register without events is zero where it covers, and empty where it does not say."""
    nothing = RAIDS.iloc[:0]

    assert (count(register(nothing), by="month").frame["value"] == 0).all()
    assert len(count(register(nothing, coverage=None), by="month")) == 0


@pytest.mark.parametrize("engine", ["polars", "pyarrow"])
def test_other_data_frames(engine):
    """Frames of other libraries are read as those of pandas are."""
    library = pytest.importorskip(engine)
    given_ = library.DataFrame(RAIDS.to_dict("list")) if engine == "polars" else library.Table.from_pandas(RAIDS)

    pd.testing.assert_frame_equal(
        count(register(given_), by="month").frame, count(register(RAIDS), by="month").frame, check_exact=True
    )


def test_a_register_has_a_date():
    """Counts are known when the register was."""
    observed = count(register(RAIDS, recorded_at=date(2024, 6, 10)), by="month", places="all")

    before, after = (aggregate(observed, by="month", as_of=day).frame for day in ("2024-06-09", "2024-06-10"))
    assert set(before.query("indicator == 'events'")["reason"]) == {"not_yet_known"}
    assert after.query("indicator == 'events'")["value"].notna().all()
