"""Periods: read, written, stepped, compared, split, counted and grouped."""

import copy
import csv
import pickle
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from cpas.errors import CpasError, PeriodError
from cpas.periods import (
    FINER,
    FREQUENCIES,
    Period,
    group_into,
    nests,
    ordinals,
    period_count,
    to_frequency,
    to_optional_period,
    to_period,
)
from cpas.periods.days import whole_months
from cpas.testing.strategies_periods import periods

UNITS = tuple(word for word in FREQUENCIES if word != "dates")
MONTHLY = ("month", "quarter", "half", "year", "year-jul")
CODES = Path(__file__).parents[2] / "shared" / "data" / "dhis2_analytics" / "period_codes.csv"

read = Period.parse
units = st.sampled_from(UNITS)
near_dates = st.dates(date(1995, 1, 1), date(2045, 12, 31))
#: Anywhere in the calendar, up to its ends.
anywhere = st.one_of(
    periods(),
    periods(UNITS, first=date.min, last=date(4, 1, 1)),
    periods(UNITS, first=date(9997, 1, 1), last=date.max),
    st.lists(st.dates(), min_size=2, max_size=2).map(sorted).map(lambda days: Period(*days)),
)


# -- reading and writing ---------------------------------------------------------------------------


@given(anywhere)
def test_read_what_was_written(period):
    """Every way a period is written reads back as that period."""
    assert period == read(str(period)) == read(period.code) == read(period.iso)
    assert period == read(f"{period.start.isoformat()}/{period.iso_duration}")
    assert period == read(f"{period.iso_duration}/{period.end.isoformat()}")
    assert period == read(f"  {period} ")
    if period.frequency != "dates":
        assert period == read(period.dhis2)


@given(anywhere, anywhere)
def test_one_code_for_each_period(one, other):
    """Two periods have one code exactly when they are equal, whatever way they came about."""
    assert (one == other) == (one.code == other.code)
    assert (one == other) == (one.iso == other.iso)


@given(near_dates, units)
def test_days_that_are_a_unit_are_that_unit(day, frequency):
    """Which unit a period is follows from its days, not from how it was written."""
    unit = Period.of(day, frequency)

    assert frequency == Period.between(unit.start, unit.end).frequency
    assert unit.start <= day <= unit.end


