"""The verb that writes: an assessment as something people read.  Methodology §10."""

from __future__ import annotations

import json
import os
from typing import Any, get_args

import attrs

from cpas.errors import RequestError, did_you_mean
from cpas.io.files import write_text
from cpas.present.ceilings import Ceiling, check_ceiling
from cpas.present.content import ReportKind, document
from cpas.present.document import Document
from cpas.present.html import to_fragment, to_html
from cpas.present.languages import to_language
from cpas.present.markdown import to_markdown
from cpas.present.subject import Subject
from cpas.tables.assessment import Assessment

__all__ = ["Report", "report"]

#: What a ceiling is where none is asked for: a factsheet leaves the house.
_CEILINGS = {"assessment": "internal", "factsheet": "public"}
Path = str | os.PathLike[str]


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Report:
    """A report, ready to be written as Markdown, HTML or JSON with the same numbers. Made by :func:`cpas.report`.

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> assessment = cpas.assess(cpas.score(cpas.aggregate(observed, by="quarter")), at="2025-Q2")
    >>> factsheet = report(assessment, kind="factsheet")
    >>> factsheet
    <Report: factsheet of plan 'kessara' at 2025-Q2, up to 'public', en>
    >>> factsheet.withheld
    {'indicators': 8}
    """

    #: The content, before it is drawn.
    document: Document

    @property
    def withheld(self) -> dict[str, int]:
        """How many of each sort are withheld, because they are above the ceiling."""
        return dict(self._facts["withheld"])

    @property
    def _facts(self) -> dict[str, Any]:
        return dict(self.document.facts)

    def to_markdown(self, path: Path | None = None) -> str:
        """Return the report as Markdown; where a path is given, write it there too, whole or not at all."""
        return self._written(to_markdown(self.document), path)

    def to_html(self, path: Path | None = None) -> str:
        """Return the report as one HTML page that needs nothing else; where a path is given, write it there too."""
        return self._written(to_html(self.document), path)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, with the same numbers."""
        return self.document.to_dict()

    def to_json(self, path: Path | None = None) -> str:
        """Return the report as JSON, with the same numbers; where a path is given, write it there too."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)
        return self._written(text + "\n", path)

    def _written(self, text: str, path: Path | None) -> str:
        # Halves of characters cannot be written; markup has lost them already, JSON has not.
        whole = text.encode("utf-8", "replace").decode("utf-8")
        if path is not None:
            write_text(whole, path, what=f"Report {os.fspath(path)!r}")
        return whole

    def __str__(self) -> str:
        return self.to_markdown()

    def __repr__(self) -> str:
        facts = self._facts
        where = f"plan {facts['plan']!r} at {facts['at']}"
        return f"<Report: {facts['kind']} of {where}, up to {facts['ceiling']!r}, {self.document.lang}>"

    def _repr_html_(self) -> str:
        return to_fragment(self.document)


def report(
    assessment: Assessment,
    *,
    kind: ReportKind = "assessment",
    ceiling: str | None = None,
    lang: str = "en",
    progress_bar: bool | None = None,
) -> Report:
    """Return an assessment as a report: what leadership reads, or a factsheet for a briefing.

    Parameters
    ----------
    assessment : Assessment
        From :func:`cpas.assess`.
    kind : str
        ``assessment`` for all chapters, recommendations still open first; ``factsheet`` for one or two pages.
    ceiling : str, optional
        The highest sensitivity shown: ``public``, ``internal``, ``confidential``, ``strictly confidential``. What is
        above is withheld and counted. ``internal`` where none is given, ``public`` for a factsheet.
    lang : str
        ``en`` or ``fr``. Statements are in that language where the plan has translations.
    progress_bar : bool, optional
        Whether to show how far it is, once it takes a second; at a terminal and in a notebook where not said.

    Returns
    -------
    Report
        With ``to_markdown``, ``to_html``, ``to_dict`` and ``to_json``: the numbers are the same in each.

    Raises
    ------
    RequestError
        If kind, ceiling or language is unknown.

    Notes
    -----
    Methodology §10. Delivery, progress and contribution stand side by side and are never merged; a composite has its
    coverage and its spread beside it. The foot says what the numbers must not be used for.

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> assessment = cpas.assess(cpas.score(cpas.aggregate(observed, by="quarter")), at="2025-Q2")
    >>> print(report(assessment).to_markdown().splitlines()[0])
    # Protection of civilians in Amara: plan of UNMIKES (invented)
    >>> report(assessment, kind="factshet")
    Traceback (most recent call last):
    ...
    cpas.errors.RequestError: There is no report of kind='factshet'. Did you mean 'factsheet'?
    """
    kinds = get_args(ReportKind)
    if kind not in kinds:
        near = did_you_mean(kind, kinds) or f" There are {', '.join(kinds)}."
        raise RequestError(f"There is no report of kind={kind!r}.{near}", kind=kind)
    shown = Ceiling(assessment, check_ceiling(_CEILINGS[kind] if ceiling is None else ceiling))
    return Report(document=document(Subject(assessment, shown, to_language(lang)), kind, progress_bar=progress_bar))
