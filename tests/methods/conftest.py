"""Published tables, read from beside the repository where they are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

# Examples are shared out by time only where somebody waits for them.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def published():
    """Return a reader of the published tables: frames from CSV, anything else from JSON."""

    def read(name: str, **options):
        path = DATA / name
        if not path.is_file():
            pytest.skip(f"the reference data {name} is not here")
        return pd.read_csv(path, **options) if path.suffix == ".csv" else json.loads(path.read_text())

    return read


@pytest.fixture(scope="session")
def tai(published):
    """Return the raw Technology Achievement Index of 23 countries, named and in the order of COINr's results."""
    raw = published("tai_23/raw.csv").set_index("country")
    return raw.set_axis(raw.index.str.replace(" ", "")).sort_index()
