"""The Gender Inequality Index: a published index that is no plain roll-up, because it compares means of means."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cpas.methods._elementwise import Array, Values, as_given
from cpas.methods._refusals import refuse_where, together
from cpas.methods.means import harmonic

__all__ = ["gender_inequality"]

#: Maternal deaths per 100,000 births: UNDP's least and greatest, beyond which it does not tell countries apart.
MATERNAL_DEATHS = (10.0, 1000.0)


def gender_inequality(
    *,
    maternal_deaths: ArrayLike,
    adolescent_births: ArrayLike,
    seats: tuple[ArrayLike, ArrayLike],
    schooling: tuple[ArrayLike, ArrayLike],
    labour: tuple[ArrayLike, ArrayLike],
) -> Values:
    """Gender Inequality Index: what is lost by inequality between women and men, 0 (none) to 1.

    ``GII = 1 - H / G``. H is the harmonic mean of the women's and the men's geometric means over three dimensions:
    health ``sqrt(10 / mmr · 1 / abr)`` (1 for men), empowerment ``sqrt(seats · schooling)``, and labour. G is the
    geometric mean of the dimensions, each averaged over both first.

    Parameters
    ----------
    maternal_deaths : float or array
        Per 100,000 live births; held between 10 and 1000.
    adolescent_births : float or array
        Per 1,000 women of 15 to 19, above zero.
    seats, schooling, labour : (women, men)
        Seats in parliament, people with secondary education, people in the labour force: each in per cent.

    Returns
    -------
    float or array
        Missing where any part is.

    Raises
    ------
    MethodError
        If a part is not above zero: the index has no value there. UNDP puts a small share (0.1 %) in place of no
        seats; do that before, and say so.

    Notes
    -----
    Methodology §6.3. UNDP, Human Development Report 2023/24, technical note 4 (harmonic mean over women and men).

    Examples
    --------
    Albania 2010, published as 0.192 (HDR 2023/24).

    >>> gii = gender_inequality(maternal_deaths=8.516676263, adolescent_births=19.65,
    ...     seats=(16.42857143, 83.57142857), schooling=(81.02229563, 87.28593699), labour=(46.86, 63.97))
    >>> round(gii, 3)
    0.192
    """
    deaths, births, seats_w, seats_m, school_w, school_m, work_w, work_m = together(
        maternal_deaths=maternal_deaths,
        adolescent_births=adolescent_births,
        seats_of_women=seats[0],
        seats_of_men=seats[1],
        schooling_of_women=schooling[0],
        schooling_of_men=schooling[1],
        labour_of_women=labour[0],
        labour_of_men=labour[1],
    )
    for part in (births, seats_w, seats_m, school_w, school_m, work_w, work_m):
        refuse_where(part <= 0, part, what="part of the index", why="has no geometric mean: it must be above zero")
    health = np.sqrt(MATERNAL_DEATHS[0] / np.clip(deaths, *MATERNAL_DEATHS) / births)
    women = (health, np.sqrt(seats_w * school_w) / 100, work_w / 100)
    men = (np.ones_like(health), np.sqrt(seats_m * school_m) / 100, work_m / 100)
    between = [(woman + man) / 2 for woman, man in zip(women, men, strict=True)]
    both = _both(_cube_root(women), _cube_root(men))
    return as_given(np.asarray(1 - both / _cube_root(between)))


def _cube_root(parts: tuple[Array, ...] | list[Array]) -> Array:
    return np.asarray(np.cbrt(np.prod(np.stack(parts), axis=0)))


def _both(women: Array, men: Array) -> Array:
    # A harmonic mean drops what is missing; an index of women alone would be none.
    mean = np.asarray(harmonic(np.stack([women, men])))
    return np.where(np.isnan(women) | np.isnan(men), np.nan, mean)
