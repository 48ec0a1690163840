"""Whether an indicator says what must be known to add up its values: of what, how often, by whom."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Final

from cpas.choices import ADDITIVE
from cpas.methods.checks.codes import Code
from cpas.methods.checks.wording import called
from cpas.model import Dimension, Indicator, Plan
from cpas.model.fields import Pairs
from cpas.sources import Source
from cpas.tables.remarks import Remark
from cpas.units import canonical

__all__ = [
    "CODES",
    "RULES",
    "no_denominator",
    "no_frequency",
    "ordinal_without_place_rule",
    "person_count_without_sex_age",
]

#: Units that count people, in the words of `cpas.units`; a word for some of them is not a unit there.
_PEOPLE: Final = frozenset(
    {"casualty", "combatant", "death", "detainee", "official", "person", "respondent", "survivor", "victim"}
)
#: A number and one word, as in ``1000 person``; person-days and the like count no people.
_ONE_THING: Final = re.compile(r"(?:[\d.]+ )?(\w+)")

NO_DENOMINATOR: Final = Code(
    "no_denominator",
    "warning",
    what="A ratio does not say what it is a share of.",
    why="Shares of different wholes cannot be averaged: they are worked out anew from numerators and denominators, so "
    "it must be known what the denominator counts.",
    mend="Say in denominator what is counted, or which indicator counts it; or give a formula.",
    source=Source("UNDP performance app methodology", note="the aggregation trap: an average of averages"),
)
NO_FREQUENCY: Final = Code(
    "no_frequency",
    "note",
    what="An indicator does not say how often a value is due.",
    why="What is not due cannot be late: silence is not seen, and completeness counts only what came.",
    mend="Give its frequency.",
)
ORDINAL_WITHOUT_PLACE_RULE: Final = Code(
    "ordinal_without_place_rule",
    "note",
    what="An ordinal indicator in a plan with places does not say how places combine.",
    why="Levels do not add up. Without a rule, the value of the whole area cannot be told from those of its places.",
    mend="Set over to {place: median} or {place: worst}.",
)
PERSON_COUNT_WITHOUT_SEX_AGE: Final = Code(
    "person_count_without_sex_age",
    "warning",
    what="A count of people is not broken down by sex and age.",
    why="Women, men, girls and boys live through conflict differently, and a total hides it. Missions publish victims "
    "by sex and age, with those unknown as a number of their own.",
    mend="Add dimensions for sex and age; 'unknown' is always a member of each.",
    source=Source("MINUSCA Human Rights Division, monthly report", section="March 2018"),
)


def no_denominator(plan: Plan) -> Iterator[Remark]:
    """Yield the ratios that have neither a denominator nor a formula.

    Examples
    --------
    >>> plan = Plan("demo", "Demo", indicators=[Indicator("I03", "Disputes settled", measures=(), unit="%",
    ...     kind="ratio", better="higher")])
    >>> [remark.where for remark in no_denominator(plan)]
    ['I03']
    """
    for indicator in plan.indicators:
        if indicator.kind == "ratio" and not indicator.denominator.strip() and indicator.formula is None:
            yield NO_DENOMINATOR.at(indicator.id, f"{called(indicator)} is a ratio with no denominator.")


def no_frequency(plan: Plan) -> Iterator[Remark]:
    """Yield the observed indicators that do not say how often a value is due.

    Examples
    --------
    >>> plan = Plan("demo", "Demo", indicators=[Indicator("I03", "Disputes settled", measures=(), unit="%",
    ...     kind="ratio", better="higher")])
    >>> [remark.where for remark in no_frequency(plan)]
    ['I03']
    """
    for indicator in plan.indicators:
        if indicator.frequency is None and indicator.formula is None:
            yield NO_FREQUENCY.at(indicator.id, f"{called(indicator)} does not say how often a value is due.")


def ordinal_without_place_rule(plan: Plan) -> Iterator[Remark]:
    """Yield the ordinals with no rule over places, in a plan that has places.

    Examples
    --------
    >>> from cpas.model import Place
    >>> plan = Plan("demo", "Demo", places=[Place("nord", "Nord")], indicators=[Indicator("I09", "Behaviour",
    ...     measures=(), unit="level", kind="ordinal", better="higher", levels=["never", "always"])])
    >>> [remark.where for remark in ordinal_without_place_rule(plan)]
    ['I09']
    """
    for indicator in plan.indicators if plan.places else ():
        if indicator.kind == "ordinal" and indicator.formula is None and indicator.rule("place") is None:
            yield ORDINAL_WITHOUT_PLACE_RULE.at(indicator.id, f"{called(indicator)} has no rule over places.")


def person_count_without_sex_age(plan: Plan) -> Iterator[Remark]:
    """Yield the counts of people that are not broken down by sex, by age, or by both.

    Examples
    --------
    >>> plan = Plan("demo", "Demo", dimensions=[Dimension("sex", ["female", "male"])], indicators=[Indicator("I01",
    ...     "Civilians harmed", measures=(), unit="people", kind="flow", better="lower", dimensions=["sex"])])
    >>> [remark.message for remark in person_count_without_sex_age(plan)]
    ["Indicator 'I01' (Civilians harmed) counts people and is not broken down by age."]
    """
    sexes = {dimension.id for dimension in plan.dimensions if _is_about(dimension, "sex", "gender")}
    ages = {dimension.id for dimension in plan.dimensions if _is_about(dimension, "age", "agegroup")}
    for indicator in plan.indicators:
        own = {*indicator.dimensions}
        lacking = [name for name, known in (("sex", sexes), ("age", ages)) if not own & known]
        if lacking and _counts_people(plan, indicator):
            message = f"{called(indicator)} counts people and is not broken down by {' or '.join(lacking)}."
            yield PERSON_COUNT_WITHOUT_SEX_AGE.at(indicator.id, message)


def _is_about(dimension: Dimension, *words: str) -> bool:
    spoken = re.findall(r"[a-z]+", f"{dimension.id} {dimension.name}".casefold())
    return not {*words}.isdisjoint(spoken)


def _counts_people(plan: Plan, indicator: Indicator) -> bool:
    if indicator.kind not in ADDITIVE or indicator.formula is not None:
        return False
    return _is_people(indicator.unit, plan.units)


@functools.lru_cache(maxsize=4096)
def _is_people(unit: str, declared: Pairs) -> bool:
    # What stands after the stroke is a rhythm: "person/quarter" counts people too.
    match = _ONE_THING.fullmatch(canonical(unit, declared).partition("/")[0])
    return match is not None and match[1] in _PEOPLE


CODES: Final = (
    NO_DENOMINATOR,
    NO_FREQUENCY,
    ORDINAL_WITHOUT_PLACE_RULE,
    PERSON_COUNT_WITHOUT_SEX_AGE,
)
RULES: Final = (
    no_denominator,
    no_frequency,
    ordinal_without_place_rule,
    person_count_without_sex_age,
)