@pytest.mark.parametrize(
    ("text", "start", "end", "code", "duration"),
    [
        ("2025-06-13", "2025-06-13", "2025-06-13", "2025-06-13", "P1D"),
        ("20250613", "2025-06-13", "2025-06-13", "2025-06-13", "P1D"),
        ("2025-W07", "2025-02-10", "2025-02-16", "2025-W07", "P7D"),
        ("2025W7", "2025-02-10", "2025-02-16", "2025-W07", "P7D"),
        ("2025W07", "2025-02-10", "2025-02-16", "2025-W07", "P7D"),
        ("2020W53", "2020-12-28", "2021-01-03", "2020-W53", "P7D"),
        ("2025-06", "2025-06-01", "2025-06-30", "2025-06", "P1M"),
        ("202506", "2025-06-01", "2025-06-30", "2025-06", "P1M"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024-02", "P1M"),
        ("2025-Q2", "2025-04-01", "2025-06-30", "2025-Q2", "P3M"),
        ("2025Q2", "2025-04-01", "2025-06-30", "2025-Q2", "P3M"),
        ("Q2 2025", "2025-04-01", "2025-06-30", "2025-Q2", "P3M"),
        ("2025-04-01/2025-06-30", "2025-04-01", "2025-06-30", "2025-Q2", "P3M"),
        ("20250401/20250630", "2025-04-01", "2025-06-30", "2025-Q2", "P3M"),
        ("2025-04-01/P3M", "2025-04-01", "2025-06-30", "2025-Q2", "P3M"),
        ("P3M/2025-06-30", "2025-04-01", "2025-06-30", "2025-Q2", "P3M"),
        ("2025-S1", "2025-01-01", "2025-06-30", "2025-H1", "P6M"),
        ("2025S2", "2025-07-01", "2025-12-31", "2025-H2", "P6M"),
        ("2025-H1", "2025-01-01", "2025-06-30", "2025-H1", "P6M"),
        ("H1 2025", "2025-01-01", "2025-06-30", "2025-H1", "P6M"),
        ("2025", "2025-01-01", "2025-12-31", "2025", "P1Y"),
        ("2025/26", "2025-07-01", "2026-06-30", "2025/26", "P1Y"),
        ("2025/2026", "2025-07-01", "2026-06-30", "2025/26", "P1Y"),
        ("2025July", "2025-07-01", "2026-06-30", "2025/26", "P1Y"),
        ("1999/00", "1999-07-01", "2000-06-30", "1999/00", "P1Y"),
        ("1999/2000", "1999-07-01", "2000-06-30", "1999/00", "P1Y"),
        # UNFICYP reports from 13 December to 12 June, UNIFIL from 17 June to 20 October (S/2020/195, S/2020/1110)
        ("2023-12-13/2024-06-12", "2023-12-13", "2024-06-12", "2023-12-13/2024-06-12", "P6M"),
        ("2020-06-17/2020-10-20", "2020-06-17", "2020-10-20", "2020-06-17/2020-10-20", "P126D"),
        ("2024-01-01/2025-12-31", "2024-01-01", "2025-12-31", "2024-01-01/2025-12-31", "P2Y"),
        ("2024-01-01/P1Y6M", "2024-01-01", "2025-06-30", "2024-01-01/2025-06-30", "P18M"),
        ("2025-01-06/P2W", "2025-01-06", "2025-01-19", "2025-01-06/2025-01-19", "P14D"),
        ("2025-01-29/P1M", "2025-01-29", "2025-02-28", "2025-01-29/2025-02-28", "P31D"),
        ("P10D/2025-01-05", "2024-12-27", "2025-01-05", "2024-12-27/2025-01-05", "P10D"),
        ("0001-01-01/P1D", "0001-01-01", "0001-01-01", "0001-01-01", "P1D"),
        ("9999-10-01/P3M", "9999-10-01", "9999-12-31", "9999-Q4", "P3M"),
        ("0001", "0001-01-01", "0001-12-31", "0001", "P1Y"),
    ],
)
def test_form_is_read(text, start, end, code, duration):
    """Each written form means the same days to everyone."""
    period = read(text)

    assert (start, end) == (str(period.start), str(period.end))
    assert (code, duration) == (period.code, period.iso_duration)


@pytest.mark.parametrize(
    ("code", "dhis2"),
    [
        ("2025-06-13", "20250613"),
        ("2025-W07", "2025W7"),
        ("2020-W53", "2020W53"),
        ("2025-06", "202506"),
        ("2025-Q2", "2025Q2"),
        ("2025-H1", "2025S1"),
        ("2025", "2025"),
        ("2025/26", "2025July"),
    ],
)
def test_written_for_dhis2(code, dhis2):
    """Each unit has DHIS2's own code."""
    assert dhis2 == read(code).dhis2


def test_two_dates_have_no_dhis2_code():
    """A code DHIS2 would refuse is not made up."""
    with pytest.raises(PeriodError, match="DHIS2 has no code for any two dates"):
        _ = read("2025-06-13/2025-12-12").dhis2


def dhis2_rows():
    if not CODES.exists():
        return []
    with CODES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.skipif(not CODES.exists(), reason="the shared data folder is not beside the repository")
def test_dhis2_codes():
    """DHIS2 period tests (dhis2-core, BSD-3): every valid code has its days, every invalid one is refused."""
    rows = dhis2_rows()
    for row in rows:
        if row["valid"] == "1":
            period = read(row["code"])
            found = (str(period.start), str(period.end), period.iso_duration, period.dhis2)
            assert (row["start"], row["end"], row["iso_duration"], row["code"].replace("-", "")) == found
        else:
            with pytest.raises(PeriodError, match="is not a period"):
                read(row["code"])
    assert {"0", "1"} == {row["valid"] for row in rows}


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "/", "//", "P", "P/P", "P3M", "P3M/P3M", "P/2025-01-01", "2025-01-01/P", "2025-01-01/P0D"),
        *("13/06/2025", "06/05/2025", "June 2025", "Jun-25", "2025 June", "FY25", "FY2025/26", "25-Q2", "2025-26"),
        *("201", "20111", "201W2", "2011W0", "2011W53", "2025W", "2025-W7-1", "2025-164"),
        *("2025-13", "202513", "2025-00", "2025-02-30", "20250230", "2025-2-3", "2025-0613", "202506-13"),
        *("2025Q0", "2025Q5", "2025-H3", "2025S0", "Q5 2025", "Q22025", "Q2  2025", "2025 Q2", "2025q2", "2025-w07"),
        *("2025/27", "2025/25", "2025/2027", "2025/2025", "9999/00", "9999July", "2025June", "0000", "0000-Q1"),
        *("2025-06-30/2025-04-01", "2025-01-01/2025-02", "2025/2025-06-30", "2025-01-01--2025-02-01"),
        *("2025-01-31/P1M", "2025-01-01/PT24H", "2025-01-01/P3", "2025-01-01/P9999999D", "9999-01-01/P2Y"),
        *("2025-01-01/p3m", "2025-01-01/-P3M", "2025-01-01T00:00/P1D", "2025-01-01/2025-01-31/P1D", "..", "none"),
        *(
            "2025\n",
            "\t2025",
            "2025\x00",
            "2025-Q2\x7f",
            "\u00a02025",
            "２０２５",
            "٢٠٢٥",
            "2025‑06",
            "2025–26",
            "²025",
        ),
        *("9999W52", "-2025", "+2025", "2025.0", "1e3", "nan", "NaT", "2025-Q2;DROP", "P99999Y/2025-01-01"),
    ],
)
def test_text_is_refused(text):
    """What could mean two things, or nothing, is refused with what was written and how to write it."""
    with pytest.raises(PeriodError, match="is not a period") as caught:
        read(text)
    assert text == caught.value.value
    assert "Write it as one of 2025-06-13, 2025-W07" in str(caught.value)
    assert "for example 2025-Q2" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2011W53", "Invalid week: 53"),
        ("2025Q5", "a year has quarters 1 to 4"),
        ("2025-H3", "a year has halves 1 to 2"),
        ("2025/27", "ends in the next year, 2026"),
        ("2025-06-30/2025-04-01", "it ends on 2025-04-01, before it starts"),
        ("2025-01-31/P1M", "2025-02 has no day 30"),
        ("2025-01-01/2025-02", "'2025-02' is not a day"),
        ("2025-01-01/P3", "'P3' is not a length"),
        ("9999July", "The calendar ends"),
    ],
)
def test_refusal_says_why(text, why):
    """A form that is known but wrong is told what is wrong with it."""
    with pytest.raises(PeriodError, match=why):
        read(text)


