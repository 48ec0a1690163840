"""Which data sets there are, what each holds, and where it comes from."""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs
from attrs import field

from cpas.sources import Source

__all__ = ["CATALOGUE", "Dataset"]


@attrs.frozen(kw_only=True)
class Dataset:
    """One data set: its name and the files that its folder holds beside the plan."""

    #: What it is called.
    name: str = field(kw_only=False)
    #: Where it comes from, under which licence.
    source: Source
    #: File of observations; nothing where events are counted.
    observations: str | None = "observations.csv"
    #: File of events; nothing where observations are given.
    incidents: str | None = None
    #: File of what was planned and done.
    delivery: str | None = None
    #: File of judgements and recommendations.
    judgements: str | None = None

    @property
    def folder(self) -> str:
        """Its folder in this package."""
        return self.name.replace("-", "_")


#: The data sets, the invented mission first.
CATALOGUE: Final = (
    Dataset(
        "kessara",
        source=Source(
            "Kessara, an invented mission",
            year=2025,
            licence="Apache-2.0",
            note="Invented: country, mission, actors and numbers are made up to show the method.",
        ),
        delivery="delivery.csv",
        judgements="judgements.yaml",
    ),
    Dataset(
        "unmiss",
        source=Source(
            "UNMISS briefs on violence affecting civilians",
            section="Q3 2020, Q3 2021, Q2 2022, Q3 2023, Q4 2023",
            year=2024,
            on=date(2024, 3, 18),
            licence="public figures of the United Nations, quoted with their source",
            note="Days of publication are assumed, but for the last; restatements are kept as vintages. "
            "The plan around them is made for this example.",
        ),
    ),
    Dataset(
        "car-events",
        source=Source(
            "UCDP Georeferenced Event Dataset",
            section="23.1, Central African Republic, 1991 to 2016",
            year=2023,
            url="https://ucdp.uu.se/downloads/",
            licence="CC BY 4.0",
            note="Cite Davies, Pettersson and Öberg (2023), Journal of Peace Research 60(4), and Sundberg and Melander "
            "(2013), Journal of Peace Research 50(4). Columns left out; the coverage is declared here, not by UCDP.",
        ),
        observations=None,
        incidents="events.csv.gz",
    ),
    Dataset(
        "hdi",
        source=Source(
            "Human Development Report 2023/24",
            section="composite indices, complete time series: 2010, 2016, 2022",
            year=2024,
            url="https://hdr.undp.org/data-center/documentation-and-downloads",
            licence="CC BY 3.0 IGO",
            note="UNDP Human Development Report Office. Columns and years selected; regions left out.",
        ),
    ),
)
