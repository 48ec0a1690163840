"""The results chain as a graph: what leads where, what is not joined, and what everything hangs on.

The only door to networkx, which is loaded when a function needs it. Causal links alone are followed; ``part_of``, the
order of activities and the relations of stakeholders are not causes. Results come in the plan's order and do not
depend on the order of its links.
"""

from __future__ import annotations

from cpas.graph.cutting import cuts, link_cuts
from cpas.graph.exchange import to_networkx
from cpas.graph.joining import Gaps, Loss, gaps, single_points, without
from cpas.graph.mermaid import mermaid_text, to_mermaid
from cpas.graph.walking import downstream, order, paths, upstream

__all__ = [
    "Gaps",
    "Loss",
    "cuts",
    "downstream",
    "gaps",
    "link_cuts",
    "mermaid_text",
    "order",
    "paths",
    "single_points",
    "to_mermaid",
    "to_networkx",
    "upstream",
    "without",
]
