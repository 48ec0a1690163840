"""The command ``cpas demo``: the whole way on an invented mission and on a published series."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cpas
from cpas.cli.console import Console
from cpas.cli.folders import written_folder
from cpas.display import format_missing, format_number, format_percent

if TYPE_CHECKING:
    from cpas.tables.assessment import Assessment, IndicatorFinding

__all__ = ["copy_input", "kessara", "run_demo", "unmiss"]

#: Files of the invented mission, by which every command can be tried.
_INPUT: Final = ("plan.yaml", "observations.csv", "delivery.csv", "judgements.yaml")
#: The day before the brief on the third quarter of 2021 came out.
_BEFORE: Final = "2021-12-14"


def run_demo(options: argparse.Namespace, console: Console) -> int:
    """Go the whole way: plan, data, assessment, explanation, factsheet; then a series that was revised."""
    from cpas.cli.drawing import say_leadership
    from cpas.cli.writing import FILES, write_assessment

    with console.progress(3 + len(FILES)) as step:
        step("assessing Kessara")
        assessment = kessara()
        step("reading the UNMISS series")
        vintages = unmiss()
        with written_folder(options.output, force=options.force) as folder:
            step("writing the plan and the data")
            copy_input(folder / "input")
            write_assessment(assessment, folder, ceiling="internal", lang="en", step=step)
    shown = cpas.report(assessment, progress_bar=False)
    explained = cpas.explain(assessment, "OC-2", progress_bar=False)
    if console.as_json:
        series = {name: None if one is None else one.to_dict() for name, one in vintages.items()}
        console.json({"kessara": shown.to_dict(), "explanation": explained.to_dict(), "unmiss": series})
        return 0
    say_leadership(shown.document, console)
    _say_explanation(explained.to_dict(), console)
    _say_unmiss(vintages, console)
    _say_next(options.output, console)
    return 0


def kessara() -> Assessment:
    """Return the assessment of the invented mission in the second quarter of 2025.

    Examples
    --------
    >>> round(kessara()["OC-2"].progress, 1)
    12.0
    """
    _, observed = cpas.datasets.load("kessara")
    judged, recommended = cpas.datasets.judgements("kessara")
    scores = cpas.score(cpas.aggregate(observed, by="quarter"))
    return cpas.assess(
        scores,
        at="2025-Q2",
        delivery=cpas.datasets.delivery("kessara"),
        judgements=judged,
        recommendations=recommended,
    )


def unmiss() -> dict[str, IndicatorFinding]:
    """Return what was known of victims in South Sudan: before a brief, after it, and as first published.

    Examples
    --------
    >>> {name: one.season for name, one in unmiss().items()}
    {'before': 1223.0, 'after': 1271.0, 'first': 1223.0, '2022-Q2': 1086.0}
    """
    _, observed = cpas.datasets.load("unmiss")

    def victims(at: str, **asked: Any) -> IndicatorFinding:
        added = cpas.aggregate(observed, by="quarter", **asked)
        return cpas.assess(cpas.score(added), at=at).indicator("victims")

    return {
        "before": victims("2021-Q3", as_of=_BEFORE),
        "after": victims("2021-Q3"),
        "first": victims("2021-Q3", vintage="first"),
        "2022-Q2": victims("2022-Q2"),
    }


def _say_explanation(data: dict[str, Any], console: Console) -> None:
    """Write the first steps of an explanation: the answers, and what the progress is made of."""
    ground = data["explanation"]
    console.heading("Why OC-2 is what it is, in short")
    console.paragraph(f"{ground['what']}: {ground['said']}. {ground.get('meaning', '')}")
    progress, *others = ground["children"]
    for one in [progress, *progress["children"]]:
        console.say()
        console.paragraph(f"{one['what']}: {one['said']}", indent="  ")
        for rule in one["rules"]:
            console.paragraph(f"{rule['text']} ({rule['clause']})", indent="    ")
    for one in others:
        if one["said"]:
            console.say()
            console.paragraph(f"{one['what']}: {one['said']}", indent="  ")


def _say_unmiss(vintages: dict[str, IndicatorFinding], console: Console) -> None:
    console.heading("UNMISS: a published number was revised in silence")
    console.paragraph("Victims of violence affecting civilians in South Sudan, from the mission's own briefs.")
    console.say()
    names = {
        "before": f"on {_BEFORE}, before the brief on Q3 2021",
        "after": "after it",
        "first": "as first published (vintage=first)",
    }
    rows = [
        [
            text,
            _number(vintages[key].season),
            _number(vintages[key].value, vintages[key].reason),
            _change(vintages[key]),
        ]
        for key, text in names.items()
    ]
    console.table(["as known", "Q3 2020", "Q3 2021", "change"], rows)
    later = vintages["2022-Q2"]
    console.say()
    console.paragraph(
        f"Q2 2022 was {_percent(later.change_previous)} on the quarter before and {_percent(later.change_season)} on "
        "the same quarter a year before. Both are true."
    )


def _number(value: float | None, reason: str | None = None) -> str:
    return format_number(value, digits=0) if value is not None else format_missing(reason)


def _change(one: IndicatorFinding) -> str:
    return _percent(one.change_season) if one.change_season is not None else format_missing()


def _percent(change: float | None) -> str:
    return format_percent(None if change is None else change / 100, signed=True)


def _say_next(folder: str, console: Console) -> None:
    console.heading("Now look")
    console.say(f"{folder}/factsheet.html    for the public: open it in a browser")
    console.say(f"{folder}/assessment.html   the whole assessment")
    console.say(f"{folder}/scores.csv        every number of it, and more tables")
    console.say()
    console.say(f"cpas check {folder}/input/plan.yaml")
    console.say(f"cpas explain {folder}/input/plan.yaml {folder}/input/observations.csv OC-2")


def copy_input(folder: Path) -> None:
    """Write the plan and the data of the invented mission, to try every command on."""
    from importlib.resources import files

    folder.mkdir()
    for name in (*_INPUT, "SOURCE.md"):
        (folder / name).write_bytes((files("cpas.datasets") / "kessara" / name).read_bytes())
