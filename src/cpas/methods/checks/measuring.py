"""Whether change can be seen: what is measured, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cpas.methods.checks.codes import Code
from cpas.methods.checks.wording import called, counted
from cpas.model import Plan
from cpas.model.loops import formula_references
from cpas.sources import Source
from cpas.tables.remarks import Remark

__all__ = [
    "CODES",
    "MOST_OUTPUT_INDICATORS",
    "RULES",
    "measures_nothing",
    "no_indicator",
    "no_scored_indicator",
    "output_heavy",
]

#: For each outcome indicator. The number is a cpas extension; the concern is UN Women's.
MOST_OUTPUT_INDICATORS: Final = 2.0

NO_INDICATOR: Final = Code(
    "no_indicator",
    "warning",
    what="Nothing measures an objective, an outcome or an output.",
    why="A result that is not measured has no score. Where the product is not measured either, an outcome that does "
    "not move cannot be told from one on which nobody worked.",
    mend="Add an indicator that measures it.",
    source=Source("Audit of programme performance management in DPKO, OIOS", section="recommendations"),
)
NO_SCORED_INDICATOR: Final = Code(
    "no_scored_indicator",
    "note",
    what="An objective or an outcome is measured only by indicators that are never scored.",
    why="Neutral, ambiguous and text indicators are shown and never scored: the element has no progress of its own.",
    mend="Add an indicator with a direction, or leave the progress to people's judgement.",
)
OUTPUT_HEAVY: Final = Code(
    "output_heavy",
    "warning",
    what="The plan measures outputs far more than outcomes: more than two indicators to one.",
    why="Most data gathered on women, peace and security describe what the United Nations does; what changes in the "
    "country stays unmeasured. Counting products can also make people chase good numbers.",
    mend="Measure what should change: add outcome indicators, or drop counts that nobody uses.",
    source=Source("UN Women, global study on resolution 1325", section="chapter 10"),
)
MEASURES_NOTHING: Final = Code(
    "measures_nothing",
    "note",
    what="An indicator measures nothing in the plan, and no other record uses it.",
    why="It is followed as context, and enters no score.",
    mend="Nothing, if it is context. Else name in measures what it is to measure.",
)


def no_indicator(plan: Plan) -> Iterator[Remark]:
    """Yield the objectives, outcomes and outputs that nothing measures.

    Examples
    --------
    >>> from cpas.model import Output
    >>> plan = Plan("demo", "Demo", elements=[Output("OP-4", "Units trained")])
    >>> [remark.message for remark in no_indicator(plan)]
    ["Output 'OP-4' (Units trained) has no indicator."]
    """
    for element in (*plan.objectives, *plan.outcomes, *plan.outputs):
        if element.id not in plan.indicators_of:
            yield NO_INDICATOR.at(element.id, f"{called(element)} has no indicator.")


def no_scored_indicator(plan: Plan) -> Iterator[Remark]:
    """Yield the objectives and outcomes all of whose indicators are never scored.

    Examples
    --------
    >>> from cpas.model import Indicator, Outcome
    >>> plan = Plan("demo", "Demo", elements=[Outcome("OC-1", "Trust")], indicators=[Indicator("I01", "Reports filed",
    ...     measures="OC-1", unit="reports", kind="flow", better="ambiguous")])
    >>> [remark.where for remark in no_scored_indicator(plan)]
    ['OC-1']
    """
    for element in (*plan.objectives, *plan.outcomes):
        indicators = plan.indicators_of.get(element.id, ())
        if indicators and not any(indicator.is_scorable for indicator in indicators):
            number = counted(len(indicators), "indicator")
            yield NO_SCORED_INDICATOR.at(element.id, f"{called(element)} has {number}, and none is ever scored.")


def output_heavy(plan: Plan, *, most: float = MOST_OUTPUT_INDICATORS) -> Iterator[Remark]:
    """Yield a plan with outcomes that has too many output indicators for each outcome indicator.

    Examples
    --------
    >>> from cpas.model import Indicator, Outcome, Output
    >>> plan = Plan("demo", "Demo", elements=[Outcome("OC-1", "Trust"), Output("OP-1", "Patrols")],
    ...     indicators=[Indicator("I01", "Patrols", measures="OP-1", unit="patrols", kind="flow", better="neutral")])
    >>> [remark.message for remark in output_heavy(plan)]
    ['1 indicator measures outputs, 0 measure outcomes.']
    """
    products = _number_measuring(plan, {output.id for output in plan.outputs})
    changes = _number_measuring(plan, {outcome.id for outcome in plan.outcomes})
    if plan.outcomes and products > most * changes:
        verb = "measures" if products == 1 else "measure"
        other = "measures" if changes == 1 else "measure"
        message = f"{counted(products, 'indicator')} {verb} outputs, {changes} {other} outcomes."
        yield OUTPUT_HEAVY.at(plan.id, message)


def measures_nothing(plan: Plan) -> Iterator[Remark]:
    """Yield the indicators that measure nothing and are used by no formula, ratio or assumption.

    Examples
    --------
    >>> from cpas.model import Indicator
    >>> plan = Plan("demo", "Demo", indicators=[Indicator("I01", "Rainfall", measures=(), unit="mm", kind="flow",
    ...     better="neutral")])
    >>> [remark.where for remark in measures_nothing(plan)]
    ['I01']
    """
    used = {id for indicator in plan.indicators for id, _ in formula_references(indicator.formula or "")}
    used |= {indicator.denominator for indicator in plan.indicators}
    used |= {assumption.indicator for assumption in plan.assumptions if assumption.indicator}
    for indicator in plan.indicators:
        if not indicator.measures and indicator.id not in used:
            yield MEASURES_NOTHING.at(indicator.id, f"{called(indicator)} measures nothing in the plan.")


def _number_measuring(plan: Plan, ids: set[str]) -> int:
    return sum(not ids.isdisjoint(indicator.elements) for indicator in plan.indicators)


CODES: Final = (NO_INDICATOR, NO_SCORED_INDICATOR, OUTPUT_HEAVY, MEASURES_NOTHING)
RULES: Final = (no_indicator, no_scored_indicator, output_heavy, measures_nothing)
