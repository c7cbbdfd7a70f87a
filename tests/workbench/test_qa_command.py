"""`workbench qa` and `workbench reviews` as a user meets them, on a set that was really run."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.workbench.jobs.judged_set import judged_photos, judged_run  # noqa: F401 (fixtures)


@pytest.fixture
def command(tmp_path, judged_run):  # noqa: F811
    shutil.copytree(judged_run, tmp_path / "ws")

    def run(*args):
        words = [sys.executable, "-m", "workbench.cli", *map(str, args), "--workspace", str(tmp_path / "ws")]
        return subprocess.run(words, capture_output=True, text=True, timeout=120)

    return run


def test_judge_undo_correct_tally_import_and_export(command, tmp_path):
    listed = json.loads(command("qa", "list", "--format", "json").stdout)
    image = listed[0]["image_id"]
    taken = json.loads(command("qa", "next", "--by", "bea", "--format", "json").stdout)
    assert taken[0]["image_id"] == image
    refused = command("qa", "judge", image, "approved", "--by", "ann")
    assert refused.returncode == 1 and "bea has this image on the screen" in refused.stderr
    wrong = command("qa", "judge", image, "rework", "--reason", "hallo", "--by", "bea")
    assert wrong.returncode == 2 and "did you mean 'halo'" in wrong.stderr

    review = command("qa", "judge", image, "rework", "--reason", "halo", "--seconds", 20, "--by", "bea").stdout.strip()
    assert "bea's" in command("qa", "undo", review, "--by", "ann").stderr
    assert "queued again" in command("qa", "undo", review, "--by", "bea").stdout
    command("qa", "judge", image, "rework", "--reason", "halo", "--seconds", 30, "--by", "bea")
    waiting = json.loads(command("qa", "list", "--what", "correct", "--format", "json").stdout)
    assert [row["image_id"] for row in waiting] == [image]

    (mask,) = (tmp_path / "ws" / "delivery" / "work").rglob(f"*_{image}_*_rework.alpha.png")
    made = command("qa", "correct", image, mask, "--by", "bea")
    assert made.returncode == 0 and f"version 2 of {image} from a mask" in made.stdout, made.stderr
    (tally,) = json.loads(command("qa", "tally", "--by", "bea", "--format", "json").stdout)
    assert (tally["rework"], tally["approved"], tally["median_active_seconds"]) == (1, 0, 30.0)

    verdicts = tmp_path / "client.csv"
    rows = "".join(f"{name},approved,2026-01-01T09:00:00Z\n" for name in (image, "nobody"))
    verdicts.write_text("image_id,verdict,reviewed_at\n" + rows)
    brought = command("reviews", "import", verdicts, "--source", "client")
    assert brought.returncode == 3 and "1 new of 2 rows" in brought.stdout and "row 2: no image" in brought.stderr
    exported = command("reviews", "export").stdout
    assert exported.count("\n") == 4 and "bea" not in exported and "person-1" in exported
    assert "bea" in command("reviews", "export", "--names").stdout
