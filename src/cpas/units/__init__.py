"""Units of what is counted and measured: the only door to pint.

A value is stored as a float beside the text of its unit. The text is read by a small grammar of our own into a number
and the things it names; pint, in a registry of our own, is asked only how physical units relate. Things counted
(people, incidents, patrols) are each a dimension of their own, and so is every currency: an incident cannot become
a person, nor a dollar a franc. A count per month is not a third of its quarter's count either: adding up over time
is the work of aggregation, not of units.
"""

from cpas.units.asking import (
    Conversion,
    canonical,
    check_unit,
    combine_units,
    compatible,
    conversion,
    is_dimensionless,
    ratio_factor,
    same,
)
from cpas.units.reading import Declared

__all__ = [
    "Conversion",
    "Declared",
    "canonical",
    "check_unit",
    "combine_units",
    "compatible",
    "conversion",
    "is_dimensionless",
    "ratio_factor",
    "same",
]
