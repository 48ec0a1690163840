"""What can be remarked of data while it is read: code, severity, what, why, and how to mend it."""

from __future__ import annotations

from typing import Final

from cpas.choices import Severity
from cpas.tables.remarks import Remark

__all__ = ["DATA_REMARKS", "data_remark"]

#: Severity, what is found, why it matters, what to do: by code, in the order of the alphabet.
DATA_REMARKS: Final[dict[str, tuple[Severity, str, str, str]]] = {
    "bounds_crossed": (
        "warning",
        "A lower bound lies above the upper one.",
        "One of the two is wrong, and nobody can tell which; the row is kept as it was given.",
        "Ask the source which of the two is right.",
    ),
    "cumulative_fall": (
        "warning",
        "A count since the start falls from one period to the next.",
        "What is counted from a start never falls: it was revised, restarted, or is no cumulative count.",
        "Check the later value; a correction belongs in the earlier row, recorded later.",
    ),
    "not_answered": (
        "note",
        "Rows of a form have nothing entered in them.",
        "They are neither zero nor missing with a reason: nobody has answered yet.",
        "Enter a value, 0 for none, or a reason such as not_collected.",
    ),
    "other_frequency": (
        "warning",
        "Values are for periods of another length than the indicator's frequency.",
        "A flow of a month is not compared with a baseline of a quarter.",
        "Give values for the indicator's own frequency, or change the frequency in the plan.",
    ),
    "outside_bounds": (
        "warning",
        "A value lies outside its own lower and upper bound.",
        "Either the value or a bound is wrong; the row is kept as it was given.",
        "Ask the source which is right.",
    ),
    "outside_plan": (
        "note",
        "Values are for periods outside the plan's own.",
        "They serve for comparison, and make no score of the plan.",
        "Nothing, if that is meant; else look at the periods, or at the period of the plan.",
    ),
    "over_hundred": (
        "warning",
        "A share has a numerator larger than its denominator.",
        "A part is never more than the whole: one of the two counts something else.",
        "Look at what the two count; if more than 100 % is meant, leave it.",
    ),
    "parts_not_used": (
        "warning",
        "Numerators or denominators are given for an indicator that is neither a ratio nor a mean.",
        "Its values add up without them, so they are not kept.",
        "Leave them out, or make the indicator a ratio in the plan.",
    ),
    "rows_dropped": (
        "warning",
        "Rows with a fault were left out, as asked.",
        "What is computed rests on fewer rows than were given.",
        "Look at observations.dropped, mend the rows, and read again.",
    ),
    "status_disagrees": (
        "warning",
        "A status of delivery says other than the quantities.",
        "Delivery is computed from the quantities; the status would be read as if it were the result.",
        "Mend the status or the quantities.",
    ),
    "unexpected_place": (
        "note",
        "Values are for places that the plan does not expect to report the indicator.",
        "They count, but nobody notices when they stop.",
        "Add the places to the indicator in the plan, or look at the ids.",
    ),
    "unit_converted": (
        "note",
        "Values in another unit were converted into the indicator's own.",
        "The numbers differ from those in the source.",
        "Nothing, if the unit is right.",
    ),
    "unknown_not_given": (
        "note",
        "Persons are broken down without the member for those of whom it is not known.",
        "A breakdown without unknown is either complete or guessed, and nobody can tell which.",
        "Give a row for unknown; 0 says that it is known of all.",
    ),
    "withdrawn_with_value": (
        "note",
        "Withdrawn rows have a value, which is not kept.",
        "A withdrawn row takes an earlier one back and says nothing in its place.",
        "Leave value empty in a withdrawn row.",
    ),
}


def data_remark(code: str, *, where: str, message: str) -> Remark:
    """Return a remark of one of the codes of data.

    Examples
    --------
    >>> print(data_remark("not_answered", where="I01", message="2 rows are not answered yet."))
    I01: 2 rows are not answered yet. Enter a value, 0 for none, or a reason such as not_collected. [not_answered]
    """
    severity, _, _, mend = DATA_REMARKS[code]
    return Remark(code, severity=severity, where=where, message=message, hint=mend)
