"""The two pictures of a report: a bar with its path, and the course of a series. Neither says more than its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cpas.display import escape
from cpas.display.escaping import clean_text
from cpas.present.document import Cell

__all__ = ["bar", "course"]

_BLUE: Final = "#0072b2"
_INK: Final = "#1a1a1a"
_WIDTH, _HEIGHT, _EDGE = 240, 56, 5

Point = tuple[float, float]


def bar(value: float, *, path: float | None = None) -> str:
    """Return a bar from 0 to 100, with a tick where the path is; the number beside it is what is read aloud.

    Examples
    --------
    >>> bar(57.9, path=75.0).count("<rect")
    3
    """
    width = min(max(value, 0.0), 100.0)
    tick = (
        ""
        if path is None
        else f'<rect x="{min(max(path, 0.0), 100.0) - 0.75:g}" width="1.5" height="9" fill="{_INK}"/>'
    )
    return (
        '<svg class="bar" viewBox="0 0 100 9" preserveAspectRatio="none" aria-hidden="true">'
        '<rect y="2" width="100" height="5" fill="#e2e2e2"/>'
        f'<rect y="2" width="{width:g}" height="5" fill="{_BLUE}"/>{tick}</svg>'
    )


def course(cell: Cell, *, label: str) -> str:
    """Return a series as a line with a dot for each value; a missing value is a gap. The target is a broken line.

    Examples
    --------
    >>> picture = course(Cell("5 – 7 9", series=(("q1", 5), ("q2", None), ("q3", 7), ("q4", 9))), label="Course")
    >>> picture.count("<circle"), picture.count("<polyline")
    (3, 1)
    """
    title = escape(clean_text(f"{label}: {cell.text}"))
    known = [value for _, value in cell.series if value is not None]
    ends = [*known, *([] if cell.path is None else [cell.path])]
    points = [None if value is None else _point(n, value, cell, ends) for n, (_, value) in enumerate(cell.series)]
    lines = "".join(_line(run) for run in _runs(points) if len(run) > 1)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{_BLUE}"/>' for x, y in filter(None, points))
    goal = "" if cell.path is None or not known else _goal(_point(0, cell.path, cell, ends)[1])
    return (
        f'<svg role="img" aria-label="{title}" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f"<title>{title}</title>{goal}{lines}{dots}</svg>"
    )


def _point(place: int, value: float, cell: Cell, ends: Sequence[float]) -> Point:
    low, high = min(ends), max(ends)
    # Halves, because the whole distance of very large numbers is infinite.
    spread = high / 2 - low / 2
    share = (value / 2 - low / 2) / spread if spread else 0.5
    step = (_WIDTH - 2 * _EDGE) / max(len(cell.series) - 1, 1)
    return _EDGE + place * step, _HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * share


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    """Return the stretches between gaps."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return runs


def _line(run: Sequence[Point]) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
    return f'<polyline points="{points}" fill="none" stroke="{_BLUE}" stroke-width="2"/>'


def _goal(height: float) -> str:
    return (
        f'<line x1="0" x2="{_WIDTH}" y1="{height:.1f}" y2="{height:.1f}" stroke="{_INK}" stroke-width="1" '
        'stroke-dasharray="5 4"/>'
    )
