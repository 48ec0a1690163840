"""Every rule, every code, and all remarks of a plan at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cpas.methods.checks import (
    basis,
    bets,
    codes,
    distances,
    formulas,
    indicators,
    loosening,
    measuring,
    names,
    people,
    results_chain,
    timing,
)
from cpas.methods.checks.codes import Code
from cpas.model import Plan
from cpas.tables.remarks import Remark

__all__ = ["CODES", "PLAN_RULES", "plan_remarks"]

#: What looks at the plan alone, in the order of the documentation; `target_loosened` also takes dates of data.
PLAN_RULES: Final = (
    *results_chain.RULES,
    *bets.RULES,
    *people.RULES,
    *timing.RULES,
    *measuring.RULES,
    *indicators.RULES,
    *distances.RULES,
    *basis.RULES,
    *formulas.RULES,
    *names.RULES,
)

#: Every code that the library emits, of plans and of data, by its word.
CODES: Final[Mapping[str, Code]] = MappingProxyType(
    {
        code.code: code
        for code in (
            *results_chain.CODES,
            *bets.CODES,
            *people.CODES,
            *timing.CODES,
            *measuring.CODES,
            *indicators.CODES,
            *distances.CODES,
            *basis.CODES,
            *loosening.CODES,
            *formulas.CODES,
            *names.CODES,
            *codes.DATA_CODES,
        )
    }
)


def plan_remarks(plan: Plan, *, first_recorded: Mapping[str, date] | None = None) -> Iterator[Remark]:
    """Yield all that a reviewer would ask of a plan.

    Parameters
    ----------
    plan : Plan
        The plan.
    first_recorded : mapping of str to date, optional
        By indicator, the day its first value was known; see :func:`~cpas.methods.checks.loosening.target_loosened`.

    Examples
    --------
    >>> from cpas.model import Objective
    >>> plan = Plan("demo", "Demo", elements=[Objective("OBJ-1", "Safety")])
    >>> sorted(remark.code for remark in plan_remarks(plan))
    ['no_indicator', 'objective_without_outcome']
    """
    for rule in PLAN_RULES:
        yield from rule(plan)
    yield from loosening.target_loosened(plan, first_recorded)
