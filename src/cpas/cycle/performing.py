"""Perform: what the observations say, period by period, and how far that is on the way.  Methodology §3, §9."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, Literal

from cpas.choices import Vintage, words
from cpas.cycle.asked import frequency_asked, periods_asked
from cpas.errors import MethodError, RequestError, did_you_mean
from cpas.methods.aggregation.calculated import with_formulas
from cpas.methods.aggregation.lazily import add_up_lazily
from cpas.methods.aggregation.notices import notices
from cpas.methods.aggregation.pipeline import add_up
from cpas.model import DEFAULT, Methodology
from cpas.periods import Frequency, Period, to_frequency
from cpas.tables.aggregates import Aggregates, Request
from cpas.tables.lazy import LazyObservations
from cpas.tables.observations import Observations

__all__ = ["aggregate"]

#: No request makes more periods than this: days of about 270 years.
_MOST_PERIODS = 100_000


def aggregate(
    observations: Observations,
    *,
    by: str | Period | Iterable[Period | str] | None,
    places: str = "all",
    groups: str | Iterable[str] = (),
    as_of: date | datetime | str | None = None,
    vintage: Vintage = "latest",
    on_refusal: Literal["remark", "raise"] = "remark",
    to_date: Literal["year", "year-jul"] | None = None,
    methodology: Methodology | None = None,
    progress_bar: bool | None = None,
) -> Aggregates:
    """Add observations up, each indicator by its own kind.

    Flows add, stocks do not, shares are worked out anew from their parts; what has no meaning is refused for that
    indicator alone, with a remark. A missing value is never zero: a sum of nothing is missing.

    Parameters
    ----------
    observations : Observations
        The values.
    by : str, periods, or None
        ``day week month quarter half year``, ``year-jul`` (1 July to 30 June), or the periods themselves; None keeps
        the observed periods.
    places : str
        ``all`` to the root, ``each`` as observed, or the name of a level of the plan's places.
    groups : str or iterable of str
        Ids of the dimensions to keep; the others are added up.
    as_of : date, datetime or ISO text, optional
        What was known at the end of that day.
    vintage : str
        ``latest``, or ``first`` as first published.
    on_refusal : str
        ``remark``, or ``raise`` when a combination has no meaning.
    to_date : str, optional
        ``year`` (or ``year-jul``) gives each period the time from the start of its year to its own end.
    methodology : Methodology, optional
        By which methods; the library's default where none is given.
    progress_bar : bool, optional
        Whether to show how far it is with observations that stay in their files, once it takes a second; at a terminal
        and in a notebook where not said.

    Returns
    -------
    Aggregates
        Columns ``indicator period place`` (and groups) ``value numerator denominator low high expected received
        complete age_days reason``, sorted by indicator, period, place and group.

    Raises
    ------
    RequestError
        If a frequency, level, dimension or date is unknown.
    MethodError
        With ``on_refusal="raise"``, if a combination has no meaning.

    Notes
    -----
    Methodology §3. The order of axes is vintage, time, groups, places, formulas.

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> quarters = cpas.aggregate(observed, by="quarter")
    >>> quarters.row("I01", "2025-Q2")["value"]
    61.0
    """
    chosen = methodology or DEFAULT
    named = (groups,) if isinstance(groups, str) else tuple(groups)
    request = _request(observations, by, places, named, as_of, vintage, to_date)
    if isinstance(observations, LazyObservations):
        sums, remarks = add_up_lazily(observations, request, chosen, progress_bar=progress_bar)
    else:
        sums = add_up(observations, request, chosen)
        sums, remarks = with_formulas(observations, request, chosen, sums)
        remarks += notices(observations, request, sums)
    refused = [remark for remark in remarks if remark.code == "cannot_combine"]
    if refused and on_refusal == "raise":
        raise MethodError("\n".join(str(remark) for remark in refused), remarks=tuple(refused))
    return Aggregates(
        observations=observations,
        methodology=chosen,
        request=request,
        groups=sums.groups,
        cells=sums.cells,
        remarks=observations.remarks + remarks,
    )


def _request(
    observations: Observations,
    by: Any,
    places: str,
    groups: tuple[str, ...],
    as_of: date | datetime | str | None,
    vintage: str,
    to_date: str | None,
) -> Request:
    """Return the request in its one form, or refuse it."""
    plan = observations.plan
    known = plan.dimensions_by_id
    for name in groups:
        if name not in known:
            raise RequestError(f"The plan has no dimension {name!r}.{did_you_mean(name, known)}", group=name)
    if places not in ("all", "each"):
        observations.tree.at_level(places)
    if vintage not in words(Vintage):
        raise RequestError(f"{vintage!r} is no vintage. Ask for {' or '.join(words(Vintage))}.", vintage=vintage)
    if to_date not in (None, "year", "year-jul"):
        raise RequestError(f"to_date is 'year' or 'year-jul', not {to_date!r}.", to_date=to_date)
    frequency, periods = _periods(observations, by)
    return Request(
        by=frequency,
        periods=periods,
        spans=tuple(_to_date(period, to_date) for period in periods) if to_date else periods,
        places=places,
        groups=tuple(d.id for d in plan.dimensions if d.id in groups),
        as_of=_moment(as_of),
        vintage=vintage,
    )


def _periods(observations: Observations, by: Any) -> tuple[str | None, tuple[Period, ...]]:
    """Return the frequency asked for, and the periods; they span all that was observed."""
    observed = observations.periods
    if by is None:
        return None, observed
    frequency = frequency_asked(by)
    if frequency is not None:
        return frequency, _spanned(observed, frequency)
    return "periods", periods_asked(by)


def _spanned(observed: tuple[Period, ...], frequency: Frequency) -> tuple[Period, ...]:
    if not observed:
        return ()
    first = min(observed, key=lambda period: period.start)
    last = max(observed, key=lambda period: period.end)
    days = (last.end - first.start).days
    if days / {"day": 1, "week": 7}.get(frequency, 28) > _MOST_PERIODS:
        raise RequestError(
            f"From {first} to {last} there are too many periods by {frequency} (over {_MOST_PERIODS:,}). "
            "Check the earliest and the latest period, or ask for a longer frequency.",
            by=frequency,
        )
    return Period.spanning(first, last, frequency)


def _to_date(period: Period, year: str) -> Period:
    """Return the time from the start of the year that holds a period's end to that end."""
    whole = Period.of(period.end, to_frequency(year))
    return Period.between(min(whole.start, period.start), period.end)


def _moment(as_of: date | datetime | str | None) -> datetime | None:
    """Return the moment up to which things were known: the end of a day, or the time given."""
    if isinstance(as_of, str):
        try:
            as_of = date.fromisoformat(as_of) if len(as_of) <= 10 else datetime.fromisoformat(as_of)
        except ValueError as error:
            raise RequestError(f"as_of={as_of!r} is no date. Write it as 2025-06-30.", as_of=as_of) from error
    if as_of is None or isinstance(as_of, datetime):
        return as_of
    if not isinstance(as_of, date):
        raise RequestError(f"as_of={as_of!r} is no date. Write it as 2025-06-30.", as_of=as_of)
    return datetime.combine(as_of, time.max)
