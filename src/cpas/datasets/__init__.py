"""Small real and invented missions, each with its source and licence, ready to load.

Beside each data set's files stands ``SOURCE.md``: where they come from, what was changed, what was assumed.

Examples
--------
>>> names()
('kessara', 'unmiss', 'car-events', 'hdi')
>>> plan, observed = load("kessara")
>>> plan.mission
'UNMIKES (invented)'
"""

from __future__ import annotations

from cpas.datasets.loading import delivery, incidents, judgements, load, names, source

__all__ = ["delivery", "incidents", "judgements", "load", "names", "source"]
