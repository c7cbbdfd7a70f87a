"""A disk that fills up in the middle of a run: a clear error, nothing half-written, a run that can be resumed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from workbench import lake

IMAGES = 6


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=9m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root can mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def run(source, workspace):
    command = [sys.executable, "-m", "workbench.cli", "run", str(source), "--workspace", str(workspace)]
    return subprocess.run(
        [*command, "--workers", "1", "--spec", "cutout_only"], capture_output=True, text=True, timeout=300
    )


def whole(path: Path) -> bool:
    if path.suffix == ".png":
        with Image.open(path) as picture:
            picture.load()
    return path.stat().st_size > 0


def test_a_full_disk_is_named_and_the_run_resumes_when_there_is_room(small_disk, tmp_path, sample_dir):
    source = tmp_path / "set"
    source.mkdir()
    for number in range(IMAGES):
        item = "footwear" if number % 2 else "packaged"
        shutil.copy(sample_dir / "renders" / f"{item}_01_00{number}" / "raw.jpg", source / f"p{number}.jpg")
    workspace = small_disk / "ws"

    full = run(source, workspace)
    assert full.returncode == 1, full.stderr
    assert "the disk is full" in full.stderr and "to resume" in full.stderr and "Traceback" not in full.stderr
    left = [p for top in ("artefacts", "delivery") for p in (workspace / top).rglob("*") if p.is_file()]
    assert left and all(whole(path) for path in left)
    assert not list((workspace / "tmp").glob("*"))

    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    again = run(source, workspace)
    assert again.returncode == 0, again.stderr
    with lake.open(workspace, read_only=True) as store:
        found = store.images(limit=100)
        assert store.query("duplicate_keys").height == 0
    assert found.height == IMAGES and set(found["outcome"]) == {"done"}
    assert all(os.path.exists(workspace / path) for row in found["delivered"] for path in row)
