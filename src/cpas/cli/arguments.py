"""The commands and their options. Nothing is loaded here but what reads them."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Final, NoReturn

from cpas._version import __version__
from cpas.choices import SENSITIVITIES
from cpas.cli import assessing, conforming, planning, showing
from cpas.cli.console import fit_for
from cpas.errors import did_you_mean

__all__ = ["COMMANDS", "make_parser", "read_arguments"]

_SEVERITIES: Final = ("error", "warning", "note")
_ENDING: Final = """\
Independent software, not endorsed by the United Nations; not a UN rating.
'cpas COMMAND --help' says what a command takes. Start with: cpas demo"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, with the nearest word."""

    def error(self, message: str) -> NoReturn:
        found = re.search(r"invalid choice: '(.*)' \(choose from", message)
        if found:
            message = f"there is no command {found[1]!r}.{did_you_mean(found[1], COMMANDS)}"
        unknown = re.fullmatch(r"unrecognized arguments: (.*)", message, re.DOTALL)
        if unknown:
            known = [name for action in self._actions for name in action.option_strings]
            near = did_you_mean(unknown[1], known) if unknown[1].startswith("-") else ""
            message = f"{unknown[1]!r} is not understood.{near}"
        end = "" if message.endswith(("?", ".")) else "."
        self._complain(f"{self.prog}: {message}{end} Try: {self.prog} --help\n")
        sys.exit(2)

    def _complain(self, text: str) -> None:
        sys.stderr.write(fit_for(text, sys.stderr.encoding))
        sys.stderr.flush()


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of ``cpas``: every command, its options, and the function that runs it as ``run``.

    Examples
    --------
    >>> options = make_parser().parse_args(["check", "mission.yaml", "--severity", "warning"])
    >>> options.plan, options.severity, options.json
    ('mission.yaml', 'warning', False)
    """
    parser = _Parser(
        prog="cpas",
        description="Plan for impact, follow indicators, judge progress: CPAS as publicly described.",
        epilog=_ENDING,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        parents=[_everywhere(default=False)],
    )
    parser.add_argument("--version", action="version", version=f"cpas {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, title="commands", parser_class=_Parser)
    for name, (summary, add, run) in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            allow_abbrev=False,
            # Not given here, it must not undo what was given before the command.
            parents=[_everywhere(default=argparse.SUPPRESS)],
        )
        add(command)
        command.set_defaults(run=run, command=command)
    return parser


def read_arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of a command, or end the process with what is wrong.

    Examples
    --------
    >>> read_arguments(["schema", "--quiet"]).quiet
    True
    """
    parser = make_parser()
    if not (sys.argv[1:] if argv is None else argv):
        parser.print_help(sys.stderr)
        sys.exit(2)
    options, rest = parser.parse_known_args(argv)
    if rest:
        options.command.error(f"unrecognized arguments: {rest[0]}")
    return options


def _everywhere(*, default: Any) -> _Parser:
    shared = _Parser(add_help=False)
    group = shared.add_argument_group("everywhere")
    for name, text in (
        ("--json", "write the result as JSON, and nothing else, to standard output"),
        ("--quiet", "no notes and no progress bar"),
        ("--traceback", "with an error, show where in the library it arose"),
    ):
        group.add_argument(name, action="store_true", default=default, help=text)
    return shared


# -- what the words of an option may be ------------------------------------------------------------------------


def _one_of(known: Iterable[str]) -> Callable[[str], str]:
    words = tuple(known)

    def read(text: str) -> str:
        if text not in words:
            near = did_you_mean(text, words)
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(words)}.{near}")
        return text

    return read


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date. Write it as 2025-06-30.") from None


# -- options that several commands have ------------------------------------------------------------------------


def _add_plan(command: argparse.ArgumentParser) -> None:
    command.add_argument("plan", metavar="PLAN", help="the plan: a YAML or JSON file")


def _add_data(command: argparse.ArgumentParser, nargs: str = "+") -> None:
    # With a default, nothing given is no fault where nothing is needed.
    default: dict[str, Any] = {"default": []} if nargs == "*" else {}
    command.add_argument(
        "data",
        metavar="DATA",
        nargs=nargs,
        **default,
        help="observations: CSV, Excel or Parquet; '-' is CSV from standard input",
    )


def _add_on_fault(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--on-fault",
        type=_one_of(("raise", "drop")),
        default="raise",
        metavar="{raise,drop}",
        help="rows with a fault: refuse the file (raise, as usual), or go on without them (drop)",
    )
    command.add_argument("--coverage", metavar="PERIOD", help="of a register: the time for which it is whole")


