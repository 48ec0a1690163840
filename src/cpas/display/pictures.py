"""Small pictures inside a page: a bar, a line, a fold. Each says in words what it shows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Final

from cpas.display.escaping import Html, clean_text, escape
from cpas.display.figures import MISSING, format_number, is_missing
from cpas.errors import RequestError

#: Blue: told apart from grey by everyone.
_BLUE: Final = "#0072b2"


def bar(
    value: float | None,
    *,
    maximum: float = 100.0,
    label: str = "",
    colour: str = _BLUE,
    width: int = 100,
    digits: int | None = 1,
) -> Html:
    """Return a value as a bar from 0 to `maximum`; the number beside it is not clipped.

    Examples
    --------
    >>> bar(57.9, label="OC-1").text
    '57.9'
    >>> bar(None)
    '<span class="missing">–</span>'
    """
    if is_missing(value) or value is None:
        return Html(f'<span class="missing">{MISSING}</span>', text=MISSING)
    said = format_number(value, digits=digits)
    title = escape(clean_text(f"{label}: {said}" if label else said))
    length = width * min(max(value / maximum, 0.0), 1.0)
    return Html(
        f'<svg role="img" aria-label="{title}" width="{width}" height="10" viewBox="0 0 {width} 10">'
        f'<title>{title}</title><rect width="{width}" height="10" fill="#e6e6e6"/>'
        f'<rect width="{length:.1f}" height="10" fill="{_hex(colour)}"/></svg> <span class="number">{said}</span>',
        text=said,
    )


def sparkline(
    values: Iterable[float | None], *, label: str = "", colour: str = _BLUE, width: int = 120, height: int = 24
) -> Html:
    """Return a series as a small line; where a value is missing the line has a gap, and is not drawn across it.

    Examples
    --------
    >>> line = sparkline([1, 2, None, 4, 3])
    >>> line.count("<polyline"), line.text
    (2, '1 2 – 4 3')
    """
    series = [None if value is None or not math.isfinite(value) else float(value) for value in values]
    said = " ".join(format_number(value, digits=None) for value in series)
    if all(value is None for value in series):
        return Html(f'<span class="missing">{MISSING}</span>', text=said or MISSING)
    title = escape(clean_text(f"{label}: {said}" if label else said))
    shapes = "".join(_shape(run, _hex(colour)) for run in _runs(_points(series, width, height)))
    return Html(
        f'<svg role="img" aria-label="{title}" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"<title>{title}</title>{shapes}</svg>",
        text=said,
    )


_Point = tuple[float, float]


def _points(series: Sequence[float | None], width: int, height: int) -> list[_Point | None]:
    """Return where each value is drawn, two points inside the frame; a flat series runs through the middle."""
    known = [value for value in series if value is not None]
    low, high = min(known), max(known)
    step = (width - 4) / max(len(series) - 1, 1)
    # Halves, because the whole distance of very large numbers is infinite.
    spread = high / 2 - low / 2
    return [
        None
        if value is None
        else (2 + place * step, height - 2 - (height - 4) * ((value / 2 - low / 2) / spread if spread else 0.5))
        for place, value in enumerate(series)
    ]


def _runs(points: Iterable[_Point | None]) -> list[list[_Point]]:
    """Return the stretches between gaps."""
    runs: list[list[_Point]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _shape(run: Sequence[_Point], colour: str) -> str:
    if len(run) == 1:
        return f'<circle cx="{run[0][0]:.1f}" cy="{run[0][1]:.1f}" r="1.5" fill="{colour}"/>'
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'


def _hex(colour: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise RequestError(f"A colour is written as in '#0072b2', not {colour!r}.", colour=colour)
    return colour


def details(summary: object, body: str, *, opened: bool = False) -> Html:
    """Return `body`, which is markup already, folded under a line of text.

    Examples
    --------
    >>> print(details("3 remarks", Html("<p>none</p>")))
    <details><summary>3 remarks</summary><p>none</p></details>
    """
    start = "<details open>" if opened else "<details>"
    text = f"{clean_text(summary)}\n{body.text}" if isinstance(body, Html) else clean_text(summary)
    return Html(f"{start}<summary>{escape(clean_text(summary))}</summary>{body}</details>", text=text)
