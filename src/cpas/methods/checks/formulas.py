"""Whether a formula can be read, and whether what it works out has the unit the indicator says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cpas.errors import MethodError, UnitError
from cpas.methods.checks.codes import Code
from cpas.methods.checks.wording import called
from cpas.methods.formulas import read_formula, unit_of
from cpas.model import Indicator, Plan
from cpas.tables.remarks import Remark
from cpas.units import canonical, compatible, is_dimensionless

__all__ = ["CODES", "RULES", "formula_fault"]

FORMULA_UNREADABLE: Final = Code(
    "formula_unreadable",
    "error",
    what="A formula is not made of indicators, numbers, + - * / and brackets.",
    why="It cannot be worked out, so the indicator never has a value.",
    mend="Write it as in {I-07} / ({I-08} + {I-09|sex=female}); a share becomes per cent by its unit.",
)
FORMULA_UNIT_MISMATCH: Final = Code(
    "formula_unit_mismatch",
    "warning",
    what="What a formula works out is not in the indicator's unit, or has no unit at all.",
    why="Unlike things do not add up, and a number under the wrong unit is read as something it is not.",
    mend="Correct the formula, or the indicator's unit.",
)


def formula_fault(plan: Plan) -> Iterator[Remark]:
    """Yield the formulas that cannot be read, and those whose units do not fit.

    Examples
    --------
    >>> from cpas.model import Indicator
    >>> common = {"measures": (), "kind": "flow", "better": "neutral"}
    >>> plan = Plan("demo", "Demo", indicators=[Indicator("I1", "Incidents", unit="incidents", **common),
    ...     Indicator("I2", "Patrols", unit="patrols", **common),
    ...     Indicator("I3", "Incidents met", unit="%", formula="100 * {I1} / {I2}", **common)])
    >>> [remark.message for remark in formula_fault(plan)]
    ["Indicator 'I3' (Incidents met): Its formula works out in 'incident/patrol', and its unit is '%'."]
    """
    units = {indicator.id: indicator.unit for indicator in plan.indicators}
    for indicator in plan.indicators:
        found = _problem(plan, indicator, units) if indicator.formula is not None else None
        if found is not None:
            code, problem = found
            yield code.at(indicator.id, f"{called(indicator)}: {problem}")


def _problem(plan: Plan, indicator: Indicator, units: dict[str, str]) -> tuple[Code, str] | None:
    """Return what is wrong with a formula, if anything is."""
    try:
        formula = read_formula(indicator.formula or "")
        found = unit_of(formula, units, plan.units)
        if compatible(found, indicator.unit, plan.units):
            return None
    except MethodError as error:
        return FORMULA_UNREADABLE, str(error)
    except UnitError as error:
        return FORMULA_UNIT_MISMATCH, f"Its formula has no unit: {error}"
    except RecursionError:
        return FORMULA_UNREADABLE, "Its formula has too many parts."
    kind = "a pure number" if is_dimensionless(found, plan.units) else repr(canonical(found, plan.units))
    return FORMULA_UNIT_MISMATCH, f"Its formula works out in {kind}, and its unit is {indicator.unit!r}."


CODES: Final = (FORMULA_UNREADABLE, FORMULA_UNIT_MISMATCH)
RULES: Final = (formula_fault,)
