"""Load a data set through the ordinary readers, so that it is checked as any file is."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

import pandas as pd

from cpas.cycle.counting import count
from cpas.datasets.catalogue import CATALOGUE, Dataset
from cpas.errors import RequestError, did_you_mean
from cpas.io.judgements import read_judgements
from cpas.io.observations import read_delivery, read_observations
from cpas.io.plans import read_plan
from cpas.model import Judgement, Plan, Recommendation
from cpas.sources import Source
from cpas.tables.delivery import Delivery
from cpas.tables.incidents import Incidents
from cpas.tables.observations import Observations

__all__ = ["delivery", "incidents", "judgements", "load", "names", "source"]

T = TypeVar("T")


def names() -> tuple[str, ...]:
    """Return the names of the data sets, the invented mission first.

    Examples
    --------
    >>> "hdi" in names()
    True
    """
    return tuple(dataset.name for dataset in CATALOGUE)


def source(name: str) -> Source:
    """Return where a data set comes from, and its licence.

    Examples
    --------
    >>> source("car-events").licence
    'CC BY 4.0'
    """
    return _find(name).source


def load(name: str) -> tuple[Plan, Observations]:
    """Return the plan and the observations of a data set.

    Parameters
    ----------
    name : str
        ``kessara`` (an invented mission), ``unmiss`` (violence affecting civilians in South Sudan, by quarter),
        ``car-events`` (UCDP events of the Central African Republic, counted by month, prefecture and type), or
        ``hdi`` (the Human Development Index as a plan).

    Raises
    ------
    RequestError
        If there is no data set of that name.

    Examples
    --------
    >>> plan, observed = load("unmiss")
    >>> observed
    <Observations of plan 'unmiss': 71 rows, 2020-Q3 to 2023-Q4>
    >>> load("kesara")
    Traceback (most recent call last):
    ...
    cpas.errors.RequestError: There is no data set 'kesara'. Did you mean 'kessara'?
    """
    dataset = _find(name)
    if dataset.observations is None:
        register = incidents(name)
        over = [dimension.id for dimension in register.plan.dimensions]
        return register.plan, count(register, by="month", over=over)
    plan = _plan(dataset)
    return plan, _read(dataset, dataset.observations, lambda path: read_observations(path, plan))


def delivery(name: str) -> Delivery:
    """Return what was planned and done in a data set's mission.

    Examples
    --------
    >>> delivery("kessara").frame.query("element == 'OP-1'")[["planned", "done"]].sum().tolist()
    [6.0, 6.0]
    """
    dataset = _find(name)
    plan = _plan(dataset)
    return _read(dataset, _needed(dataset, dataset.delivery, "delivery"), lambda path: read_delivery(path, plan))


def judgements(name: str) -> tuple[tuple[Judgement, ...], tuple[Recommendation, ...]]:
    """Return what people judged and recommended in a data set's mission.

    Examples
    --------
    >>> judged, recommended = judgements("kessara")
    >>> judged[0].value, [one.id for one in recommended]
    ('moderate', ['R0', 'R1', 'R2', 'R3', 'R4'])
    """
    dataset = _find(name)
    plan = _plan(dataset)
    return _read(dataset, _needed(dataset, dataset.judgements, "judgements"), lambda path: read_judgements(path, plan))


def incidents(name: str) -> Incidents:
    """Return the register of events of a data set, for :func:`cpas.count`.

    Examples
    --------
    >>> incidents("car-events")
    <Incidents of plan 'car-events': 1150 events, coverage 1991-01-01/2016-12-31>
    """
    dataset = _find(name)
    plan = _plan(dataset)
    frame = _read(dataset, _needed(dataset, dataset.incidents, "incidents"), _read_events)
    return Incidents.of(
        frame,
        plan,
        date="date",
        counts={"events": None, "deaths": "best", "civilians": "civilians"},
        low={"deaths": "low"},
        high={"deaths": "high"},
        place="prefecture",
        dimensions=["type"],
        coverage=plan.period,
    )


def _read_events(path: Path) -> pd.DataFrame:
    # Everything as text: a blank prefecture stays blank, and the register reads numbers itself.
    return pd.read_csv(path, dtype=str, keep_default_na=False, compression="gzip")


def _find(name: str) -> Dataset:
    for dataset in CATALOGUE:
        if dataset.name == name:
            return dataset
    known = names()
    near = did_you_mean(name, known) or f" There are {', '.join(known)}."
    raise RequestError(f"There is no data set {name!r}.{near}", name=name)


def _needed(dataset: Dataset, file: str | None, what: str) -> str:
    """Return the name of a file, or refuse what the data set does not have."""
    if file is None:
        having = [one.name for one in CATALOGUE if getattr(one, what) is not None]
        raise RequestError(f"Data set {dataset.name!r} has no {what}; {', '.join(having)} has.", name=dataset.name)
    return file


def _plan(dataset: Dataset) -> Plan:
    return _read(dataset, "plan.yaml", read_plan)


def _read(dataset: Dataset, file: str, read: Callable[[Path], T]) -> T:
    """Read one file of a data set, also where the package is inside an archive."""
    with as_file(files("cpas.datasets") / dataset.folder / file) as path:
        return read(path)