@pytest.mark.parametrize("text", ["9" * 1_000_000, "2025-01-01/" * 100_000, " " * 1_000_000, "x" * 41, "\x1b[2J" * 9])
def test_hostile_text_is_refused_in_few_words(text):
    """A message repeats neither a megabyte nor a control character."""
    with pytest.raises(PeriodError) as caught:
        read(text)
    assert len(str(caught.value)) < 500
    assert str(caught.value).isprintable()


@given(st.text(max_size=30) | st.text("0123456789-/QWHSPYMD July", max_size=25))
def test_any_text_is_read_or_refused(text):
    """No text does anything but give a period or a PeriodError."""
    try:
        period = read(text)
    except PeriodError:
        return
    assert period == read(period.code)


# -- the record ------------------------------------------------------------------------------------


def test_order_is_by_start_then_end():
    """Periods sort by their first day, the shorter before the longer."""
    texts = ["2024", "2025-01-01", "2025-W02", "2025-01", "2025-Q1", "2025", "2025-02", "2025-Q2"]
    order = ["2024", "2025-01-01", "2025-01", "2025-Q1", "2025", "2025-W02", "2025-02", "2025-Q2"]

    assert order == [str(period) for period in sorted(map(read, texts))]


def test_equal_periods_are_one_key():
    """A dictionary finds a period however it was written."""
    assert {read("2025-Q2"): 1}[read("2025-04-01/P3M")] == 1


