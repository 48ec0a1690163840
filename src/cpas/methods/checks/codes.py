"""What a remark's code stands for: how grave it is, what was found, why it matters, and how to mend it.

Every code the library emits has an entry and a page in the documentation; a test keeps the three equal. Codes of a
plan stand beside the rule that emits them; codes of data are listed here, in :data:`DATA_CODES`, because the tables
that emit them are on a lower floor.
"""

from __future__ import annotations

from typing import Final

import attrs
from attrs import field

from cpas.choices import Severity
from cpas.sources import Source
from cpas.tables.data_codes import DATA_REMARKS
from cpas.tables.remarks import Remark

__all__ = ["DATA_CODES", "Code"]


@attrs.frozen(kw_only=True)
class Code:
    """One sort of remark.

    Examples
    --------
    >>> code = Code("no_target", "warning", what="No target.", why="No score.", mend="Give one.")
    >>> print(code.at("I07", "Indicator 'I07' has no target."))
    I07: Indicator 'I07' has no target. Give one. [no_target]
    """

    #: Stable word for programs; also the name of its page.
    code: str = field(kw_only=False)
    #: Error: a rule of the design is broken. Warning: a question cannot be answered. Note: worth a look.
    severity: Severity = field(kw_only=False)
    #: What is found, in one sentence.
    what: str
    #: Why it matters.
    why: str
    #: What to do; also the hint of the remark.
    mend: str
    #: Where that is written; nothing for a cpas extension.
    source: Source | None = None

    def at(self, where: str, message: str) -> Remark:
        """Return the remark of this code at a place."""
        return Remark(self.code, severity=self.severity, where=where, message=message, hint=self.mend)


