"""What it costs to load the library, and to ask its command line for help."""

from __future__ import annotations

from benchmarks.contenders import Job, Limit
from benchmarks.fresh import process
from benchmarks.report import ratio

__all__ = ["JOB"]

_HELP = """
from cpas.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
"""

JOB = Job(
    title="Loading",
    contenders={
        "attrs, cattrs": process("import attrs, cattrs"),
        "bare Python": process("pass"),
        "cpas": process("import cpas"),
        "cpas, Plan": process("import cpas; cpas.Plan"),
        "cpas --help": process(_HELP),
        "all at once": process("import attrs, cattrs, numpy, pandas, networkx, pint, scipy.stats"),
    },
    sizes=("S",),
    goals={"attrs, cattrs": 1.3},
    limits=(
        Limit(
            "cpas --help, times attrs, cattrs", 1.3, lambda found: ratio(found["cpas --help"], found["attrs, cattrs"])
        ),
    ),
)
