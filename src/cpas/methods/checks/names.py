"""Whether a reader can tell records apart by their names, ignoring case, width of letters and spaces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from cpas.methods.checks.codes import Code
from cpas.methods.checks.wording import folded, listed
from cpas.model import Plan
from cpas.sources import Source
from cpas.tables.remarks import Remark

__all__ = ["CODES", "RULES", "duplicate_indicator", "duplicate_name"]

DUPLICATE_NAME: Final = Code(
    "duplicate_name",
    "warning",
    what="Two records of one sort have the same name.",
    why="Who fills in a form, or reads a report, sees names and not ids. Two that look alike are taken for each other.",
    mend="Say in each name what sets it apart; if they are one thing, keep one record.",
)
DUPLICATE_INDICATOR: Final = Code(
    "duplicate_indicator",
    "warning",
    what="Two indicators have the same name and measure the same.",
    why="One change then counts twice in a score, and one number is asked for twice. Rows without a label of their own "
    "have been added up in this way.",
    mend="Keep one of them; for different groups or places, use one indicator with dimensions or places.",
    source=Source("UNDP performance app methodology", note="duplicate rows with no label, summed"),
)


def duplicate_name(plan: Plan) -> Iterator[Remark]:
    """Yield names that several elements, indicators, stakeholders or other records of one sort share.

    Places share names with places elsewhere, so only those in one parent are compared. Indicators that also measure
    the same are a remark of their own.

    Examples
    --------
    >>> from cpas.model import Output
    >>> plan = Plan("demo", "Demo", elements=[Output("OP-1", "Courts held"), Output("OP-2", "courts  held")])
    >>> [remark.message for remark in duplicate_name(plan)]
    ["More than one output is called 'courts held': 'OP-1', 'OP-2'."]
    """
    named: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for sort, group, id, name in _names(plan):
        named[sort, group, folded(name)].append(id)
    for (sort, group, name), ids in named.items():
        if name and len(ids) > 1:
            yield DUPLICATE_NAME.at(min(ids), f"More than one {sort}{group} is called {name!r}: {listed(ids)}.")
    for name, measured in _indicators_by_name(plan).items():
        if len(measured) > 1:
            ids = [id for same in measured.values() for id in same]
            yield DUPLICATE_NAME.at(min(ids), f"More than one indicator is called {name!r}: {listed(ids)}.")


def duplicate_indicator(plan: Plan) -> Iterator[Remark]:
    """Yield the indicators that share their name and what they measure.

    Examples
    --------
    >>> from cpas.model import Indicator
    >>> common = {"measures": (), "unit": "%", "kind": "ratio", "better": "higher"}
    >>> plan = Plan("demo", "Demo", indicators=[Indicator(id, "Disputes settled", **common) for id in ("I1", "I2")])
    >>> [remark.message for remark in duplicate_indicator(plan)]
    ["More than one indicator is called 'disputes settled' and measures the same: 'I1', 'I2'."]
    """
    for name, measured in _indicators_by_name(plan).items():
        for ids in measured.values():
            if len(ids) > 1:
                message = f"More than one indicator is called {name!r} and measures the same: {listed(ids)}."
                yield DUPLICATE_INDICATOR.at(min(ids), message)


def _names(plan: Plan) -> Iterator[tuple[str, str, str, str]]:
    """Yield the sort of each record, the group in which its name should be its own, its id and its name."""
    for element in plan.elements:
        yield element.level, "", element.id, element.statement
    for stakeholder in plan.stakeholders:
        yield "stakeholder", "", stakeholder.id, stakeholder.name
    for place in plan.places:
        yield "place", f" in {place.parent!r}" if place.parent else "", place.id, place.name
    for assumption in plan.assumptions:
        yield "assumption", "", assumption.id, assumption.statement
    for risk in plan.risks:
        yield "risk", "", risk.id, risk.statement
    for harm in plan.harms:
        # One harm may threaten several groups, each with a mitigation of its own.
        yield "harm risk", f" to {harm.group!r}", harm.id, harm.statement


def _indicators_by_name(plan: Plan) -> dict[str, dict[frozenset[str], list[str]]]:
    """Return ids of indicators by name, then by what they measure."""
    found: dict[str, dict[frozenset[str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for indicator in plan.indicators:
        if name := folded(indicator.name):
            found[name][frozenset(indicator.elements)].append(indicator.id)
    return found


CODES: Final = (DUPLICATE_NAME, DUPLICATE_INDICATOR)
RULES: Final = (duplicate_name, duplicate_indicator)