@given(anywhere)
def test_survives_copies(period):
    """Copy, pickle and the text of a period in a notebook give it back."""
    assert period == pickle.loads(pickle.dumps(period)) == copy.deepcopy(period)
    assert period == eval(repr(period), {"Period": Period})  # our own text
    assert period.frequency == pickle.loads(pickle.dumps(period)).frequency


def test_frozen():
    """A period is a value: change it by making another, whose frequency follows."""
    month = read("2025-06")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        month.end = date(2025, 7, 31)

    assert attrs.evolve(month, start=date(2025, 4, 1)).frequency == "quarter"


def test_end_before_start():
    """Time does not run backwards."""
    with pytest.raises(PeriodError, match=r"cannot end \(2025-01-01\) before it starts \(2025-01-02\)"):
        Period(date(2025, 1, 2), date(2025, 1, 1))


@pytest.mark.parametrize("value", ["2025-01-01", 2025, None, pd.NaT, float("nan")])
def test_ends_are_days(value):
    """An end that is no date is refused, a missing one too."""
    with pytest.raises(PeriodError, match="is not a day"):
        Period(value, date(2025, 12, 31))


def test_moments_are_taken_as_their_day():
    """A moment is the day that holds it, so that moments and dates make equal periods."""
    made = Period(datetime(2025, 4, 1, 13, 30), pd.Timestamp("2025-06-30 23:59"))

    assert made == read("2025-Q2")
    assert type(made.start) is type(made.end) is date


def test_import_stays_light():
    """Reading a period costs neither numpy nor pandas."""
    code = "import sys, cpas.periods as p; p.Period.parse('2025'); print({'numpy', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


# -- converters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2025-Q2", "2025-Q2"),
        (read("2025-Q2"), "2025-Q2"),
        (2025, "2025"),
        (202506, "2025-06"),
        (20250613, "2025-06-13"),
        (np.int64(2025), "2025"),
        (date(2025, 6, 13), "2025-06-13"),
        (datetime(2025, 6, 13, 23, 59, tzinfo=UTC), "2025-06-13"),
        (pd.Timestamp("2025-06-13"), "2025-06-13"),
    ],
)
def test_to_period(value, code):
    """What YAML, JSON and tables hand over for a period is one."""
    assert code == str(to_period(value)) == str(to_optional_period(value))


@pytest.mark.parametrize(
    "value",
    [True, False, 2025.0, float("nan"), None, b"2025", [], {}, (1, 2), pd.NaT, -2025, 0, 10**30, 99999, object()],
)
def test_to_period_refuses(value):
    """True is not the year 1, and 2025.0 not a year."""
    with pytest.raises(PeriodError):
        to_period(value)


def test_no_period():
    """Nothing stays nothing, and an empty text is not nothing."""
    assert to_optional_period(None) is None
    with pytest.raises(PeriodError):
        to_optional_period("")


def test_error_is_caught_by_strangers():
    """A stranger catches ValueError, a user CpasError."""
    with pytest.raises(ValueError, match="'x' is not a period"):
        to_period("x")
    assert issubclass(PeriodError, CpasError)


def test_parse_reads_texts_only():
    """A number is for to_period."""
    with pytest.raises(PeriodError, match="reads a text, not int"):
        read(2025)


