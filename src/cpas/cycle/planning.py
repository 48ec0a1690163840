"""The first verb of the cycle: ask of a plan what a reviewer would."""

from __future__ import annotations

from cpas.methods.checks.registry import plan_remarks
from cpas.model import Plan
from cpas.tables.remarks import Remarks

__all__ = ["check"]


def check(plan: Plan) -> Remarks:
    """Return what a reviewer would ask of a plan: never a repair, never a refusal.

    Every code has its page in the reference: what it means, why it matters, and how to mend it.

    Parameters
    ----------
    plan : Plan
        A plan; whatever contradicts itself was refused before it became one.

    Returns
    -------
    Remarks
        Errors first, then warnings, then notes. The order of the plan's records never changes it.

    Examples
    --------
    >>> from cpas.model import Output
    >>> remarks = check(Plan("demo", "A small plan", elements=[Output("OP-4", "Units screened and trained")]))
    >>> remarks.codes
    ('no_indicator', 'output_leads_nowhere', 'output_not_produced')
    >>> print(remarks[0])
    OP-4: Output 'OP-4' (Units screened and trained) has no indicator. Add an indicator that measures it. [no_indicator]
    """
    return Remarks(plan_remarks(plan))
