"""The commands about numbers: assess and explain."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cpas
from cpas.cli.console import Console
from cpas.cli.folders import refuse_existing, written_folder
from cpas.cli.inputs import read_data
from cpas.errors import RequestError, UnknownIdError

if TYPE_CHECKING:
    from cpas.model import Plan
    from cpas.periods import Frequency, Period
    from cpas.tables.assessment import Assessment
    from cpas.tables.observations import Observations

__all__ = ["make_assessment", "run_assess", "run_explain"]

Step = Callable[[str], None]


def run_assess(options: argparse.Namespace, console: Console) -> int:
    """Assess a plan at a period: say what leadership reads first, and write all of it."""
    from cpas.cli.drawing import say_leadership
    from cpas.cli.writing import FILES, write_assessment

    with console.progress(5 + (len(FILES) if options.output else 0)) as step:
        assessment = make_assessment(options, step, progress_bar=console.progress_bar)
        if options.output:
            with written_folder(options.output, force=options.force) as folder:
                write_assessment(assessment, folder, ceiling=options.ceiling, lang=options.lang, step=step)
        how: dict[str, Any] = {"ceiling": options.ceiling, "progress_bar": console.progress_bar}
        shown = cpas.report(assessment, lang=options.lang, **how)
    if console.as_json:
        console.json(shown.to_dict())
    else:
        say_leadership(shown.document, console)
    if options.output:
        console.note(f"Written to {options.output}.")
    return 0


def run_explain(options: argparse.Namespace, console: Console) -> int:
    """Explain one number down to the observations beneath it."""
    from cpas.io.files import write_text

    if options.html:
        refuse_existing(Path(options.html), force=options.force)
    with console.progress(5) as step:
        assessment = make_assessment(options, step, progress_bar=console.progress_bar)
        how: dict[str, Any] = {"ceiling": options.ceiling, "progress_bar": console.progress_bar}
        explained = cpas.explain(assessment, options.id, place=options.place, **how)
    if console.as_json:
        console.json(explained.to_dict())
    else:
        console.say(explained.to_text(width=console.width))
    if options.html:
        write_text(explained.to_html(), options.html, what=f"File {options.html!r}")
        console.note(f"Written to {options.html}.")
    return 0


def make_assessment(
    options: argparse.Namespace, step: Step = lambda name: None, *, progress_bar: bool | None = False
) -> Assessment:
    """Return the assessment that the options of a command ask for, by the verbs of the front door."""
    from cpas.io.judgements import read_judgements
    from cpas.io.methodologies import read_methodology

    step("reading the plan")
    plan = cpas.read_plan(options.plan)
    methodology = read_methodology(options.methodology) if options.methodology else None
    judged = read_judgements(options.judgements, plan) if options.judgements else ((), ())
    step("reading the data")
    observed = read_data(options, plan)
    delivery = None
    if options.delivery:
        delivery = cpas.read_delivery(options.delivery, plan, on_fault=options.on_fault)
    at = _period(options.at, plan, observed)
    step("adding up")
    added = cpas.aggregate(
        observed,
        by=options.by or _length_of(at),
        places=options.places or _level_of(options.place, plan),
        as_of=options.as_of,
        vintage=options.vintage,
        methodology=methodology,
    )
    step("scoring")
    scores = cpas.score(added, methodology=methodology)
    step("assessing")
    return cpas.assess(
        scores,
        at=at,
        place=options.place,
        delivery=delivery,
        judgements=judged[0],
        recommendations=judged[1],
        progress_bar=progress_bar,
    )


def _period(text: str | None, plan: Plan, observed: Observations) -> Period:
    """Return the period asked for, else the last one observed, of the length in which most indicators come."""
    from cpas.periods import Period, to_period

    if text is not None:
        return to_period(text)
    periods = observed.periods
    if not periods:
        raise RequestError("Nothing was observed, so there is no last period. Name one with --at.")
    last = max(periods, key=lambda period: (period.end, -period.days))
    lengths = Counter(i.frequency for i in plan.indicators if i.frequency not in (None, "dates"))
    usual: Any = lengths.most_common(1)[0][0] if lengths else last.frequency
    return last if usual == "dates" else Period.of(last.end, usual)


def _level_of(place: str | None, plan: Plan) -> str:
    """Return to which level to add up so that a place is one of the results: to the root where none is asked for."""
    if place is None or place == plan.root:
        return "all"
    if place not in plan.places_by_id:
        raise UnknownIdError.among(place, plan.places_by_id, what=f"Plan {plan.id!r} has no place")
    return plan.places_by_id[place].level or "each"


def _length_of(period: Period) -> Frequency | list[Period]:
    """Return by what to add up so that a period is one of the results, and so are those before it."""
    return [period] if period.frequency == "dates" else period.frequency
