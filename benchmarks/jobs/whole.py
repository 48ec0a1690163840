"""A whole fresh process on S: read CSV, aggregate, score, assess; and the same without `assess` in pandas."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.contenders import Job, Limit
from benchmarks.fresh import process

__all__ = ["JOB"]

_CPAS = """
import json, pickle, sys, time
start = time.perf_counter()
import cpas
cpas.aggregate, cpas.score, cpas.assess, cpas.read_observations
imported = time.perf_counter()
from benchmarks.plans import methodology
plan = pickle.load(open(sys.argv[1] + "/plan.pickle", "rb"))
ready = time.perf_counter()
observed = cpas.read_observations(sys.argv[1] + "/rows.csv", plan)
read = time.perf_counter()
scores = cpas.score(cpas.aggregate(observed, by="year", methodology=methodology()))
scored = time.perf_counter()
assessment = cpas.assess(scores, at="2024")
done = time.perf_counter()
print(json.dumps({"facts": {"imports s": imported - start, "plan s": ready - imported, "read s": read - ready,
                            "score s": scored - read, "assess s": done - scored}}))
"""
_PANDAS = """
import sys
import pandas as pd
from benchmarks.data import Data
from benchmarks.peers import with_pandas
from pathlib import Path
pd.read_csv(sys.argv[1] + "/rows.csv")
with_pandas.run(with_pandas.prepare(Data(Path(sys.argv[1]))))
"""


def _folder(data: Any) -> str:
    return str(data.folder)


JOB = Job(
    title="A fresh process: read CSV, aggregate, score, assess",
    contenders={"pandas": process(_PANDAS, _folder), "cpas": process(_CPAS, _folder)},
    sizes=("S",),
    limits=(
        Limit("seconds", 1.5, lambda found: statistics.median(found["cpas"].rounds)),
        Limit(
            "share of imports",
            0.5,
            lambda found: found["cpas"].facts["imports s"] / statistics.median(found["cpas"].rounds),
        ),
    ),
)