# -- neighbours ------------------------------------------------------------------------------------


@given(periods(UNITS), st.integers(-40, 40))
def test_steps_of_units(period, n):
    """Stepping is invertible, keeps the frequency, and adjoins."""
    assert period == period.next(n).previous(n) == period.previous(n).next(n)
    assert period.frequency == period.next(n).frequency
    assert period.next(n).next() == period.next(n + 1)
    assert (period.next().start - period.end).days == 1


@given(periods(["dates"]))
def test_steps_of_two_dates(period):
    """Neighbours adjoin and are equally long, in whole months where both ends say so, else in days."""
    after, before = period.next(), period.previous()

    assert ((after.start - period.end).days, (period.start - before.end).days) == (1, 1)
    if whole_months(period.start, period.end):
        assert period.iso_duration == after.iso_duration == before.iso_duration
        assert period == after.previous() == before.next()
    else:
        assert period.days == after.days == before.days


@given(periods(["dates"]), st.integers(-5, 5))
def test_steps_of_two_dates_invert(period, n):
    """A step forth and a step back meet, unless days moved by their number come to be whole months."""
    moved = period.next(n)
    kept = bool(whole_months(period.start, period.end)) == bool(whole_months(moved.start, moved.end))
    assume(kept)

    assert period == moved.previous(n)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("2025-06-13/2025-12-12", "2025-12-13/2026-06-12"),
        ("2020-06-17/2020-10-20", "2020-10-21/2021-02-23"),
        ("2024-02-01/2024-03-31", "2024-04-01/2024-05-31"),
        ("2023-12-01/2024-02-29", "2024-03-01/2024-05-31"),
        ("2024-01-30/2024-02-28", "2024-02-29/2024-03-29"),
        ("2024-12-31", "2025-01-01"),
        ("2020-W53", "2021-W01"),
        ("2025-12", "2026-01"),
        ("2025-Q4", "2026-Q1"),
        ("2025-H2", "2026-H1"),
        ("1999/00", "2000/01"),
    ],
)
def test_next(text, after):
    """UNFICYP's half year from 13 June is followed by the one from 13 December, leap years or not."""
    assert after == str(read(text).next())


@pytest.mark.parametrize("frequency", UNITS)
def test_calendar_ends(frequency):
    """Beyond the years 1 to 9999 there is a PeriodError, never an OverflowError."""
    with pytest.raises(PeriodError, match="The calendar ends"):
        Period.of(date(9998, 1, 1), frequency).next(10**6)
    with pytest.raises(PeriodError, match="The calendar ends"):
        Period.of(date(2, 1, 1), frequency).previous(10**30)


@pytest.mark.parametrize("text", ["0001-01-01/0001-01-10", "9999-12-20/9999-12-31", "0001-01-02/0001-04-01"])
def test_calendar_ends_for_two_dates(text):
    """Ranges at the ends of the calendar have a neighbour on one side only."""
    period = read(text)
    step = period.previous if period.start.year == 1 else period.next
    with pytest.raises(PeriodError, match="The calendar ends"):
        step()
    with pytest.raises(PeriodError, match="The calendar ends"):
        period.next(10**30)


@pytest.mark.parametrize(("day", "frequency"), [(date.max, "week"), (date.max, "year-jul"), (date.min, "year-jul")])
def test_unit_over_the_end_of_the_calendar(day, frequency):
    """A unit that would run over the end of the calendar does not exist."""
    with pytest.raises(PeriodError, match="The calendar ends"):
        Period.of(day, frequency)


# -- seasons ---------------------------------------------------------------------------------------


@given(periods(UNITS), st.integers(-20, 20))
def test_season_before_of_units(period, years):
    """The season before has the same frequency and the same season."""
    before = period.season_before(years)

    assert period.frequency == before.frequency
    assert before == before.season_before(0)
    if years >= 0:
        assert period.same_season(before)
        assert before.same_season(period)


