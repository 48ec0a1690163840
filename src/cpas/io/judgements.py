"""What people judged and recommended, as files beside the plan."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, TypeVar

from cpas.errors import did_you_mean
from cpas.io.converter import REFUSALS, found_in, to_record
from cpas.io.files import MAX_BYTES, write_text
from cpas.io.found import Found, Path
from cpas.io.layout import to_text
from cpas.io.plain import to_plain, with_texts
from cpas.io.scalars import shown
from cpas.io.sections import FORMAT, format_faults
from cpas.io.text import form_of, open_text
from cpas.model.judgements import Judgement, Recommendation
from cpas.model.plans import Plan

__all__ = ["judgements_to_dict", "read_judgements", "write_judgements"]

T = TypeVar("T")

_KIND: Final = "Judgements file"
_LISTS: Final = ("judgements", "recommendations")


def read_judgements(
    path: str | os.PathLike[str], plan: Plan, *, max_bytes: int = MAX_BYTES
) -> tuple[tuple[Judgement, ...], tuple[Recommendation, ...]]:
    r"""Return the judgements and the recommendations in a YAML or JSON file.

    Parameters
    ----------
    path : str or path
        A file with the lists ``judgements`` and ``recommendations``; either may be left out.
    plan : Plan
        What they are about: every id in them must be in it.

    Returns
    -------
    tuple
        Judgements, then recommendations, each in the order of the file.

    Raises
    ------
    FileError
        If the file cannot be read.
    PlanError
        If it says something that is no judgement, or names what is not in the plan. Every fault is listed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from cpas.errors import PlanError
    >>> path = pathlib.Path(tempfile.mkdtemp(), "judged.yaml")
    >>> text = "{element: OC-1, about: contribution, value: high, at: 2025-Q2, statement: Ours}"
    >>> _ = path.write_text(f"format: 1\njudgements:\n- {text}\n")
    >>> try:
    ...     read_judgements(path, Plan("demo", "A small plan"))
    ... except PlanError as error:
    ...     print(error.faults[0].where, error.faults[0].line, error.faults[0].code)
    judgements[0] 3 judgement
    """
    parsed = open_text(path, kind=_KIND, max_bytes=max_bytes)
    found = list(format_faults(parsed.data)) or list(parsed.found)
    judged: list[tuple[Path, Judgement]] = []
    recommended: list[tuple[Path, Recommendation]] = []
    if not any(one.code == "format" for one in found):
        found += _unknown_fields(parsed.data)
        judged = _records(parsed.data, "judgements", Judgement, found)
        recommended = _records(parsed.data, "recommendations", Recommendation, found)
        found += _references(judged, recommended, plan)
    if found:
        raise parsed.refusal(found, path=os.fspath(path))
    return tuple(record for _, record in judged), tuple(record for _, record in recommended)


def write_judgements(
    judgements: Iterable[Judgement], recommendations: Iterable[Recommendation], path: str | os.PathLike[str]
) -> None:
    """Write judgements and recommendations to a YAML or JSON file, whole or not at all.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "judged.yaml")
    >>> write_judgements([], [Recommendation("R4", "Chase the figures", type="data", to="POC unit")], path)
    >>> read_judgements(path, Plan("demo", "A small plan"))[1][0].to
    'POC unit'
    """
    data = _layout(judgements, recommendations)
    write_text(to_text(data, form=form_of(path)), path, what=f"{_KIND} {os.fspath(path)!r}")


def judgements_to_dict(
    judgements: Iterable[Judgement], recommendations: Iterable[Recommendation] = ()
) -> dict[str, Any]:
    """Return judgements and recommendations as plain data, ready for JSON.

    Examples
    --------
    >>> judgements_to_dict([])
    {'format': 1, 'judgements': [], 'recommendations': []}
    """
    plain: dict[str, Any] = with_texts(_layout(judgements, recommendations))
    return plain


def _layout(judgements: Iterable[Judgement], recommendations: Iterable[Recommendation]) -> dict[str, Any]:
    lists = (judgements, recommendations)
    return {"format": FORMAT} | {
        name: [to_plain(one) for one in records] for name, records in zip(_LISTS, lists, strict=True)
    }


def _unknown_fields(data: dict[str, Any]) -> Iterator[Found]:
    known = ["format", *_LISTS]
    for name in data:
        if name not in known:
            yield Found((name,), f"There is no field {name!r}.{did_you_mean(name, known)}", "unknown_field")


def _records(data: dict[str, Any], name: str, cls: type[T], found: list[Found]) -> list[tuple[Path, T]]:
    """Return the records of a list, each with its way; what is wrong with the others is added to `found`."""
    value = data.get(name, [])
    if not isinstance(value, list):
        found.append(Found((name,), f"This is {shown(value)}, where a list should be. Begin each with '- '."))
        return []
    records: list[tuple[Path, T]] = []
    for i, item in enumerate(value):
        try:
            records.append(((name, i), to_record(item, cls)))
        except REFUSALS as error:
            found += found_in(error, (name, i))
    return records


def _references(
    judged: list[tuple[Path, Judgement]], recommended: list[tuple[Path, Recommendation]], plan: Plan
) -> Iterator[Found]:
    """Yield ids that are not in the plan, and recommendations that share one."""
    assumptions = [assumption.id for assumption in plan.assumptions]
    places = [plan.root, *plan.places_by_id]
    for path, judgement in judged:
        about = assumptions if judgement.about == "assumption" else plan.elements_by_id
        yield from _unknown((*path, "element"), judgement.element, about)
        if judgement.place is not None:
            yield from _unknown((*path, "place"), judgement.place, places)
        for name in ("evidence", "against"):
            for i, evidence in enumerate(getattr(judgement, name)):
                if evidence.indicator is not None:
                    yield from _unknown((*path, name, i, "indicator"), evidence.indicator, plan.indicators_by_id)
    supports = [*plan.elements_by_id, *plan.indicators_by_id, *assumptions]
    first: dict[str, int] = {}
    for path, recommendation in recommended:
        for i, id in enumerate(recommendation.elements):
            yield from _unknown((*path, "elements", i), id, plan.elements_by_id)
        for i, id in enumerate(recommendation.because):
            yield from _unknown((*path, "because", i), id, supports)
        if recommendation.id in first:
            message = f"{recommendation.id!r} is also the id of recommendations[{first[recommendation.id]}]."
            yield Found((*path, "id"), message, "duplicate_id")
        first.setdefault(recommendation.id, int(path[1]))


def _unknown(path: Path, id: str, known: Collection[str]) -> Iterator[Found]:
    if id not in known:
        yield Found(path, f"There is no {id!r} in the plan for this.{did_you_mean(id, known)}", "unknown_id")
