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


#: Codes of data, in the order of the alphabet.
DATA_CODES: Final[tuple[Code, ...]] = ()
