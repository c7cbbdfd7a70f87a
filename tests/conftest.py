"""What every test may use: the shipped sample set."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# a busy machine is slow, which says nothing of the code; and the same examples each time: what fails was just changed
settings.register_profile(
    "everywhere", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.load_profile("everywhere")

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"
TOGETHER = ("tests/labeling/", "tests/workbench/inspection/")  # one Label Studio, one FiftyOne for all of them


@pytest.fixture(scope="session")
def sample_dir() -> Path:
    """Folder of the shipped sample set."""
    return SAMPLE


@pytest.fixture(scope="session")
def sample_rows() -> list[dict[str, str]]:
    """Rows of the shipped sample set's manifest, as text."""
    with open(SAMPLE / "manifest.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Keep on one process what shares something costly: the tests of a file, and all that use the label server."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            return next((folder for folder in TOGETHER if file.startswith(folder)), file)

    return ByFile(config, log)
