"""Name, type, unit and meaning of every column the library emits: the one place where they are declared."""

from __future__ import annotations

from typing import Final, Literal

import attrs
from attrs import field

__all__ = [
    "AGGREGATES",
    "ASSESSMENT",
    "COMPARISONS",
    "DELIVERY",
    "DERIVED",
    "OBSERVATIONS",
    "PROBABILITIES",
    "PROBES",
    "QUALITY",
    "RATINGS",
    "REVISIONS",
    "SCORES",
    "SIMULATIONS",
    "TRENDS",
    "Column",
    "names",
]

ColumnType = Literal["text", "number", "count", "truth", "time"]


@attrs.frozen(kw_only=True)
class Column:
    """One column of a table."""

    #: Its name, the same in data frames, files and documentation.
    name: str = field(kw_only=False)
    #: Text, number, count (a whole number), truth, or time.
    type: ColumnType = field(kw_only=False)
    #: What it says.
    meaning: str = field(kw_only=False)
    #: Unit of a number; ``own`` is the indicator's own.
    unit: str = ""
    #: Whether it may be missing.
    may_be_missing: bool = True


def names(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Return the names of columns, in their order.

    Examples
    --------
    >>> names(DELIVERY)[:3]
    ('element', 'period', 'place')
    """
    return tuple(column.name for column in columns)


def _key(name: str, meaning: str) -> Column:
    return Column(name, "text", meaning, may_be_missing=False)


_INDICATOR = _key("indicator", "Id of the indicator.")
_PERIOD = _key("period", "The period, as written: 2025-Q2.")
_PLACE = _key("place", "Id of the place; the root's where none was given.")
_REASON = Column("reason", "text", "Why there is no value; empty where there is one.")
_RECORDED = Column("recorded_at", "time", "When the row was known; missing: always.")
_NOTE = Column("note", "text", "Anything else a reader must know.")
_NUMERATOR = Column("numerator", "number", "Numerator of a ratio; sum behind a mean.")
_DENOMINATOR = Column("denominator", "number", "Denominator of a ratio; base of a mean.")
_LOW = Column("low", "number", "Lower bound.", unit="own")
_HIGH = Column("high", "number", "Upper bound.", unit="own")

#: One row per indicator × period × place × group × vintage; one column per dimension follows `place`.
OBSERVATIONS: Final = (
    _INDICATOR,
    _PERIOD,
    _PLACE,
    Column("value", "number", "The value; 0 is a confirmed zero.", unit="own"),
    _NUMERATOR,
    _DENOMINATOR,
    _LOW,
    _HIGH,
    Column("text", "text", "A qualitative observation; the level's name of an ordinal."),
    Column("unit", "text", "Unit of the value; empty for the indicator's own."),
    Column("status", "text", "provisional, verified, revised, withdrawn, or nil."),
    _REASON,
    Column("sensitivity", "text", "Who may read it; empty for the indicator's own."),
    Column("source", "text", "Where it comes from."),
    _RECORDED,
    _NOTE,
)
#: One row per element × period × place × vintage.
DELIVERY: Final = (
    _key("element", "Id of the output or activity."),
    _PERIOD,
    _PLACE,
    Column("status", "text", "not_started, under_way, completed, delayed, suspended, or cancelled."),
    Column("planned", "number", "How much was planned for the period."),
    Column("done", "number", "How much was done in the period."),
    Column("percent", "number", "Share done, where it is reported as such.", unit="%"),
    _REASON,
    _RECORDED,
    _NOTE,
)
#: One row per indicator × period × place × group; one column per dimension kept follows `place`.
AGGREGATES: Final = (
    _INDICATOR,
    _PERIOD,
    _PLACE,
    Column("value", "number", "The value, made by the rules of its kind.", unit="own"),
    _NUMERATOR,
    _DENOMINATOR,
    _LOW,
    _HIGH,
    Column("expected", "count", "Returns (period × place) that were due.", may_be_missing=False),
    Column("received", "count", "Returns that came.", may_be_missing=False),
    Column("complete", "truth", "Whether enough came, by the methodology's policy.", may_be_missing=False),
    Column("age_days", "number", "Days from the end of the latest value behind it to the period's end.", unit="day"),
    _REASON,
)
#: One row per indicator or element × period × place × group; one column per dimension kept follows `place`.
SCORES: Final = (
    _key("id", "Id of the indicator or element."),
    _key("level", "indicator, activity, output, outcome, or objective."),
    _PERIOD,
    _PLACE,
    Column("score", "number", "Progress, 0 to 100, clipped.", unit="%"),
    Column("raw", "number", "Progress from indicators alone, not clipped.", unit="%"),
    Column("own", "number", "Combined score of its own indicators.", unit="%"),
    Column("below", "number", "Combined score of the outcomes that serve it.", unit="%"),
    Column("delivery", "number", "What was done of what was planned.", unit="%"),
    Column("path", "number", "The score due by then.", unit="%"),
    Column("pace", "number", "Score divided by path; 1 is on the path."),
    Column("coverage", "number", "Share of the weight behind the score that had a value, 0 to 1."),
    Column("answered", "count", "Scorable indicators with a value, here and upstream.", may_be_missing=False),
    Column("indicators", "count", "Scorable indicators due, here and upstream.", may_be_missing=False),
    Column("worst", "number", "Lowest score of its direct parts.", unit="%"),
    Column("dispersion", "number", "Highest less lowest score of its direct parts.", unit="%"),
    Column("reason", "text", "Why there is no score, or what to know of it."),
)
#: One row per rated indicator or element × period × place × group; one column per dimension kept follows `place`.
RATINGS: Final = (
    _key("id", "Id of the indicator or element."),
    _key("level", "indicator, output, outcome, or objective."),
    _PERIOD,
    _PLACE,
    Column("value", "number", "What is rated, in the quantity that `what` names."),
    Column("what", "text", "value (the indicator's own unit), pace, delivery, score, worst two, or progress score."),
    Column("rating", "text", "The word of the scale; its word for no data where there is none.", may_be_missing=False),
    Column("scale", "text", "Id of the scale.", may_be_missing=False),
    Column("up", "number", "How much is lacking to the next better word; missing in the best."),
    Column("down", "number", "How much may be lost before the next worse word; missing in the worst."),
)
#: One row per indicator × element whose score rests on it, at one period and place.
PROBES: Final = (
    _key("id", "Id of the indicator."),
    _key("element", "Id of an element whose score rests on it."),
    _key("level", "Level of the element."),
    _PLACE,
    Column("weight", "number", "Share of the element's score that it makes when nothing is missing, 0 to 1."),
    Column("score", "number", "Score of the indicator.", unit="%"),
    Column("whole", "number", "Score of the element.", unit="%"),
    Column("without", "number", "What the element's score would be without the indicator.", unit="%"),
    Column("effect", "number", "Whole less without: what the indicator adds.", unit="%"),
    Column("rating", "text", "The word of the element's scale."),
    Column("score_up", "number", "Score of the indicator at which the element gains the next better word.", unit="%"),
    Column("score_down", "number", "Score of the indicator below which the element loses its word.", unit="%"),
    Column("value_up", "number", "That better score as a value of the indicator.", unit="own"),
    Column("value_down", "number", "That worse score as a value of the indicator.", unit="own"),
)
#: One row per element: what its score may be where values and weights are not certain.
SIMULATIONS: Final = (
    _key("id", "Id of the element."),
    _key("level", "Level of the element."),
    _key("period", "The period."),
    _PLACE,
    Column("score", "number", "Score as it stands.", unit="%"),
    Column("mean", "number", "Mean of the scores drawn.", unit="%"),
    Column("sd", "number", "Standard deviation of the scores drawn.", unit="%"),
    Column("low", "number", "Lower end of the interval that holds the share asked for.", unit="%"),
    Column("median", "number", "Half of the scores drawn lie below.", unit="%"),
    Column("high", "number", "Upper end of the interval.", unit="%"),
    Column("rating", "text", "The word of the score as it stands; missing where the level has none."),
    Column("probability", "number", "Share of the draws with that word, 0 to 1."),
    Column("likeliest", "text", "The word of most draws."),
)
#: One row per element × word of its scale.
PROBABILITIES: Final = (
    _key("id", "Id of the element."),
    _key("level", "Level of the element."),
    _key("period", "The period."),
    _PLACE,
    _key("scale", "Id of the scale."),
    _key("rating", "A word of the scale."),
    Column("probability", "number", "Share of the draws with that word, 0 to 1.", may_be_missing=False),
)
#: One row per indicator × place × group: its series up to one period.
TRENDS: Final = (
    _key("indicator", "Id of the indicator."),
    _key("period", "The last period of the series."),
    _PLACE,
    Column("value", "number", "Value in that period.", unit="own"),
    Column("points", "count", "Periods with a whole value of their own, up to then.", may_be_missing=False),
    Column("gaps", "count", "Periods since the first of them without one.", may_be_missing=False),
    Column("slope", "number", "Theil–Sen slope: change in a year.", unit="own"),
    Column("slope_low", "number", "Lower limit of the slope, 95 %.", unit="own"),
    Column("slope_high", "number", "Upper limit of the slope, 95 %.", unit="own"),
    Column("p", "number", "Mann–Kendall: probability of so strong a trend where there is none."),
    Column("trend", "text", "improving, stable, worsening, or insufficient data; missing where no way is better."),
    Column("previous", "number", "Value in the period before.", unit="own"),
    Column("change_previous", "number", "Change from it.", unit="%"),
    Column("p_previous", "number", "Counted flows: probability of counts so different at one rate."),
    Column("season", "number", "Mean of the same season of earlier years.", unit="own"),
    Column("years", "count", "Earlier years that have that season.", may_be_missing=False),
    Column("change_season", "number", "Change from that mean.", unit="%"),
    Column("p_season", "number", "Counted flows: probability of a count so different at their rate."),
    Column("dispersion", "number", "Counted flows: how much earlier counts scatter; 1 for independent events."),
    Column("concepts", "text", "What each published concept says of the target."),
    Column("agreement", "number", "Share of those concepts behind the most frequent answer, 0 to 1."),
    Column("note", "text", "Why there is no word, or no comparison."),
)
#: One row per element × place of an assessment.
ASSESSMENT: Final = (
    _key("id", "Id of the element."),
    _PLACE,
    Column("delivery", "number", "What was done of what was planned to date.", unit="%"),
    Column("delivery_basis", "text", "quantities, percent, status, indicators, or outputs below."),
    Column("delivery_coverage", "number", "Share of what delivery rests on that was reported, 0 to 1."),
    Column("progress", "number", "Score of its indicators, 0 to 100.", unit="%"),
    Column("path", "number", "The score due by then.", unit="%"),
    Column("pace", "number", "Progress divided by path."),
    Column("progress_judged", "text", "What people judged of progress."),
    Column("progress_basis", "text", "What progress rests on, or why there is none."),
    Column("rating", "text", "The word of its level's scale."),
    Column("trend_previous", "text", "Against the period before."),
    Column("trend_season", "text", "Against the same season a year before."),
    Column("contribution", "text", "What people judged of the mission's contribution."),
    Column("evidence", "text", "Strength of the evidence for that judgement."),
    Column("coverage", "number", "Share of the weight behind progress that had a value, 0 to 1."),
    Column("dispersion", "number", "Highest less lowest score of its direct parts.", unit="%"),
    Column("worst", "number", "Lowest score of its direct parts.", unit="%"),
    Column("diagnosis", "text", "What delivery and change say together."),
)
#: One row per indicator × place of an assessment.
COMPARISONS: Final = (
    _key("id", "Id of the indicator."),
    _PLACE,
    Column("value", "number", "The value.", unit="own"),
    Column("previous", "number", "The value of the period before.", unit="own"),
    Column("change_previous", "number", "Change since the period before, in the unit that `basis` names."),
    Column("season", "number", "The value of the same season a year before.", unit="own"),
    Column("change_season", "number", "Change since the same season a year before."),
    Column("basis", "text", "percent; percent per day; or points, the indicator's own unit."),
)
#: One row per change of a value; one column per dimension follows `place`.
REVISIONS: Final = (
    _INDICATOR,
    _PERIOD,
    _PLACE,
    _key("what", "revised; withdrawn; or supplied, where a value came in place of a reason."),
    Column("before", "number", "The value before.", unit="own"),
    Column("after", "number", "The value after; missing where it was withdrawn.", unit="own"),
    Column("change", "number", "After less before.", unit="own"),
    Column("change_percent", "number", "Change as a share of the value before.", unit="%"),
    Column("known_since", "time", "When the value before was known; missing: always."),
    Column("recorded_at", "time", "When it was changed; missing: always."),
)
#: One row per indicator.
QUALITY: Final = (
    _INDICATOR,
    Column("expected", "count", "Returns (period × place) that were due.", may_be_missing=False),
    Column("received", "count", "Returns that came.", may_be_missing=False),
    Column("completeness", "number", "Share of the returns due that came, 0 to 1."),
    Column("on_time", "number", "Share of the values that were recorded within the indicator's lag, 0 to 1."),
    Column("delay_days", "number", "Median of the days from a period's end to its first value.", unit="day"),
    Column("revised", "count", "Values that were changed or withdrawn after they were known.", may_be_missing=False),
    Column("outliers", "count", "Values far from the others of their series and season.", may_be_missing=False),
    Column("unknown", "number", "Share of the sums over groups whose member is unknown, 0 to 1."),
    Column("age_days", "number", "Days from the end of the latest value to the end of what is observed.", unit="day"),
    Column("totals_differ", "count", "Totals given that are not the sum of their parts.", may_be_missing=False),
)
#: One row per indicator × period × place × group that has a derived value; one column per dimension kept follows.
DERIVED: Final = (
    _INDICATOR,
    _PERIOD,
    _PLACE,
    Column("value", "number", "The derived value."),
    Column("unit", "text", "Unit of the derived value.", may_be_missing=False),
    _REASON,
)