def _add_how(command: argparse.ArgumentParser) -> None:
    """Add what decides the numbers."""
    how = command.add_argument_group("what counts")
    how.add_argument("--by", metavar="LENGTH", help="day, week, month, quarter, half, year or year-jul (as PERIOD)")
    how.add_argument("--places", metavar="WHICH", help="all (to the root, as usual), each, or a level's name")
    how.add_argument("--place", metavar="ID", help="one place only, with the places of its level beside it in tables")
    how.add_argument("--as-of", type=_day, metavar="DATE", help="what was known at the end of that day")
    how.add_argument(
        "--vintage",
        type=_one_of(("latest", "first")),
        default="latest",
        metavar="{latest,first}",
        help="figures as last revised (latest, as usual) or as first published",
    )
    how.add_argument("--delivery", metavar="FILE", help="what was planned and done")
    how.add_argument("--judgements", metavar="FILE", help="what people judged and recommended (YAML or JSON)")
    how.add_argument("--methodology", metavar="FILE", help="other methods and thresholds (YAML or JSON)")
    how.add_argument(
        "--ceiling",
        type=_one_of(SENSITIVITIES),
        default="internal",
        metavar="WORD",
        help=f"withhold what is above it: {', '.join(SENSITIVITIES)} (internal, as usual)",
    )


def _add_force(command: argparse.ArgumentParser) -> None:
    command.add_argument("--force", action="store_true", help="replace files that are there already")


# -- the commands ----------------------------------------------------------------------------------------------


def _check(command: argparse.ArgumentParser) -> None:
    _add_plan(command)
    _add_data(command, nargs="*")
    command.add_argument(
        "--severity",
        type=_one_of(_SEVERITIES),
        default="note",
        metavar="WORD",
        help="only remarks as grave as this: error, warning or note (note: all)",
    )
    command.add_argument("--strict", action="store_true", help="end with 1 if there is any remark shown")
    _add_on_fault(command)


def _assess(command: argparse.ArgumentParser) -> None:
    _add_plan(command)
    _add_data(command)
    command.add_argument("--at", metavar="PERIOD", required=True, help="the period assessed, such as 2025-Q2")
    command.add_argument("-o", "--output", metavar="DIR", help="write the report and all tables there")
    command.add_argument("--lang", metavar="CODE", default="en", help="language of the report (en)")
    _add_how(command)
    _add_on_fault(command)
    _add_force(command)


def _explain(command: argparse.ArgumentParser) -> None:
    _add_plan(command)
    _add_data(command)
    command.add_argument("id", metavar="ID", help="an element or an indicator of the plan")
    command.add_argument("--at", metavar="PERIOD", help="the period (the last one observed)")
    command.add_argument("--html", metavar="FILE", help="also write it as a page")
    _add_how(command)
    _add_on_fault(command)
    _add_force(command)


def _template(command: argparse.ArgumentParser) -> None:
    _add_plan(command)
    command.add_argument("period", metavar="PERIOD", help="the period asked for, such as 2025-Q2")
    command.add_argument("--section", metavar="NAME", help="only the indicators that this section owns")
    command.add_argument("--data", metavar="FILE", nargs="+", default=[], help="show the values last known")
    command.add_argument("-o", "--output", metavar="FILE", help="where to (PLAN-PERIOD-SECTION.xlsx, here)")
    _add_on_fault(command)
    _add_force(command)


def _schema(command: argparse.ArgumentParser) -> None:
    command.add_argument("-o", "--output", metavar="FILE", help="write it there instead")
    _add_force(command)


def _convert(command: argparse.ArgumentParser) -> None:
    _add_plan(command)
    command.add_argument("out", metavar="OUT", help="a name that ends in .yaml, .yml or .json")
    _add_force(command)


def _conformance(command: argparse.ArgumentParser) -> None:
    command.add_argument("--cases", metavar="DIR", help="cases of your own: a folder of JSON files")
    command.add_argument("--only", metavar="NAME", nargs="+", default=[], help="only the cases with these names")


def _demo(command: argparse.ArgumentParser) -> None:
    command.add_argument("-o", "--output", metavar="DIR", default="cpas-demo", help="where to write (./cpas-demo)")
    _add_force(command)


#: Each command: what it does, how its options are added, and what runs it.
COMMANDS: Final[dict[str, tuple[str, Callable[[argparse.ArgumentParser], None], Callable[..., int]]]] = {
    "check": ("ask of a plan, and of data, what a reviewer would", _check, planning.run_check),
    "assess": ("assess a plan at a period: a report, and every table", _assess, assessing.run_assess),
    "explain": ("explain one number down to the observations beneath it", _explain, assessing.run_explain),
    "template": ("write the workbook that a section fills in", _template, planning.run_template),
    "schema": ("print the JSON Schema of plan files, for editors", _schema, planning.run_schema),
    "convert": ("write a plan as YAML or JSON; comments are lost", _convert, planning.run_convert),
    "conformance": ("recompute what is published, and say how near it is", _conformance, conforming.run_conformance),
    "demo": ("go the whole way on shipped data", _demo, showing.run_demo),
}
