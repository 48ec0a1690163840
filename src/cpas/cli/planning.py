"""The commands about plans: check, template, schema, convert."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cpas
from cpas.cli.console import Console
from cpas.cli.folders import refuse_existing
from cpas.cli.inputs import read_data

if TYPE_CHECKING:
    from cpas.tables.remarks import Remark

__all__ = ["run_check", "run_convert", "run_schema", "run_template", "say_remarks"]

#: The gravest first.
_SEVERITIES: Final = ("error", "warning", "note")


def run_check(options: argparse.Namespace, console: Console) -> int:
    """Say what a reviewer would ask of a plan, and of data; 1 if any of it is of severity error."""
    plan = cpas.read_plan(options.plan)
    found = cpas.check(plan)
    if options.data:
        found += read_data(options, plan).remarks
    graves = _SEVERITIES[: _SEVERITIES.index(options.severity) + 1]
    shown = [remark for remark in found if remark.severity in graves]
    counts = Counter(remark.severity for remark in found)
    if console.as_json:
        numbers = {severity: counts[severity] for severity in _SEVERITIES}
        rows = [row for row in found.to_dict()["remarks"] if row["severity"] in graves]
        console.json({"plan": plan.id, "plan_version": plan.version, "counts": numbers, "remarks": rows})
    else:
        said = ", ".join(_counted(counts[severity], severity) for severity in _SEVERITIES)
        console.paragraph(f"Plan {plan.id!r}, {plan.title}: {said}.")
        say_remarks(shown, console)
    return 1 if counts["error"] or (options.strict and shown) else 0


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def say_remarks(remarks: list[Remark], console: Console) -> None:
    """Write remarks one by one, each with what to do."""
    for remark in remarks:
        console.say()
        console.say("  ".join(part for part in (remark.severity, remark.where, f"[{remark.code}]") if part))
        console.paragraph(remark.message, indent="  ")
        if remark.hint:
            console.paragraph(f"→ {remark.hint}", indent="  ")


def run_template(options: argparse.Namespace, console: Console) -> int:
    """Write the workbook that a section fills in."""
    plan = cpas.read_plan(options.plan)
    observed = read_data(options, plan, options.data) if options.data else None
    path = Path(options.output) if options.output else None
    if path is not None:
        refuse_existing(path, force=options.force)
    how: dict[str, Any] = {"section": options.section, "progress_bar": console.progress_bar}
    written = cpas.template(plan, options.period, path=path, observations=observed, **how)
    if console.as_json:
        console.json({"plan": plan.id, "period": options.period, "file": str(written)})
    else:
        console.say(str(written))
    return 0


def run_schema(options: argparse.Namespace, console: Console) -> int:
    """Print the JSON Schema of plan files, or write it to a file."""
    schema = cpas.plan_schema()
    if options.output is None:
        console.json(schema)
        return 0
    from cpas.io.files import write_text

    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    refuse_existing(Path(options.output), force=options.force)
    write_text(text, options.output, what=f"File {options.output!r}")
    _say_written(options.output, console)
    return 0


def run_convert(options: argparse.Namespace, console: Console) -> int:
    """Write a plan in the other form."""
    plan = cpas.read_plan(options.plan)
    refuse_existing(Path(options.out), force=options.force)
    cpas.write_plan(plan, options.out)
    _say_written(options.out, console)
    return 0


def _say_written(path: str, console: Console) -> None:
    if console.as_json:
        console.json({"file": path})
    else:
        console.say(path)
