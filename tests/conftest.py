"""What every test may use: the shipped sample set."""

import csv
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"


@pytest.fixture(scope="session")
def sample_dir() -> Path:
    """Folder of the shipped sample set."""
    return SAMPLE


@pytest.fixture(scope="session")
def sample_rows() -> list[dict[str, str]]:
    """Rows of the shipped sample set's manifest, as text."""
    with open(SAMPLE / "manifest.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
