"""Observations are taken in whole, sorted and checked, or refused with every fault and its row."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta, timezone

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import ObservationError, RequestError
from cpas.io.observations import read_observations
from cpas.model import Dimension, Indicator, Place, Plan
from cpas.tables.faults import SHOWN
from cpas.tables.rows import ALWAYS, REASONS, STATUSES, moment
from cpas.testing.strategies_observations import observation_rows

LEVELS = ("hostile", "tense", "calm")


def indicator(id, kind, unit, **more):
    """Return an indicator that measures nothing in particular."""
    fields = {"measures": (), "better": "neutral", "levels": LEVELS if kind == "ordinal" else ()} | more
    return Indicator(id, f"Name of {id}", kind=kind, unit=unit, **fields)


PLAN = Plan(
    "p",
    "Every kind",
    period="2025",
    indicators=[
        indicator("flow", "flow", "person", dimensions=["sex"], frequency="quarter"),
        indicator("stock", "stock", "base"),
        indicator("cumulative", "cumulative", "case"),
        indicator("ratio", "ratio", "%"),
        indicator("mean", "mean", "day"),
        indicator("distinct", "distinct", "person", dimensions=["sex", "age"]),
        indicator("ordinal", "ordinal", "level"),
        indicator("index", "index", "index"),
        indicator("text", "text", ""),
        indicator("money", "flow", "USD"),
        indicator("rate", "ratio", "incidents per 100,000 people"),
        indicator("warmth", "index", "degC"),
    ],
    places=[Place("mission", "Mission"), Place("NA", "Namby", parent="mission"), Place("null", "N", parent="mission")],
    dimensions=[Dimension("sex", ["female", "male"]), Dimension("age", ["adult", "child"])],
)


def read(*rows, **more):
    """Read rows given as dicts."""
    return read_observations(list(rows), PLAN, **more)


def row(indicator="flow", period="2025-Q1", **more):
    """Return one row of a quarter."""
    return {"indicator": indicator, "period": period, **more}


def codes_of(*rows):
    """Return the sorts of fault that the rows have."""
    with pytest.raises(ObservationError) as caught:
        read(*rows)
    return tuple(caught.value.counts)


def message_of(*rows):
    """Return what is said of the first fault of the rows."""
    with pytest.raises(ObservationError) as caught:
        read(*rows)
    return caught.value.faults[0].message


# -- laws ------------------------------------------------------------------------------------------------------


@given(st.data())
def test_order_of_rows(assert_same_store, data):
    """Rows in any order give the same store, and the same remarks."""
    rows = data.draw(observation_rows(PLAN))
    first, second = read(*rows), read(*data.draw(st.permutations(rows)))

    assert_same_store(first.store, second.store)
    assert first.remarks == second.remarks


@given(observation_rows(PLAN))
def test_store_is_in_canonical_order(rows):
    """Indicator, place, cell, period, time of recording: each row comes after the one before."""
    store = read(*rows).store
    keys = list(
        zip(*(getattr(store, k).tolist() for k in ("indicator", "place", "cell", "period", "recorded_at")), strict=True)
    )

    assert len(rows) == len(store)
    assert sorted(set(keys)) == keys


@given(observation_rows(PLAN))
def test_nothing_is_lost(assert_same_store, rows):
    """Every row that is read can be read again from its own frame, unchanged."""
    observed = read(*rows)

    assert_same_store(observed.store, read_observations(observed.frame, PLAN).store)


def test_nothing_is_shared_with_the_table():
    """Who changes a table after it was read changes nothing that was read, sorted or not, and no sign of zero stays."""
    for periods in (["2025-Q1", "2025-Q2"], ["2025-Q2", "2025-Q1"]):
        values, codes = np.array([1.0, -0.0]), np.array([0, 0], dtype=np.int8)
        indicators = pd.Categorical.from_codes(codes, ["flow"])
        table = pd.DataFrame({"indicator": indicators, "period": periods, "value": values}, copy=False)
        observed = read_observations(table, PLAN)
        before = observed.rows()
        values[:], codes[:] = 7, -1

        assert not np.signbit(observed.store.value).any()
        assert before == observed.rows()


_FAULTY = st.sampled_from(
    [
        row("no such", value=1),
        row(period="25/Q1", value=1),
        row(value="n/a"),
        row(place="nowhere", value=1),
        row(sex="F", value=1),
        row("stock", sex="male", value=1),
        row(),
        row(value=1, reason="late"),
        row("ratio", numerator=1),
        row(value=-1),
        row(value=1, unit="km"),
        row(value=1, recorded_at="yesterday"),
    ]
)


@given(st.data())
def test_dropping_keeps_the_rest(assert_same_store, data):
    """Without the rows that have a fault, what is left is what would be read without them."""
    good, bad = data.draw(observation_rows(PLAN)), data.draw(st.lists(_FAULTY, max_size=4))
    both = data.draw(st.permutations([*good, *bad]))
    observed = read(*both, on_fault="drop")

    assert_same_store(read(*good).store, observed.store)
    assert len(bad) == (0 if observed.dropped is None else len(observed.dropped))


@given(st.lists(_FAULTY, min_size=1, max_size=4))
def test_what_is_dropped_is_as_given(bad):
    """The rows handed back are the rows given, with the fault beside."""
    dropped = read(*bad, on_fault="drop").dropped
    given = pd.DataFrame(bad, dtype=object)

    assert dropped["fault"].str.len().min() > 0
    again = dropped.drop(columns="fault")
    assert given.where(given.notna(), "").to_numpy().tolist() == again.where(again.notna(), "").to_numpy().tolist()


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_unit_is_converted_once(assert_same_store, value, low):
    """A value in thousands is a thousand times the value, and its bounds with it."""
    thousands = read(row("money", value=value, low=low, unit="thousand USD")).store
    ones = read(row("money", value=1000 * value, low=1000 * low)).store

    assert_same_store(ones, thousands)


@given(st.integers(0, 500), st.integers(1, 500))
def test_value_of_a_ratio_is_made_from_its_parts(numerator, denominator):
    """In per cent, per 100,000, or whatever the unit says; a value given must agree within its rounding."""
    share = 100 * numerator / denominator
    store = read(
        row("ratio", numerator=numerator, denominator=denominator, value=round(share, 1)),
        row("rate", numerator=numerator, denominator=denominator),
    ).store

    assert [share, 1000 * share] == pytest.approx(store.value.tolist())


@given(st.floats(0.1, 1e6), st.floats(0.1, 1e6))
def test_mean_is_kept_as_a_sum_and_its_base(value, base):
    """So that means are combined as sums over bases."""
    store = read(row("mean", value=value, denominator=base)).store

    assert pytest.approx(value * base) == store.numerator[0]
    assert (value, base) == (store.value[0], store.denominator[0])


@given(st.integers(1, 60))
def test_first_twenty_of_each_sort_are_shown(count):
    """All faults are counted and are in the table of faults; twenty of a sort are shown."""
    with pytest.raises(ObservationError) as caught:
        read(*[row(value="x", period=f"{1990 + n}-Q1") for n in range(count)], row("no such", value=1))
    error = pickle.loads(pickle.dumps(caught.value))

    assert {"unknown_indicator": 1, "unreadable_number": count} == error.counts
    assert count + 1 == len(error.frame)
    assert min(count, SHOWN) + 1 == len(error.faults)
    assert (f"… and {count - SHOWN} more." in str(error)) == (count > SHOWN)


@pytest.mark.parametrize("count", [3, 12, 70])
def test_member_of_a_dimension_that_is_not_used(count):
    """However many dimensions a plan has, a row with a member of one that its indicator lacks is refused, in each."""
    names = [f"d{n:02d}" for n in range(count)]
    lacking, first = names[-2:], names[:-2]
    plan = Plan(
        "p",
        "t",
        indicators=[indicator("I", "flow", "person", dimensions=first)],
        dimensions=[Dimension(name, ["yes", "no"]) for name in names],
    )
    sound = {"indicator": "I", "period": "2025", "value": 1, **dict.fromkeys(first, "no")}
    rows = [sound, {**sound, first[0]: "yes"}, {**sound, first[0]: ""}, {**sound, "period": "2026", lacking[1]: "no"}]
    cells = read_observations(rows[:3], plan).store.cells

    assert sorted(cells) == list(cells)
    assert {"", "no", "yes"} == {cell[0] for cell in cells}
    with pytest.raises(ObservationError) as caught:
        read_observations([*rows, {**sound, "period": "2024", **dict.fromkeys(lacking, "yes")}], plan)
    assert [(3, lacking[1]), (4, lacking[0]), (4, lacking[1])] == [
        (row, column) for row, column, _ in caught.value.frame.itertuples(index=False)
    ]


# -- what a row is about ---------------------------------------------------------------------------------------


def test_places():
    """Blank is the root; a place may be called NA or null."""
    observed = read(row(value=1), row(value=2, place="NA"), row(value=3, place="null"))

    assert observed.frame["place"].tolist() == ["mission", "NA", "null"]


def test_implicit_root():
    """Without a common root its id is 'all'."""
    plan = attrs.evolve(PLAN, places=())

    assert read_observations([row(value=1, place="all")], plan).frame["place"].tolist() == ["all"]


def test_members():
    """Blank is all members; unknown is a member, listed or not."""
    observed = read(row(value=3), row(value=1, sex="male"), row(value=2, sex="unknown"))

    assert observed.store.cells == (("", ""), ("male", ""), ("unknown", ""))
    assert observed.frame["sex"].tolist() == [None, "male", "unknown"]


@pytest.mark.parametrize(
    ("faulty", "code", "says"),
    [
        (row("Flow", value=1), "unknown_indicator", "There is no indicator 'Flow'. Did you mean 'flow'?"),
        (row("", value=1), "missing_key", "There is no indicator. Name one of the plan."),
        (row(period="", value=1), "missing_key", "There is no period. Write one such as 2025-Q2."),
        (row(place="Na", value=1), "unknown_place", "There is no place 'Na'. Did you mean 'NA'?"),
        (row(sex="fem", value=1), "unknown_member", "'fem' is no member of 'sex'. Did you mean 'female'?"),
        (row(age="child", value=1), "dimension_not_used", "Indicator 'flow' is not broken down by 'age'."),
        (row(period="Q1/2025", value=1), "unreadable_period", "'Q1/2025' is not a period: "),
        (row(period=2025.5, value=1), "unreadable_period", "2025.5 (float) is not a period."),
        (row(value=1, recorded_at="1/7/25"), "unreadable_time", "'1/7/25' is not a day. Write 2025-07-01"),
        (row(value=1, recorded_at="2025-02-30"), "unreadable_time", "'2025-02-30' is not a day."),
        (row(value=1, status="verifed"), "unknown_status", "'verifed' is no status. Did you mean 'verified'?"),
        (row(reason="lates"), "unknown_reason", "'lates' is no reason. Did you mean 'late'?"),
        (row(value=1, sensitivity="secret"), "unknown_sensitivity", "'secret' is no sensitivity."),
        (row(value=1, note="a\x07b"), "unreadable_text", "The text has a character that cannot be read"),
    ],
)
def test_refused_keys(faulty, code, says):
    """What a row is about is named exactly; what is nearly right is met with what was meant."""
    assert (code,) == codes_of(faulty)
    assert message_of(faulty).startswith(says)


def test_words_in_any_spelling_of_spaces():
    """'Strictly Confidential' and 'not collected' are the words of the library."""
    store = read(row(reason="Not collected", sensitivity="strictly-confidential")).store

    assert (REASONS.index("not_collected"), 3) == (store.reason[0], store.sensitivity[0])


@pytest.mark.parametrize("period", [2025, 2025.0, "2025", np.int64(2025), pd.Period("2025", "Y"), pd.Period("2025Q1")])
def test_period_of_any_type(period):
    """A year may be a number, and pandas has periods of its own."""
    assert read(row("stock", period, value=1)).frame["period"][0] in ("2025", "2025-Q1")


def test_fiscal_year_of_pandas():
    """Its days count, not its name."""
    assert read(row("stock", pd.Period("2025", "Y-JUN"), value=1)).frame["period"][0] == "2024/25"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2025-07-01", datetime(2025, 7, 1, 23, 59, 59, 999999)),
        ("2025-07-01T14:30", datetime(2025, 7, 1, 14, 30)),
        ("2025-07-01 14:30:05.25Z", datetime(2025, 7, 1, 14, 30, 5, 250000)),
        ("2025-07-01T14:30+03:00", datetime(2025, 7, 1, 11, 30)),
        (datetime(2025, 7, 1), datetime(2025, 7, 1, 23, 59, 59, 999999)),
        (pd.Timestamp("2025-07-01T01:00", tz="Africa/Juba"), datetime(2025, 6, 30, 23)),
        (datetime(2025, 7, 1, 5, tzinfo=timezone(timedelta(hours=2))), datetime(2025, 7, 1, 3)),
        ("1960-01-01", datetime(1960, 1, 1, 23, 59, 59, 999999)),
    ],
)
def test_recorded_at(given, expected):
    """A zone is turned into UTC; a day alone is its end."""
    assert moment(expected) == read(row(value=1, recorded_at=given)).store.recorded_at[0]


def test_times_of_a_frame():
    """Timestamps of a frame, with a zone or without, and a missing one."""
    times = pd.to_datetime(pd.Series(["2025-07-01T12:00", None]))
    table = pd.DataFrame({"indicator": ["flow"] * 2, "period": "2025-Q1", "value": 1.0})
    expected = [ALWAYS, moment(datetime(2025, 7, 1, 12))]

    assert expected == read_observations(table.assign(recorded_at=times), PLAN).store.recorded_at.tolist()
    zoned = table.assign(recorded_at=times.dt.tz_localize("UTC"))
    assert expected == read_observations(zoned, PLAN).store.recorded_at.tolist()


# -- what a row says -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("12,5", "Write 12.5 with a point"),
        ("1,000", "1000 without a comma"),
        ("1 000", "Write it without spaces: 1000."),
        ("1\u202f000", "Write it without spaces: 1000."),
        ("5%", "Write 5, and % in the column unit."),
        ("n/a", "give a reason, such as not_collected"),
        ("<5", "give low or high, or the reason suppressed"),
        ("1e400", "is not a finite number"),
        (float("inf"), "is not a finite number"),
        (10**400, "is not a finite number"),
        ("inf", "is not a number. Write it as 12.5."),
        ("1_000", "is not a number. Write it as 12.5."),
        ("٣", "is not a number. Write it as 12.5."),
        (True, "(bool) is not a number."),
        ([1], "is not a number"),
    ],
)
def test_refused_numbers(value, hint):
    """A number that could be two, or none, is refused with what to write; among numbers that are right too."""
    assert hint in message_of(row("stock", value=value))
    assert codes_of(row("stock", value=value), row("stock", "2025-Q2", value=1)) == ("unreadable_number",)


def test_numbers_of_any_type():
    """Texts, whole numbers, decimals; a zero is a zero."""
    given = ["0", 0, "-0", " 7.25 ", "1e3", np.float32(0.5), ".5"]
    store = read(*[row("stock", f"{2000 + n}", value=value) for n, value in enumerate(given)]).store

    assert store.value.tolist() == [0, 0, 0, 7.25, 1000, 0.5, 0.5]
    assert not np.signbit(store.value).any()


def test_missing_needs_a_reason():
    """Blank, 0 and nil are three different things."""
    store = read(row(value=0), row(period="2025-Q2", status="nil"), row(period="2025-Q3", reason="late")).store

    assert store.value[:2].tolist() == [0, 0]
    assert np.isnan(store.value[2])
    assert [-1, STATUSES.index("nil"), -1] == store.status.tolist()
    assert [-1, -1, REASONS.index("late")] == store.reason.tolist()


@pytest.mark.parametrize(
    ("faulty", "code"),
    [
        (row(), "missing_without_reason"),
        (row(status="verified"), "missing_without_reason"),
        (row("ratio", status="nil"), "missing_without_reason"),
        (row("text"), "missing_without_reason"),
        (row("text", value="calm", text="calm"), "text_expected"),
        (row(value=1, reason="late"), "value_and_reason"),
        (row("text", text="calm", reason="late"), "value_and_reason"),
        (row("ratio", numerator=1, denominator=2, reason="late"), "value_and_reason"),
        (row(value=1, status="nil"), "contradiction"),
        (row(status="nil", reason="late"), "contradiction"),
        (row("ratio", numerator=1), "half_a_ratio"),
        (row("ratio", denominator=1, value=3), "half_a_ratio"),
        (row("mean", numerator=1), "half_a_ratio"),
        (row("mean", denominator=4), "missing_without_reason"),
        (row("ratio", numerator=0, denominator=0), "bad_denominator"),
        (row("ratio", numerator=0, denominator=0, value=0), "bad_denominator"),
        (row("ratio", numerator=1, denominator=-2), "bad_denominator"),
        (row("ratio", numerator=1, denominator=3, value=33.4), "parts_disagree"),
        (row("mean", numerator=1, denominator=3, value=0.34), "parts_disagree"),
        (row(value=-1), "negative_count"),
        (row("distinct", value=-1), "negative_count"),
        (row(value=1, unit="km"), "wrong_unit"),
        (row(value=1, unit="persns"), "wrong_unit"),
        (row("ordinal", value=3), "unknown_level"),
        (row("ordinal", value=0.5), "unknown_level"),
        (row("ordinal", text="clam"), "unknown_level"),
        (row("ordinal", value="calm", text="tense"), "contradiction"),
    ],
)
def test_refused_rows(faulty, code):
    """Each row has one answer that can be: one fault each, no chain of them."""
    assert (code,) == codes_of(faulty)


@pytest.mark.parametrize(
    "sound",
    [
        row("money", value=-1),
        row("warmth", value=-3),
        row(low=1, high=3),
        row(low=1, high=5, reason="suppressed"),
        row("ratio", numerator=0, denominator=0, reason="not_applicable"),
        row("ratio", denominator=9, reason="late"),
        row("ratio", numerator=1, denominator=3, value=33.3),
        row("ratio", numerator=1, denominator=3, value=0.33, unit="share"),
        row("ratio", value=12),
        row("mean", value=4),
        row("text", text="Calm, but for the market."),
        row(status="withdrawn"),
        row("index", value=-2.5),
    ],
)
def test_sound_rows(sound):
    """What has a meaning is not refused."""
    assert len(read(sound)) == 1


@pytest.mark.parametrize(
    ("given", "level"),
    [({"value": 2}, 2), ({"value": "0"}, 0), ({"value": "Calm"}, 2), ({"text": "tense"}, 1), ({"text": "calm"}, 2)],
)
def test_levels(given, level):
    """A level is its number, 0 for the worst, or its name."""
    assert level == read(row("ordinal", **given)).store.value[0]


def test_text_beside_a_level():
    """A description beside a level's number is a description."""
    observed = read(row("ordinal", value=1, text="Markets open, checkpoints back"))

    assert observed.frame.loc[0, ["value", "text"]].tolist() == [1.0, "Markets open, checkpoints back"]