@given(periods(MONTHLY), st.integers(-20, 20))
def test_season_before_of_months_inverts(period, years):
    """A quarter a year before and a year after is the same quarter."""
    assert period == period.season_before(years).season_before(-years)


@given(periods(["dates"]))
def test_season_before_of_two_dates(period):
    """Both ends keep their day of the year, but for the end of February."""
    before = period.season_before()

    assert (period.start.year - 1, period.end.year - 1) == (before.start.year, before.end.year)
    for now, then in ((period.start, before.start), (period.end, before.end)):
        assert (now.month, now.day) == (then.month, then.day) or (now.month, then.month) == (2, 2)
    if before.frequency == "dates":
        assert period.same_season(before)


@given(periods(), periods())
@example(read("2020-W53"), read("2019-W52"))
@example(read("2024-02-29"), read("2023-02-28"))
def test_same_season_is_mutual(one, other):
    """Whatever has my season, I have its; and each has its own."""
    assert one.same_season(other) == other.same_season(one)
    assert one.same_season(one)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2022-Q2", "2021-Q2"),
        ("2025-02", "2024-02"),
        ("2025-H2", "2024-H2"),
        ("2025", "2024"),
        ("2025/26", "2024/25"),
        ("2025-W07", "2024-W07"),
        ("2020-W53", "2019-W52"),
        ("2021-W52", "2020-W52"),
        ("2024-02-29", "2023-02-28"),
        ("2025-02-28", "2024-02-28"),
        ("2025-06-13/2025-12-12", "2024-06-13/2024-12-12"),
        ("2023-12-01/2024-02-29", "2022-12-01/2023-02-28"),
        ("2024-12-01/2025-02-28", "2023-12-01/2024-02-29"),
        ("2023-12-01/2024-02-28", "2022-12-01/2023-02-28"),
        ("2024-02-29/2024-05-31", "2023-02-28/2023-05-31"),
        ("2019-11-01/2020-02-18", "2018-11-01/2019-02-18"),
    ],
)
def test_season_before(text, before):
    """UNMISS sets Q2 2022 beside Q2 2021; week 53 and 29 February go to the last there is."""
    assert before == str(read(text).season_before())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2025-Q2", "2019-Q2", True),
        ("2025-Q2", "2025-Q1", False),
        ("2025-Q2", "2025-H1", False),
        ("2025-W07", "2015-W07", True),
        ("2020-W53", "2015-W53", True),
        ("2020-W53", "2020-W52", False),
        ("2024-02-29", "2023-02-28", True),
        ("2024-02-29", "2024-02-28", False),
        ("2025", "1950", True),
        ("2025", "2025/26", False),
        ("2025-06-13/2025-12-12", "2020-06-13/2020-12-12", True),
        ("2025-06-13/2025-12-12", "2025-12-13/2026-06-12", False),
        ("2023-12-01/2024-02-29", "2024-12-01/2025-02-28", True),
    ],
)
def test_same_season(one, other, same):
    """A season is one frequency and one place in the year."""
    assert same == read(one).same_season(read(other)) == read(other).same_season(read(one))


def test_season_beyond_the_calendar():
    """There is no year 0."""
    with pytest.raises(PeriodError, match="The calendar ends"):
        read("0001-W01").season_before()
    with pytest.raises(PeriodError, match="The calendar ends"):
        read("0001-02-03").season_before(10**30)


# -- relations -------------------------------------------------------------------------------------


@given(periods(), periods(), periods())
def test_containing_is_a_partial_order(one, other, third):
    """Each contains itself; two that contain each other are one; and it passes on."""
    assert one.contains(one)
    assert (one.contains(other) and other.contains(one)) == (one == other)
    if one.contains(other) and other.contains(third):
        assert one.contains(third)


close = periods(first=date(2023, 1, 1), last=date(2026, 12, 31))


