"""Every data set loads through the ordinary readers, says where it comes from, and passes its own plan's check."""

from __future__ import annotations

import pytest

from cpas import datasets
from cpas.cycle.planning import check
from cpas.errors import RequestError
from cpas.io.plans import plan_from_text, plan_to_text

ALL = datasets.names()


@pytest.mark.parametrize("name", ALL)
def test_loads(name):
    """A plan, and observations bound to it."""
    plan, observed = datasets.load(name)

    assert name == plan.id
    assert observed.plan is plan
    assert len(observed) > 0


@pytest.mark.parametrize("name", ALL)
def test_has_a_source_and_a_licence(name):
    """The licence is in the record and in the page beside the files."""
    found = datasets.source(name)

    assert found.document
    assert found.licence
    assert found.note


@pytest.mark.parametrize("name", ALL)
def test_has_a_page_beside_its_files(name):
    """Source, licence and what was changed are written where the files are."""
    from importlib.resources import files

    page = (files("cpas.datasets") / name.replace("-", "_") / "SOURCE.md").read_text(encoding="utf-8")

    assert "**Source.**" in page
    assert "What is here" in page


@pytest.mark.parametrize("name", ALL)
def test_plan_is_written_without_loss(name):
    """Reading what was written gives an equal plan."""
    plan, _ = datasets.load(name)

    assert plan == plan_from_text(plan_to_text(plan))


@pytest.mark.parametrize("name", ALL)
def test_plans_have_no_error(name):
    """What a reviewer would ask is no error; only the invented mission has a chain to be asked about."""
    plan, _ = datasets.load(name)

    assert [remark for remark in check(plan) if remark.severity == "error"] == []


def test_unknown_name():
    """A misspelt name is answered with the nearest."""
    with pytest.raises(RequestError, match=r"no data set 'car_events'\. Did you mean 'car-events'\?"):
        datasets.load("car_events")


@pytest.mark.parametrize("what", ["delivery", "judgements", "incidents"])
def test_what_a_data_set_does_not_have(what):
    """Asking for what is not there names the data sets that have it."""
    with pytest.raises(RequestError, match=f"has no {what}; "):
        getattr(datasets, what)("hdi")


def test_a_name_without_a_near_one_lists_all():
    """Where nothing is near, all names are said."""
    with pytest.raises(RequestError, match="There are kessara, unmiss, car-events, hdi"):
        datasets.source("xyz")
