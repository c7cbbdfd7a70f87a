"""Files of a workspace: whole or not at all."""

import errno
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from pipeline.store import Store
from workbench.domain.errors import StorageFull
from workbench.domain.records import CheckResult, Computation, StepEvent

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def computation(artefacts=()):
    return Computation(
        result_key="ab" * 32, photo_hash="cd" * 32, spec_hash="ef" * 32, outcome="done", made_at=NOW,
        geometry=(1.0, 0, 0, 0, 1, 0, 0, 0, 1), attributes={"preparation.complexity": 12.5, "a.b": None},
        checks=(CheckResult(check="halo_width", value=None, unit="px", reason="no edge", worst_xy=(3, 4)),),
        artefacts=tuple(artefacts),
        events=(StepEvent(kind="step", name="x", started_at=NOW, seconds=1, core_seconds=1, outcome="done"),),
    )  # fmt: skip


def test_the_same_bytes_are_kept_once(tmp_path):
    store = Store(tmp_path)
    one, two = store.put("png", b"pixels"), store.put("png", b"pixels")
    assert one == two
    assert (tmp_path / one.path).read_bytes() == b"pixels"
    assert len(list((tmp_path / "artefacts").rglob("*.png"))) == 1


def test_a_computation_comes_back_as_it_was(tmp_path):
    store = Store(tmp_path)
    made = computation([store.put("alpha.png", b"a")])
    store.put_computation(made)
    assert store.computation(made.result_key) == made


def test_a_computation_without_its_files_is_not_there(tmp_path):
    store = Store(tmp_path)
    made = computation([store.put("alpha.png", b"a")])
    store.put_computation(made)
    (tmp_path / made.artefacts[0].path).unlink()
    assert store.computation(made.result_key) is None


def test_a_half_written_computation_is_not_there(tmp_path):
    store = Store(tmp_path)
    store.put_computation(computation())
    path = next((tmp_path / "computations").rglob("*.json"))
    path.write_bytes(path.read_bytes()[:100])
    assert store.computation("ab" * 32) is None


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    store = Store(tmp_path)

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StorageFull, match="the disk is full.*resume"):
        store.put("png", b"pixels")
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_what_a_killed_process_left_is_swept_and_ours_stays(tmp_path):
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    (tmp_path / "tmp").mkdir()
    left = tmp_path / "tmp" / f"{int(dead.stdout)}-0"
    ours = tmp_path / "tmp" / f"{os.getpid()}-99"
    left.write_bytes(b"half")
    ours.write_bytes(b"in hand")
    assert Store(tmp_path).sweep() == 1
    assert ours.exists() and not left.exists()
