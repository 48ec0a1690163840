"""What ``by`` asks for, in every verb that has it: a frequency, or the periods themselves.  Methodology §2."""

from __future__ import annotations

from typing import Any

from cpas.errors import PeriodError, RequestError, did_you_mean
from cpas.periods import FREQUENCIES, Frequency, Period, to_frequency, to_period

__all__ = ["frequency_asked", "periods_asked"]


def frequency_asked(by: Any) -> Frequency | None:
    """Return the frequency that is asked for, or nothing where periods are.

    Examples
    --------
    >>> frequency_asked("quarter"), frequency_asked("2025-Q2")
    ('quarter', None)
    """
    return to_frequency(by) if isinstance(by, str) and by in FREQUENCIES and by != "dates" else None


def periods_asked(by: Any) -> tuple[Period, ...]:
    """Return the periods that are asked for one by one, sorted, each once.

    Raises
    ------
    RequestError
        If it is neither a period nor periods; the message names the frequencies too.

    Examples
    --------
    >>> [str(period) for period in periods_asked(["2025-Q2", "2025-Q1"])]
    ['2025-Q1', '2025-Q2']
    """
    try:
        one = isinstance(by, str | Period)
        return tuple(sorted({to_period(period) for period in ([by] if one else by)}))
    except (PeriodError, TypeError) as error:
        grains = [frequency for frequency in FREQUENCIES if frequency != "dates"]
        hint = did_you_mean(by, grains) if isinstance(by, str) else ""
        message = f"by={by!r} is neither a frequency nor periods.{hint} Frequencies are {', '.join(grains)}."
        raise RequestError(message, by=by) from error
