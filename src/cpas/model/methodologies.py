"""Named choices of methods: those of published reports, and the library's own.  Methodology §9.7.

Each says only what its publisher says; all else is as in ``cpas-default``. What is bound to single elements of a plan
(a minimum number of indicators at the index, an arithmetic mean below a geometric one) the plan itself declares, or an
:class:`~cpas.model.Override`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from cpas.errors import RequestError, did_you_mean
from cpas.model.methodology import DEFAULT, Methodology
from cpas.scales import SDG_COLOURS, STATCAN_PROGRESS, UNDP_OUTPUT
from cpas.sources import Source

__all__ = ["METHODOLOGIES", "preset"]

_UNDP: Final = Methodology(
    "undp",
    "1",
    weights="equal",
    # For outputs alone, against the year's milestone: an office does not control outcomes, so UNDP does not rate them.
    scales=(UNDP_OUTPUT,),
    sources=(
        Source(
            "UNDP performance app methodology",
            "country programme pages (cpd)",
            url="https://github.com/undp/performance-app-methodology",
        ),
    ),
)
_SDG_INDEX: Final = Methodology(
    "sdg-index",
    "2019",
    normalise="goalposts",
    combine="arithmetic",
    weights="equal",
    min_coverage=0.8,
    availability="indicators",
    rating="worst_two",
    scales=(attrs.evolve(SDG_COLOURS, levels=("indicator", "output", "outcome", "objective")),),
    sources=(
        Source(
            "Sustainable Development Report 2019",
            "methods: normalisation, aggregation, missing data, dashboards",
            year=2019,
            licence="CC BY 4.0",
            note="Sachs, Schmidt-Traub, Kroll, Lafortune and Fuller; Bertelsmann Stiftung and SDSN.",
        ),
    ),
)
_HDI: Final = Methodology(
    "hdi",
    "2010",
    normalise="goalposts",
    combine="geometric",
    weights="equal",
    min_coverage=1.0,
    sources=(
        Source(
            "Human Development Report 2023/24",
            "Technical note 1",
            year=2024,
            licence="CC BY 3.0 IGO",
            note="The geometric mean of three dimensions since 2010; a country that lacks one has no index.",
        ),
    ),
)
_STATCAN: Final = Methodology(
    "statcan",
    "2025",
    weights="equal",
    rating="statcan",
    scales=(attrs.evolve(STATCAN_PROGRESS, levels=("indicator", "output", "outcome", "objective")),),
    sources=(
        Source(
            "Statistics Canada, Progress measurement methodology (Canadian Indicator Framework)",
            url="https://sdgcif-data-canada-oddcic-donnee.github.io",
            licence="Open Government Licence - Canada",
            note="After Eurostat (2021): observed growth against the growth that reaches the target in time; without a "
            "target, growth alone. Progress scores are ratings: scores from 0 to 100 are as in cpas-default.",
        ),
    ),
)

#: Every methodology with a name, by name.
METHODOLOGIES: Final[Mapping[str, Methodology]] = MappingProxyType(
    {one.name: one for one in (DEFAULT, _UNDP, _SDG_INDEX, _HDI, _STATCAN)}
)


def preset(name: str) -> Methodology:
    """Return a methodology by name: ``cpas-default``, ``undp``, ``sdg-index``, ``hdi``, or ``statcan``.

    Change one with :func:`attrs.evolve`, and give it a name of its own.

    Raises
    ------
    RequestError
        If there is none of that name.

    Notes
    -----
    Methodology §9.7.

    Examples
    --------
    >>> preset("sdg-index").min_coverage, preset("hdi").combine
    (0.8, 'geometric')
    """
    if name not in METHODOLOGIES:
        near = did_you_mean(name, METHODOLOGIES)
        raise RequestError(
            f"There is no methodology {name!r}.{near} There are: {', '.join(METHODOLOGIES)}.", methodology=name
        )
    return METHODOLOGIES[name]
