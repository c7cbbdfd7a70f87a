"""Where the shipped sample set is."""

from __future__ import annotations

from pathlib import Path

import workbench
from workbench.domain.errors import UsageError


def sample_manifest() -> Path:
    """The sample set's manifest.

    Raises:
        UsageError: The program was installed without it.
    """
    path = Path(workbench.__file__).resolve().parents[1] / "sample_data" / "manifest.csv"
    if not path.is_file():
        raise UsageError("the sample set is not there", where=str(path), allowed="a checkout of the repository")
    return path
