"""The ground of one score: what a value is compared with, or the parts that make the score of an element.

Methodology §9.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import attrs
import numpy as np

from cpas.methods.explaining.case import Case
from cpas.methods.explaining.rated import cuts_rule, element_rule, ratings_of_elements
from cpas.methods.explaining.targets import basis_grounds, score_rules
from cpas.methods.explaining.tracing import Slot
from cpas.methods.explaining.values import find_row, value_ground
from cpas.methods.explaining.words import COMBINED, exact, listed, reason_said, scored, where_said
from cpas.methods.scoring.basis import Basis
from cpas.methods.scoring.indicators import basis_of_row
from cpas.methods.scoring.structure import Edges, Structure, compile_structure
from cpas.methods.segments import PARAMETERS
from cpas.tables.grounds import Ground, Rule
from cpas.tables.ratings import RatingRows
from cpas.tables.scores import Scores

__all__ = ["Roll"]

#: Unit of a score.
_OF_100 = "of 100"
#: What a score means; each indicator says what its own ends are.
_SCALE = "0 is where it began, 100 is where it should be."
#: Parts whose numbers are put into a formula; of more, only how many they are.
_MOST_PARTS = 8


@attrs.frozen(eq=False, kw_only=True, slots=False)
class Roll:
    """Scores of one period, place and group, seen by a reader of one ceiling."""

    #: Aggregates and ceiling.
    case: Case
    #: The scores.
    scores: Scores
    #: Number of the period.
    period: int
    #: Number of the place.
    place: int
    #: One member per group; empty for all.
    members: tuple[str, ...] = ()

    @cached_property
    def structure(self) -> Structure:
        """The results chain, compiled."""
        return compile_structure(self.scores.plan, self.scores.methodology)

    @cached_property
    def ratings(self) -> RatingRows:
        """Ratings of elements where a rule of a report makes them."""
        return ratings_of_elements(self.scores, self.structure)

    @cached_property
    def where(self) -> str:
        """Period, place and group, in words."""
        groups = tuple(zip(self.scores.aggregates.request.groups, self.members, strict=True))
        return where_said(str(self.scores.periods[self.period]), self.case.place_name(self.place), groups)

    def slot(self, indicator: int, period: int | None = None) -> Slot:
        """Return the row of an indicator's value."""
        at = self.period if period is None else period
        return Slot(indicator=indicator, period=at, place=self.place, members=self.members)

    def row(self, node: int) -> int:
        """Return the row of a node in the scores, or −1: by halving, since they are sorted by node."""
        table = self.scores.table
        groups = self.scores.aggregates.groups
        cell = groups.index(self.members) if self.members in groups else -1
        low, high = 0, len(table)
        for name, number in (("node", node), ("period", self.period), ("place", self.place), ("cell", cell)):
            column = getattr(table, name)[low:high]
            edges = np.searchsorted(column, np.array([number, number + 1], dtype=column.dtype))
            low, high = low + int(edges[0]), low + int(edges[1])
        return low if high > low else -1

    def number(self, node: int, name: str) -> float:
        """Return one number of a node; NaN where it is missing."""
        row = self.row(node)
        return float(self.scores.table.numbers[name][row]) if row >= 0 else float("nan")

    def reason(self, node: int) -> str:
        """Return why a node has no score, or what to know of it; empty where there is nothing."""
        row = self.row(node)
        code = int(self.scores.table.reason[row]) if row >= 0 else -1
        return self.scores.aggregates.reasons[code] if code >= 0 else "" if row >= 0 else "no_return"

    # -- indicators -----------------------------------------------------------------------------------------------

    def indicator(self, number: int, *, weight: str = "", counts: bool = True) -> Ground:
        """Return what the score of an indicator rests on: its value, and what that is compared with."""
        node = number + len(self.structure.levels)
        indicator = self.scores.plan.indicators[number]
        row = find_row(self.case, self.slot(number))
        basis = basis_of_row(self.scores.aggregates, row, self.scores.methodology) if row >= 0 else Basis()
        values = tuple(self.values(number, basis))
        withheld = any(value.is_withheld for value in values if value.counts)
        score, reason = self.number(node, "score"), self.reason(node)
        missing = bool(np.isnan(score))
        path, pace = self.number(node, "path"), self.number(node, "pace")
        facts = [("Weight", weight)] if weight else []
        if not withheld and not missing and not np.isnan(path):
            facts.append(("Pace", f"{_ratio(pace)}: {scored(score)} of the {scored(path)} due by then (§7.2)"))
        raw = self.number(node, "raw")
        rules = () if withheld else tuple(score_rules(indicator, basis, raw, self.scores.methodology, values))
        rules += () if withheld else tuple(cuts_rule(indicator, values[0].value, self.scores.methodology))
        hidden = self.case.hides(indicator.sensitivity)
        grounds = () if hidden else basis_grounds(indicator, basis, self.scores.methodology)
        return Ground(
            self.case.titled(indicator),
            value=None if withheld or missing else score,
            unit=_OF_100,
            digits=1,
            reason=reason if missing and not withheld else "",
            meaning="" if withheld else reason_said(reason) if missing else _SCALE if not weight else "",
            rules=rules,
            facts=tuple(facts),
            counts=counts,
            is_withheld=withheld,
            because=self.case.because,
            children=(*values, *grounds),
        )

    def values(self, number: int, basis: Basis) -> Iterator[Ground]:
        """Yield the value that is scored; of a running total every period's, and the last one first."""
        request = self.scores.aggregates.request
        yield value_ground(self.case, self.slot(number), titled="Value")
        if not basis.is_total:
            return
        end = request.spans[self.period].end
        start = basis.of_baseline.period.end if basis.of_baseline is not None else None
        for period, span in reversed(list(enumerate(request.spans))):
            slot = self.slot(number, period)
            if period == self.period or span.end > end or (start is not None and span.start <= start):
                continue
            if find_row(self.case, slot) >= 0:
                yield value_ground(self.case, slot, titled=f"Value in {request.periods[period]}", is_brief=True)

    # -- elements -------------------------------------------------------------------------------------------------

    def element(self, node: int) -> Ground:
        """Return what the score of an element rests on: its own indicators, or the outcomes below it."""
        self.case.prepare(self.slot(number) for number in self.beneath(node))
        return self._element(node)

    def beneath(self, node: int) -> set[int]:
        """Return the indicators that an explanation of an element shows: its own, and those of outcomes below it."""
        found, seen, waiting = set[int](), {node}, [node]
        while waiting:
            one = waiting.pop()
            found.update(child for child, _ in self.edges(self.structure.indicators, one))
            below = {child for child, _ in self.edges(self.structure.outcomes, one)} - seen
            seen |= below
            waiting += below
        return found

    def _element(self, node: int, *, weight: str = "", counts: bool = True) -> Ground:
        own, below = self.edges(self.structure.indicators, node), self.edges(self.structure.outcomes, node)
        takes_below = not own and self.structure.takes_below[node]
        parts = self.parts(own, is_own=True, is_in=True) + self.parts(below, is_own=False, is_in=takes_below)
        weights = [weight for _, weight in (*own, *below)]
        deciding = [(part, weight) for part, weight in zip(parts, weights, strict=True) if part.counts]
        # Whether a part has a score at all may be as sensitive as the score.
        withheld = any(part.is_withheld for part in parts[: len(own)]) or any(part.is_withheld for part, _ in deciding)
        score, reason = self.number(node, "score"), self.reason(node)
        missing = bool(np.isnan(score))
        element = self.scores.plan.elements[node]
        return Ground(
            f"{element.id} {element.statement}",
            value=None if missing or withheld else score,
            unit=_OF_100,
            digits=1,
            reason=(reason or "not_available") if missing and not withheld else "",
            meaning=self.meaning(reason, is_missing=missing and not withheld, is_part=bool(weight) or not counts),
            rules=(
                *self.combined(node, below if takes_below else own, deciding, withheld=withheld),
                *(() if withheld or weight or not counts else self.rated(node)),
            ),
            facts=tuple(self.facts(node, weight, parts, withheld=withheld)),
            counts=counts,
            is_withheld=withheld,
            because=self.case.because,
            children=tuple(parts),
        )

    def rated(self, node: int) -> Iterator[Rule]:
        """Yield the word of an element, where a rule of a report gives it."""
        row = self.row(node)
        if row >= 0:
            t = self.scores.table
            key = (node, int(t.period[row]), int(t.place[row]), int(t.cell[row]))
            yield from element_rule(self.ratings, key, self.scores.methodology)

    def edges(self, edges: Edges, node: int) -> list[tuple[int, float]]:
        """Return the children of a node with their weights."""
        mine = edges.of([node])
        return list(zip(mine.child.tolist(), mine.weight.tolist(), strict=True))

    def parts(self, children: list[tuple[int, float]], *, is_own: bool, is_in: bool) -> list[Ground]:
        """Return the parts of a score; those without a score, and those that do not make it, stand beside it."""
        total = sum(weight for _, weight in children)
        grounds = []
        for child, weight in children:
            share = f"{exact(weight)} of {exact(total)}"
            node = child + len(self.structure.levels) if is_own else child
            counts = is_in and not np.isnan(self.number(node, "score"))
            make = self.indicator if is_own else self._element
            grounds.append(make(child, weight=share if is_in else "", counts=counts))
        return grounds if is_own or is_in else [attrs.evolve(one, children=(), rules=(), facts=()) for one in grounds]

    def meaning(self, reason: str, *, is_missing: bool, is_part: bool) -> str:
        """Return what a score means, or why there is none."""
        if is_missing:
            return reason_said(reason or "not_available")
        return " ".join(part for part in ("" if is_part else _SCALE, reason_said(reason)) if part)

    def combined(
        self, node: int, children: list[tuple[int, float]], deciding: list[tuple[Ground, float]], *, withheld: bool
    ) -> Iterator[Rule]:
        """Yield how the parts make the score, with the numbers put in."""
        if not children:
            return
        method = self.structure.combine[node]
        name, clause = COMBINED[method]
        what = "own indicators" if self.edges(self.structure.indicators, node) else "outcomes below"
        silent = len(children) - len(deciding)
        left = f"; {silent} without a score left out, the weights shared out anew" if silent else ""
        needs = float(self.structure.parameter[node])
        named = "" if np.isnan(needs) else f" ({PARAMETERS[method]} {exact(needs)})"
        several = f"The {name}{named} of {len(deciding)} of {len(children)} {what}{left}"
        yield Rule(
            several if len(children) > 1 else f"From its only part, of its {what}",
            clause=f"{clause}, §9.3", step="combine", method=method,
        )  # fmt: skip
        if withheld or not deciding or np.isnan(self.number(node, "score")):
            return
        if len(deciding) == 1:
            return
        values, weights = [part.value for part, _ in deciding], [weight for _, weight in deciding]
        yield Rule(_filled(method, values, weights, self.number(node, "score")), clause=clause, step="combine")

    def facts(self, node: int, weight: str, parts: list[Ground], *, withheld: bool) -> Iterator[tuple[str, str]]:
        """Yield what stands beside a score: its path, its coverage, its worst part and its spread."""
        table, row = self.scores.table, self.row(node)
        if weight:
            yield "Weight", weight
        if row < 0:
            return
        score, path, pace, coverage = (self.number(node, name) for name in ("score", "path", "pace", "coverage"))
        if not withheld and not np.isnan(score) and not np.isnan(path):
            yield "Pace", f"{_ratio(pace)}: {scored(score)} of the {scored(path)} due by then (§7.2)"
        if not np.isnan(coverage):
            yield "Coverage", f"{coverage:.0%} of the weight behind it has a value (§6.13)"
        answered, due = int(table.answered[row]), int(table.indicators[row])
        yield "Answered", f"{answered} of {due} scorable indicators due, here and upstream"
        worst, spread = self.number(node, "worst"), self.number(node, "dispersion")
        if len(parts) > 1 and not any(part.is_withheld for part in parts) and not np.isnan(worst):
            yield "Spread", f"the worst of its direct parts is {scored(worst)}, from worst to best {scored(spread)}"
        floor = float(self.structure.floor[node])
        if floor:
            of = "indicators due" if self.structure.by_count[node] else "its weight"
            yield "Least coverage", f"{floor:.0%} of {of}; below it there is no score"


def _ratio(value: float) -> str:
    return "not known" if np.isnan(value) else f"{value:.2f}"


def _filled(method: str, values: list[float | None], weights: list[float], score: float) -> str:
    """Return a combination with its numbers."""
    said = [scored(value) for value in values]
    if len(said) > _MOST_PARTS:
        return f"From {listed(said, most=_MOST_PARTS)}: {scored(score)}"
    if len(set(weights)) == 1 and method == "arithmetic":
        return f"({' + '.join(said)}) / {len(said)} = {scored(score)}"
    if len(set(weights)) == 1 or method == "minimum":
        return f"Of {listed(said)}: {scored(score)}"
    pairs = [f"{exact(weight)} × {value}" for weight, value in zip(weights, said, strict=True)]
    if method == "arithmetic":
        return f"({' + '.join(pairs)}) / {exact(sum(weights))} = {scored(score)}"
    return f"Of {listed(pairs)} (weight × score): {scored(score)}"