def test_temperature_has_another_zero():
    """A unit may differ in its zero too."""
    assert pytest.approx(10) == read(row("warmth", value=50, unit="degF")).store.value[0]


def test_withdrawn_row_has_no_value():
    """It takes an earlier row back and says nothing in its place; a value in it is told."""
    observed = read(row(value=3, recorded_at="2025-05-01"), row(value=3, status="withdrawn", recorded_at="2025-06-01"))

    assert np.isnan(observed.store.value[1])
    assert tuple(code for code in observed.remarks.codes if code.startswith("with")) == ("withdrawn_with_value",)


# -- duplicates ------------------------------------------------------------------------------------------------


def test_identical_rows():
    """A row given twice is a fault; with the fault dropped it counts once."""
    twice = [row(value=1, note="x"), row(value="1.0", note=" x")]

    assert codes_of(*twice) == ("duplicate",)
    assert "It says the same as row 0." in message_of(*twice)
    assert read(*twice, on_fault="drop").store.value.tolist() == [1]


def test_rows_that_differ():
    """Of two values for one cell none stands: nobody can tell which is right."""
    rows = [row(value=1), row(value=2), row(value=3, period="2025-Q2")]

    assert codes_of(*rows) == ("conflicting_duplicate",)
    assert read(*rows, on_fault="drop").store.value.tolist() == [3]


