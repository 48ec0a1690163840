"""The JSON Schema of a plan file says what reading it says."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

import cpas.model
from cpas.choices import Combine, words
from cpas.io.plain import with_texts
from cpas.io.plans import plan_schema, plan_to_dict, read_plan
from cpas.io.schema import field_notes, record_schema
from cpas.io.text import parse
from cpas.model import Methodology, Plan
from cpas.testing.strategies_plans import plans

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "docs" / "reference" / "plan.schema.json"
EXAMPLES = sorted([*ROOT.glob("examples/**/*plan.yaml"), *ROOT.glob("src/cpas/datasets/*/plan.yaml")])
RECORDS = [value for value in vars(cpas.model).values() if isinstance(value, type) and attrs.has(value)]
HEAD = {"format": 1, "id": "demo", "title": "A small plan"}


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = plan_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_published_schema_is_the_records_own():
    """The file in the docs is what the records give; write it anew with ``cpas schema``."""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == plan_schema()


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(plan=plans())
def test_written_plans_are_valid(validator, plan):
    """Whatever is written is what the schema describes."""
    validator.validate(plan_to_dict(plan))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_examples_are_valid(validator, path):
    """So are the plans that are shipped, as they stand and as they are written."""
    written = plan_to_dict(read_plan(path))
    as_it_stands = with_texts(parse(path.read_text(encoding="utf-8"), form="yaml", what="Plan").data)

    validator.validate(written)
    validator.validate(as_it_stands)


@pytest.mark.parametrize(
    "more",
    [
        {"links": [{"chain": ["A", "B", "C"], "strength": "weak"}, {"source": "A", "target": "B"}]},
        {"period": 2025},
        {"in_force_from": "2025-01-01", "units": {"hearing": "count"}},
        {"outcomes": [{"id": "A", "statement": "s", "stakeholders": "B", "maps_to": {"rbb": ["a", "b"]}}]},
        {"activities": [{"id": "A", "statement": "s", "after": ["B", {"activity": "C", "days": 3}]}]},
    ],
)
def test_short_forms_are_valid(validator, more):
    """What people write by hand is in the schema too."""
    validator.validate(HEAD | more)


@pytest.mark.parametrize(
    "more",
    [
        {"outcoms": []},
        {"format": 2},
        {"format": "1"},
        {"status": "aproved"},
        {"version": 2},
        {"outcomes": [{"id": "A"}]},
        {"outcomes": [{"id": "A", "statement": "s", "min_coverage": "0.5"}]},
        {"outcomes": [{"id": "A", "statement": "s", "wieght": 1}]},
        {"outcomes": {"id": "A", "statement": "s"}},
        {"links": [{"chain": ["A"]}]},
        {"links": [{"chain": ["A", "B"], "source": "A"}]},
        {"in_force_from": "2025"},
        {"places": [{"id": "A", "name": "n", "point": [1]}]},
        {"units": {"hearing": 1}},
    ],
)
def test_what_is_refused_when_read_is_not_valid(validator, more):
    """Unknown fields, wrong types and unknown words fail the schema as they fail the reader."""
    assert not validator.is_valid(HEAD | more)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_is_described(record):
    """The comment above a field is its description: none is without."""
    assert {field.name for field in attrs.fields(record)} <= field_notes(record).keys()


def test_schema_of_one_record():
    """Other files' records have a schema as well."""
    schema = record_schema(Methodology)
    jsonschema.Draft202012Validator.check_schema(schema)

    assert schema["properties"]["combine"]["enum"] == list(words(Combine))
    assert "elements" not in plan_schema()["properties"]
    assert {field.name for field in attrs.fields(Plan)} - {"elements"} <= plan_schema()["properties"].keys()
