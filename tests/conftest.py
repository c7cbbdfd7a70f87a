"""What every test may use: the shipped sample set."""

import csv
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"
ONE_FOR_ALL = ("label_studio", "inspected")  # fixtures that one machine should start once


@pytest.fixture(scope="session")
def sample_dir() -> Path:
    """Folder of the shipped sample set."""
    return SAMPLE


@pytest.fixture(scope="session")
def sample_rows() -> list[dict[str, str]]:
    """Rows of the shipped sample set's manifest, as text."""
    with open(SAMPLE / "manifest.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep on one process what shares something costly: the tests of a file, and all that use the label server."""
    for item in items:
        shared = [name for name in ONE_FOR_ALL if name in getattr(item, "fixturenames", ())]
        item.add_marker(pytest.mark.xdist_group(name=shared[0] if shared else str(item.path)))
