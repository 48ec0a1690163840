"""The files of an assessment: reports for people, tables for programs, all under one ceiling of sensitivity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cpas
from cpas.columns import AGGREGATES, ASSESSMENT, COMPARISONS, SCORES, Column, names

if TYPE_CHECKING:
    from cpas.present.ceilings import Ceiling
    from cpas.tables.assessment import Assessment

__all__ = ["FILES", "write_assessment"]

#: What is written, in this order; ``dropped.csv`` only where rows were left out.
FILES: Final = (
    "assessment.md",
    "assessment.html",
    "assessment.json",
    "factsheet.html",
    "scores.csv",
    "aggregates.csv",
    "assessment.csv",
    "indicators.csv",
    "remarks.csv",
    "dropped.csv",
)

#: Stands as the reason in a row whose numbers are above the ceiling.
_WITHHELD: Final = "withheld"
_REMARKS: Final = tuple(Column(name, "text", "") for name in ("severity", "code", "where", "message", "hint"))
_OF_DELIVERY: Final = ("delivery", "delivery_basis", "delivery_coverage")
_OF_PROGRESS: Final = (
    *("progress", "path", "pace", "progress_basis", "trend_previous", "trend_season"),
    *("coverage", "dispersion", "worst"),
)


def write_assessment(
    assessment: Assessment, folder: Path, *, ceiling: str, lang: str, step: Callable[[str], None]
) -> None:
    """Write every file of `FILES` into a folder.

    The factsheet is for the public, whatever the ceiling; everything else shows what is under the ceiling.
    """
    from cpas.present.ceilings import Ceiling

    # The command says itself which file is written.
    shown = cpas.report(assessment, ceiling=ceiling, lang=lang, progress_bar=False)
    public = cpas.report(assessment, kind="factsheet", lang=lang, progress_bar=False)
    under = Ceiling(assessment, ceiling)
    tables: dict[str, Callable[[], tuple[Any, Sequence[Column]] | None]] = {
        "scores.csv": lambda: (_scores(under), SCORES),
        "aggregates.csv": lambda: (_by_indicator(assessment.scores.aggregates.frame, "indicator", under), AGGREGATES),
        "assessment.csv": lambda: (_findings(under), ASSESSMENT),
        "indicators.csv": lambda: (_by_indicator(assessment.indicators, "id", under), COMPARISONS),
        "remarks.csv": lambda: (under.remarks.frame, _REMARKS),
        "dropped.csv": lambda: _dropped(under),
    }
    reports: dict[str, Callable[[Path], object]] = {
        "assessment.md": shown.to_markdown,
        "assessment.html": shown.to_html,
        "assessment.json": shown.to_json,
        "factsheet.html": public.to_html,
    }
    for name in FILES:
        step(f"writing {name}")
        if name in reports:
            reports[name](folder / name)
        else:
            _write_table(tables[name](), folder / name)


def _write_table(table: tuple[Any, Sequence[Column]] | None, path: Path) -> None:
    from cpas.io.writing import write_table

    if table is not None:
        write_table(table[0], table[1], path, sheet="")


# -- tables without what is above the ceiling ------------------------------------------------------------------


def _blank(frame: Any, is_hidden: list[bool], columns: Sequence[str]) -> Any:
    """Empty some columns of some rows."""
    for name in columns if any(is_hidden) else ():
        shown = [not hidden for hidden in is_hidden]
        # Whole numbers and truths have no empty value of their own; floats have.
        values = frame[name] if frame[name].dtype.kind == "f" else frame[name].astype(object)
        frame[name] = values.where(shown) if values.dtype.kind == "f" else values.where(shown, None)
    return frame


def _by_indicator(frame: Any, key: str, under: Ceiling) -> Any:
    """Return a table with one row per indicator, the numbers of those not shown left empty."""
    hidden = [not under.shows_indicator(id) for id in frame[key]]
    kept = {key, "period", "place"}
    frame = _blank(frame, hidden, [name for name in frame.columns if name not in kept])
    if any(hidden) and "reason" in frame:
        frame["reason"] = frame["reason"].where([not one for one in hidden], _WITHHELD)
    return frame


def _scores(under: Ceiling) -> Any:
    frame = under.assessment.scores.frame
    indicators = under.assessment.plan.indicators_by_id
    hidden = [not (under.shows_indicator(id) if id in indicators else under.shows_progress(id)) for id in frame["id"]]
    frame = _blank(frame, hidden, [name for name in names(SCORES) if name not in ("id", "level", "period", "place")])
    if any(hidden):
        frame["reason"] = frame["reason"].where([not one for one in hidden], _WITHHELD)
    return frame


def _findings(under: Ceiling) -> Any:
    frame = under.assessment.frame
    no_progress = [not under.shows_progress(id) for id in frame["id"]]
    no_delivery = [not under.shows_delivery(id) for id in frame["id"]]
    level = {element.id: element.level for element in under.assessment.plan.elements}
    # An output is rated by its delivery; what is said of delivery and change together needs both.
    no_rating = [
        d if level[id] == "output" else p for id, d, p in zip(frame["id"], no_delivery, no_progress, strict=True)
    ]
    either = [d or p for d, p in zip(no_delivery, no_progress, strict=True)]
    frame = _blank(frame, no_progress, _OF_PROGRESS)
    frame = _blank(frame, no_delivery, _OF_DELIVERY)
    frame = _blank(_blank(frame, no_rating, ["rating"]), either, ["diagnosis"])
    frame = _blank(frame, _not_said("progress", under), ["progress_judged"])
    return _blank(frame, _not_said("contribution", under), ["contribution", "evidence"])


def _not_said(about: str, under: Ceiling) -> list[bool]:
    """Return for each finding whether people judged it in confidence."""
    return [
        any(one.about == about and not under.admits(one.sensitivity) for one in finding.judgements)
        for finding in under.assessment.findings
    ]


def _dropped(under: Ceiling) -> tuple[Any, Sequence[Column]] | None:
    """Return the rows that were left out, by line; those of what is not shown, and all that is marked, are empty."""
    dropped = under.assessment.scores.aggregates.observations.dropped
    if dropped is None:
        return None
    frame = dropped.reset_index()
    known = under.assessment.plan.indicators_by_id
    hidden = [id in known and not under.shows_indicator(id) for id in frame["indicator"]]
    if "sensitivity" in frame:
        open_words = {"", "None", "nan", *(word for word in _words() if under.admits(word))}
        hidden = [one or str(word) not in open_words for one, word in zip(hidden, frame["sensitivity"], strict=True)]
    frame = _blank(frame, hidden, list(frame.columns[1:]))
    frame["fault"] = frame["fault"].where([not one for one in hidden], _WITHHELD)
    return frame, tuple(Column(name, "text", "") for name in frame.columns)


def _words() -> tuple[Any, ...]:
    from cpas.choices import SENSITIVITIES

    return SENSITIVITIES
