"""Hostile, odd and corrupt files: each is processed or refused with a reason, quietly, in bounded memory."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.image import check_values
from pipeline.steps.load_image import Params, load_image
from workbench.domain.errors import PhotoRefused

BAD = Path(__file__).parent / "bad_inputs"
ROOT = Path(__file__).resolve().parents[2]
with open(BAD / "expected.csv", newline="", encoding="utf-8") as file:
    EXPECTED = [(row["file"], row["outcome"], row["words"]) for row in csv.DictReader(file)]
MOST_MEMORY_BYTES = 2 << 30


@pytest.mark.parametrize(("name", "outcome", "words"), EXPECTED, ids=[name for name, _, _ in EXPECTED])
def test_each_is_processed_or_refused_with_its_reason(name, outcome, words, capfd):
    given = {"path": str(BAD / name), "pixel_limit": 100_000_000, "params": Params()}
    if outcome == "processed":
        values = load_image(**given)
        assert values["source"].format == words
        check_values(values, where="test")
    else:
        with pytest.raises(PhotoRefused) as caught:
            load_image(**given)
        assert caught.value.found.startswith(words)
        assert caught.value.where == Path(name).name
        assert caught.value.allowed
    assert capfd.readouterr() == ("", "")


def test_the_list_names_every_file():
    kept = {str(p.relative_to(BAD)) for p in BAD.glob("*/*") if p.parent.name != "profiles"}
    assert kept == {name for name, _, _ in EXPECTED}


def test_all_of_them_fit_into_two_gigabytes():
    """Measured in a process of its own; its address space ends at twice that, so that an attack cannot take more."""
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from pipeline.steps.load_image import Params, load_image\n"
        "from workbench.domain.errors import PhotoRefused\n"
        "limit = int(sys.argv[2])\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "for path in sorted(Path(sys.argv[1]).glob('*/*')):\n"
        "    try:\n"
        "        load_image(path=str(path), pixel_limit=100_000_000, params=Params())\n"
        "    except PhotoRefused:\n"
        "        pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(BAD), str(2 * MOST_MEMORY_BYTES)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert int(done.stdout) < MOST_MEMORY_BYTES