def test_vintages_are_no_duplicates():
    """One cell may have a value for each time it was recorded."""
    observed = read(row(value=1, recorded_at="2025-05-01"), row(value=2, recorded_at="2025-06-01"), row(value=0))

    assert observed.store.value.tolist() == [0, 1, 2]


def test_one_place_in_two_spellings():
    """The root written out and left blank are one place."""
    assert codes_of(row(value=1), row(value=2, place="mission")) == ("conflicting_duplicate",)


# -- remarks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([row("stock", "2023", value=1)], "outside_plan"),
        ([row("flow", "2025-01", value=1)], "other_frequency"),
        ([row("stock", value=1, low=3, high=2)], "bounds_crossed"),
        ([row("stock", value=9, low=1, high=3)], "outside_bounds"),
        ([row("ratio", numerator=3, denominator=2)], "over_hundred"),
        ([row("cumulative", value=5), row("cumulative", "2025-Q2", value=4)], "cumulative_fall"),
        ([row(value=1, sex="male"), row(value=1, sex="female")], "unknown_not_given"),
        ([row("stock", value=1, numerator=1, denominator=2)], "parts_not_used"),
        ([row("money", value=1, unit="thousand USD")], "unit_converted"),
    ],
)
def test_remarks(rows, code):
    """What is odd but can be used is told, and kept as it was given."""
    assert (code,) == read(*rows).remarks.codes


@pytest.mark.parametrize(
    "rows",
    [
        [row("cumulative", value=5, recorded_at="2025-04-01"), row("cumulative", "2025-Q2", value=6)],
        [row("rate", numerator=3, denominator=2)],
        [row(value=1, sex="male"), row(value=0, sex="unknown")],
    ],
)
def test_nothing_to_remark(rows):
    """What is as it should be is passed over."""
    assert not read(*rows).remarks


def test_dropped_rows_are_told():
    """A reader of the remarks learns that rows are missing."""
    assert "rows_dropped" in read(row(), row(value=1), on_fault="drop").remarks.codes


def test_unknown_word_for_faults():
    """A slip of the pen does not turn checks off."""
    with pytest.raises(RequestError, match="Did you mean 'drop'"):
        read(row(), on_fault="dropp")


def test_no_rows():
    """A table without rows is no fault."""
    table = pd.DataFrame({"indicator": [], "period": [], "value": []})

    assert len(read_observations(table, PLAN)) == 0
    assert read_observations(table, PLAN).frame.empty
