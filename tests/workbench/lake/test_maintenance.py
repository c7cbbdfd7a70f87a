"""Tidying up loses nothing, and yesterday can be looked at."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workbench.domain.errors import LakeError

HERE = Path(__file__).parent


def files(workspace):
    found = (workspace / "lake" / "data").rglob("*.parquet")
    return [file for file in found if file.parent.name != "schema_version"]


def append(store, make, *images):
    store.append_results([make.outcome(image) for image in images], run_id="run", spec_name="spec")


def test_compaction_merges_files_and_keeps_every_row(store, workspace, make):
    for number in range(6):
        append(store, make, f"i{number}")
    before = store.images(limit=10).sort("image_id")
    assert len(files(workspace)) == 18  # three tables, six commits
    done = store.compact()
    assert done.files_merged == 18
    assert store.images(limit=10).sort("image_id").equals(before)
    assert store.query("duplicate_keys").is_empty()
    assert store.compact().files_merged == 0  # there is nothing left to do


def test_the_lake_as_it_was_can_be_read(store, make):
    append(store, make, "i1")
    then = store.snapshots()["snapshot"].max()
    append(store, make, "i2")
    store.compact()
    with store.as_of(then) as past:
        assert past.images()["image_id"].to_list() == ["i1"]
        with pytest.raises(LakeError, match="reading only"):
            append(past, make, "i3")
    assert store.count_images() == 2


def test_expired_snapshots_are_gone_and_say_so(store, make):
    append(store, make, "i1")
    then = store.snapshots()["snapshot"].max()
    append(store, make, "i2")
    assert store.compact(keep_days=0).snapshots_expired > 0
    with pytest.raises(LakeError):
        store.as_of(then).count_images()
    assert store.count_images() == 2


def test_snapshots_tell_when_and_what(store, make):
    append(store, make, "i1")
    newest = store.snapshots().row(0, named=True)
    assert datetime.now(UTC) - newest["made_at"] < timedelta(minutes=5)
    assert "inserted" in newest["changes"]
