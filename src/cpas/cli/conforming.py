"""The command ``cpas conformance``: published results recomputed, case by case."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from cpas.cli.console import Console
from cpas.errors import RequestError, did_you_mean

if TYPE_CHECKING:
    from cpas.testing.conformance import Case, Outcome

__all__ = ["run_conformance"]


def run_conformance(options: argparse.Namespace, console: Console) -> int:
    """Run the cases, print a table of them, and end with 1 if one fails."""
    from cpas.testing.conformance import Conformance, cases, run

    chosen = _chosen(cases(options.cases), options.only)
    outcomes: list[Outcome] = []
    with console.progress(len(chosen)) as step:
        for case in chosen:
            step(case.id)
            outcomes += run([case], progress_bar=False).outcomes
    found = Conformance(outcomes=tuple(outcomes))
    if console.as_json:
        console.json(found.to_dict())
        return 0 if found.is_passed else 1
    columns = ("case", "clause", "status", "checks", "worst", "tolerance")
    console.table(columns, [[row[name] for name in columns] for row in found.rows()])
    for row in found.rows():
        if row["note"]:
            console.paragraph(f"{row['case']}: {row['note']}", indent="  ")
    failed = sum(one.status == "failed" for one in found.outcomes)
    console.say(f"{len(found)} cases, {sum(one.checks for one in found.outcomes):,} checks, {failed} failed.")
    return 1 if failed else 0


def _chosen(known: tuple[Case, ...], only: list[str]) -> list[Case]:
    by_id = {case.id: case for case in known}
    for name in only:
        if name not in by_id:
            raise RequestError(f"There is no case {name!r}.{did_you_mean(name, by_id)}", case=name)
    return [case for case in known if not only or case.id in only]