@given(close, close)
def test_relations_agree(one, other):
    """Two periods are apart, or one contains the other, or they straddle; the days in common say the same."""
    held = one.contains(other) or other.contains(one)

    assert one.overlaps(other) == (one.overlap_days(other) > 0) == other.overlaps(one)
    assert one.overlap_days(other) == other.overlap_days(one) <= min(one.days, other.days)
    assert one.contains(other) == (one.overlap_days(other) == other.days)
    assert one.straddles(other) == other.straddles(one) == (one.overlaps(other) and not held)


def test_week_straddles_a_month():
    """The week of 31 March 2025 is in two months and two quarters, and in no one of them."""
    week, month = read("2025-W14"), read("2025-03")

    assert (week.straddles(month), week.overlap_days(month), week.days) == (True, 1, 7)


# -- splitting and spanning ------------------------------------------------------------------------


@given(periods(first=date(2015, 1, 1), last=date(2030, 12, 31)), units)
def test_split_covers_exactly(period, frequency):
    """The parts of a period follow each other without gap from its first day to its last, or there are none."""
    ends = Period.of(period.start, frequency).start, Period.of(period.end, frequency).end
    if ends != (period.start, period.end):
        with pytest.raises(PeriodError, match="cannot be split by"):
            period.split(frequency)
        assert not nests(frequency, period.frequency)
        return
    parts = period.split(frequency)

    assert ends == (parts[0].start, parts[-1].end)
    assert all(part.next() == after for part, after in pairwise(parts))
    assert {frequency} == {part.frequency for part in parts}
    assert parts == Period.spanning(parts[0], parts[-1], frequency)
    assert len(parts) == period_count(period.start, period.end, frequency)


@given(close, close, units)
def test_spanning_covers(one, other, frequency):
    """Spanning units adjoin, begin with the one that holds the first day and end with that of the last."""
    first, last = sorted((one, other))
    assume(first.start <= last.end)
    spanning = Period.spanning(first, last, frequency)

    assert Period.of(first.start, frequency) == spanning[0]
    assert Period.of(last.end, frequency) == spanning[-1]
    assert all(unit.next() == after for unit, after in pairwise(spanning))


@pytest.mark.parametrize(
    ("text", "frequency"),
    [
        ("2025", "week"),
        ("2025", "year-jul"),
        ("2025-W14", "month"),
        ("2025-06-13/2025-12-12", "month"),
        ("2025-06", "year"),
    ],
)
def test_split_that_does_not_divide(text, frequency):
    """A part that would reach outside is refused, not cut."""
    with pytest.raises(PeriodError, match=f"cannot be split by {frequency}"):
        read(text).split(frequency)


@pytest.mark.parametrize("call", [lambda p: p.split("dates"), lambda p: Period.spanning(p, p, "dates")])
def test_any_two_dates_are_no_unit(call):
    """Time cannot be cut into any two dates."""
    with pytest.raises(PeriodError, match="no unit of the calendar"):
        call(read("2025"))


def test_spanning_backwards():
    """The earlier period comes first."""
    with pytest.raises(PeriodError, match="2024 ends before 2025 starts"):
        Period.spanning(read("2025"), read("2024"), "month")


# -- frequencies -----------------------------------------------------------------------------------


@given(near_dates, units, units)
def test_nesting(day, finer, coarser):
    """A nesting unit lies wholly in the coarser unit that holds any of its days."""
    if nests(finer, coarser):
        assert Period.of(day, coarser).contains(Period.of(day, finer))


@pytest.mark.parametrize("finer", UNITS)
@pytest.mark.parametrize("coarser", UNITS)
def test_nesting_is_complete(finer, coarser):
    """Where units do not nest, some unit straddles or is longer."""
    days = pd.date_range("2020-01-01", "2024-12-31").date
    always = all(Period.of(day, coarser).contains(Period.of(day, finer)) for day in days)

    assert always == nests(finer, coarser)


def test_finer_names_every_frequency():
    """The table of nesting speaks of all frequencies, and any two dates nest in nothing."""
    assert set(FREQUENCIES) == set(FINER)
    assert not any(nests("dates", word) or nests(word, "dates") for word in FREQUENCIES)