#: Codes of what verbs make of data; those of data as they are read stand in :mod:`cpas.tables.data_codes`.
_RESULT_CODES: Final = (
    Code(
        "outside_periods",
        "note",
        what="Events lie in none of the periods they were counted by.",
        why="They are in the register and in no number.",
        mend="Ask for the periods they lie in, if they are meant to count.",
    ),
    Code(
        "partly_covered",
        "warning",
        what="A register does not cover all of a period.",
        why="What happened in the rest of the period is not known, so a count of it would be too small: it is missing.",
        mend="Ask for shorter periods, or for those inside the coverage.",
    ),
    Code(
        "not_at_level",
        "note",
        what="Events are at no place of the level asked for.",
        why="A place above that level cannot be shared out among those below it; such events keep their own place.",
        mend="Give the events a finer place, or ask for a higher level.",
    ),
    Code(
        "quantity_missing",
        "warning",
        what="Of some events it is not known how much they add.",
        why="Unknown is not zero: a sum with an unknown part is missing.",
        mend="Find the numbers of those events, or count events instead.",
    ),
    Code(
        "cannot_combine",
        "warning",
        what="An indicator has no value for the periods, places or groups asked for.",
        why="Its kind gives no meaning to such a combination: shares of unknown wholes do not average, index points do "
        "not add up. The other indicators go on.",
        mend="Ask for what was observed, or say in the plan how it combines (over, place_rows).",
    ),
    Code(
        "total_differs",
        "warning",
        what="A total that was given differs from the sum of its parts.",
        why="One of the two is wrong or incomplete. Only one counts, never a mix, and nothing is repaired.",
        mend="Correct one of them; which one counts is the methodology's choice (totals).",
    ),
    Code(
        "formula",
        "error",
        what="The formula of an indicator cannot be worked out.",
        why="The indicator has no value, whatever is observed.",
        mend="Mend it in the plan: check(plan) says what is wrong with it.",
    ),
    Code(
        "rebased",
        "note",
        what="A flow is compared with a baseline or target of another length, scaled per day.",
        why="The methodology permits it (rebase), and it rests on the claim that one day is like another.",
        mend="Give a baseline and a target of the value's own frequency.",
    ),
    Code(
        "override_unknown",
        "warning",
        what="A methodology says what is done otherwise at ids that the plan does not have.",
        why="What was meant for them is done nowhere, so a score may be made otherwise than its author believes.",
        mend="Write the id as the plan does, or leave that override out.",
    ),
    Code(
        "assumed",
        "note",
        what="A result rests on records or values that are assumed.",
        why="It says what would be, not what is.",
        mend="It is a what-if: no record of what happened.",
    ),
    Code(
        "below_coverage",
        "warning",
        what="A score rests on less of its weight than the methodology asks for.",
        why="What is missing may be what went badly. The score is shown and flagged, never hidden.",
        mend="Read it with its coverage, or collect what is missing.",
    ),
    Code(
        "taken_as_certain",
        "note",
        what="Indicators were drawn without any error of their own.",
        why="An interval that leaves errors out is too narrow.",
        mend="Give their errors, or a spread for all.",
    ),
    Code(
        "gap_filled",
        "note",
        what="A value that nobody observed stands in a gap, by the methodology's rule.",
        why="A number filled in looks like one that was observed. It is marked wherever it counts.",
        mend="Collect what is missing, or read the results without it (gaps=None).",
    ),
    Code(
        "divided_by_days",
        "note",
        what="A flow was divided by days between the periods asked for.",
        why="Its period lies across a border of theirs. The split rests on the claim that one day is like another.",
        mend="Ask for periods that hold those observed, if there are any.",
    ),
    Code(
        "ratio_averaged",
        "note",
        what="Shares or means given only as a number were averaged, each counting once.",
        why="The methodology permits it (bare_ratios). A mean of shares is the share of the whole only where all bases "
        "are alike.",
        mend="Collect numerators and denominators, or read the places and periods as observed.",
    ),
    Code(
        "place_moved",
        "note",
        what="A place came to lie in another inside a period asked for.",
        why="A period is read by the places as they lie on its last day: what came before the move counts there too.",
        mend="Ask for periods that end before the move and begin with it.",
    ),
    Code(
        "returns_missing",
        "note",
        what="Returns that were due did not come.",
        why="What is missing may be what went badly, and a sum without it is too small.",
        mend="Ask for them, or give the reason why they are missing.",
    ),
    Code(
        "returns_late",
        "note",
        what="Values came later after their period than the plan says is normal.",
        why="An assessment made in time rests on what was there; what came late is not in it.",
        mend="Set lag_days to what is normal, or look at what holds the values up.",
    ),
    Code(
        "values_revised",
        "note",
        what="Values were changed or withdrawn after they were known.",
        why="A percentage differs by the vintage it is worked out from; nothing is revised silently.",
        mend="Look at revisions(observations), and say with every percentage which vintage it is of.",
    ),
    Code(
        "outlier",
        "note",
        what="A value is far from the others of its series and season.",
        why="It may be a slip of the pen, or the most important event of the year; the numbers cannot tell.",
        mend="Ask the source. A value that is true stays, however far it is.",
    ),
    Code(
        "share_unknown",
        "note",
        what="A part of a sum over groups is of members of whom it is not known.",
        why="A share of women among those whose sex is known is not the share of women.",
        mend="Read shares of members with what is unknown beside them, and ask the source for it.",
    ),
    Code(
        "part_against_total",
        "note",
        what="A part got worse while its total got better, since the same season a year before.",
        why="The total hides it: fewer victims in all may be more victims of one sort of harm.",
        mend="Show the part beside the total.",
    ),
    Code(
        "judgement_differs",
        "note",
        what="People judged progress by one word, and the numbers give another.",
        why="Neither overwrites the other. A reader who sees only one of them is told half.",
        mend="Let both stand, and say in the statement of the judgement why they differ.",
    ),
    Code(
        "judgement_other_period",
        "note",
        what="Some judgements are of other periods than the one assessed.",
        why="They are not shown, and a reader who looks for them should know why.",
        mend="Assess the period they are of, or give judgements of this one.",
    ),
    Code(
        "comparisons_disagree",
        "note",
        what="An indicator improves since the period before and worsens since the same season, or the reverse.",
        why="Both are true. A report that quotes one comparison alone says half of it.",
        mend="Name the comparison whenever you quote one, or quote both.",
    ),
)

#: Codes of data: those the tables emit, on a lower floor, and those of results.
DATA_CODES: Final[tuple[Code, ...]] = (
    *(
        Code(code, severity, what=what, why=why, mend=mend)
        for code, (severity, what, why, mend) in DATA_REMARKS.items()
    ),
    *_RESULT_CODES,
)