@pytest.mark.parametrize("word", ["quaterly", "", "Quarter", "Q", None, 3, ["day"]])
def test_unknown_frequency(word):
    """A frequency that does not exist is refused, with the words that do."""
    with pytest.raises(PeriodError, match="is not a frequency"):
        to_frequency(word)
    with pytest.raises(PeriodError, match="is not a frequency"):
        Period.of(date(2025, 1, 1), word)


# -- counting and grouping -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "frequency", "count"),
    [
        (date(2024, 1, 1), date(2025, 12, 31), "quarter", 8.0),
        (date(2024, 1, 1), date(2025, 12, 31), "year", 2.0),
        (date(2024, 1, 1), date(2025, 12, 31), "day", 731.0),
        (date(2024, 7, 1), date(2026, 6, 30), "year-jul", 2.0),
        (date(2024, 1, 1), date(2024, 12, 31), "year-jul", 182 / 366 + 184 / 365),
        (date(2025, 1, 1), date(2025, 2, 14), "month", 1.5),
        (date(2025, 1, 1), date(2025, 1, 1), "quarter", 1 / 90),
        (date(2025, 1, 1), date(2024, 12, 31), "quarter", 0.0),
    ],
)
def test_period_count(start, end, frequency, count):
    """Whole units count one each; parts count by the share of their own unit's days."""
    assert count == pytest.approx(period_count(start, end, frequency), abs=1e-12)


@given(st.lists(near_dates, min_size=3, max_size=3), units)
def test_counts_add_up(days, frequency):
    """Two stretches that adjoin count as much as both together."""
    start, middle, end = sorted(days)
    assume(middle < end)
    before = period_count(start, middle, frequency)
    after = period_count(middle + timedelta(days=1), end, frequency)

    assert before + after == pytest.approx(period_count(start, end, frequency), abs=1e-9)


def test_count_backwards():
    """A path that ends before it starts has no length."""
    with pytest.raises(PeriodError, match="ends before it starts"):
        period_count(date(2025, 1, 2), date(2024, 12, 31), "month")


@given(st.lists(periods(), max_size=20))
def test_ordinals(listed):
    """Starts and ends are the days' ordinal numbers, 64 bits wide, for no period too."""
    starts, ends = ordinals(listed)

    assert [period.days for period in listed] == (ends - starts + 1).tolist()
    assert [period.start.toordinal() for period in listed] == starts.tolist()
    assert (np.int64, np.int64) == (starts.dtype, ends.dtype)


@given(st.lists(close, max_size=20), units)
def test_group_into(listed, frequency):
    """Each period finds the one unit that wholly contains it, or -1; units are in order, each once, none empty."""
    targets, index = group_into(listed, frequency)

    assert list(targets) == sorted(set(targets))
    assert index.dtype == np.int64
    assert set(range(len(targets))) == set(index.tolist()) - {-1}
    for period, position in zip(listed, index.tolist(), strict=True):
        unit = Period.of(period.start, frequency)
        assert (targets[position] == unit) if position >= 0 else not unit.contains(period)


def test_group_into_any_two_dates():
    """There is no table of any two dates to group by."""
    with pytest.raises(PeriodError, match="no unit of the calendar"):
        group_into([read("2025")], "dates")


# -- the strategy shared with users ----------------------------------------------------------------


@given(st.data(), st.sampled_from(FREQUENCIES))
def test_strategy_draws_what_was_asked(data, frequency):
    """Periods drawn have the frequency and lie between the days asked for."""
    first = data.draw(st.dates(date(1900, 1, 1), date(2000, 1, 1)))
    last = data.draw(st.dates(date(2004, 1, 1), date(2010, 1, 1)))
    period = data.draw(periods([frequency], first=first, last=last))

    assert frequency == period.frequency
    assert first <= period.start <= period.end <= last
