"""What is broken, missing, newer, busy or full is said in words a user can act on."""

import re
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from workbench import lake, settings
from workbench.domain.errors import LakeError, StorageFull
from workbench.lake import failures, statements

HERE = Path(__file__).parent


def fill(workspace, make, count=1):
    with lake.open(workspace) as store:
        for number in range(count):
            store.append_results([make.outcome(f"i{number}")], run_id="run", spec_name="spec")


def catalogue(workspace):
    return workspace / "lake" / "catalogue.sqlite"


def alter(workspace, sql):
    with sqlite3.connect(catalogue(workspace)) as connection:  # no lake is open in this process meanwhile
        connection.execute(sql)
    connection.close()


def test_a_missing_data_file_is_named(workspace, make):
    fill(workspace, make)
    (file,) = (workspace / "lake" / "data").rglob("results/*.parquet")
    file.unlink()
    with lake.open(workspace) as store, pytest.raises(LakeError, match="missing") as caught:
        store.images()
    assert file.name in str(caught.value)


def test_missing_object_storage_files_are_named_too():
    error = failures.explain(
        Exception('HTTP Error: Unable to connect to URL "s3://b/lake/x.parquet": 404 (Not Found)'), where="read"
    )
    assert isinstance(error, LakeError)
    assert "s3://b/lake/x.parquet is missing" in str(error)


def test_no_lake_to_read_is_said_and_none_is_made(workspace):
    with pytest.raises(LakeError, match="no lake here yet"):
        lake.open(workspace, read_only=True)
    assert not workspace.exists()


@pytest.mark.parametrize("content", [b"this is no database " * 400, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_damaged_catalogue_is_named(workspace, content):
    (workspace / "lake").mkdir(parents=True)
    catalogue(workspace).write_bytes(content)
    with pytest.raises(LakeError, match="damaged") as caught:
        lake.open(workspace)
    assert str(catalogue(workspace)) in str(caught.value)
    assert catalogue(workspace).read_bytes() == content


def test_a_catalogue_cut_short_is_named(workspace, make):
    fill(workspace, make)
    whole = catalogue(workspace).read_bytes()
    for leftover in workspace.glob("lake/catalogue.sqlite-*"):
        leftover.unlink()
    catalogue(workspace).write_bytes(whole[: len(whole) // 3])
    with pytest.raises(LakeError, match="damaged"), lake.open(workspace) as store:
        store.images()


def test_an_empty_catalogue_file_is_as_good_as_none(workspace, make):
    (workspace / "lake").mkdir(parents=True)
    catalogue(workspace).touch()  # a process killed while it made the lake
    fill(workspace, make)


def test_tables_of_a_newer_program_are_left_alone(workspace, make):
    fill(workspace, make)
    import duckdb  # as the newer program would

    from workbench.lake import connect

    session = connect._session(settings.load({}, workspace=workspace))
    assert isinstance(session, duckdb.DuckDBPyConnection)
    connect._attach(session, settings.load({}, workspace=workspace), "read_write")
    session.execute("INSERT INTO lake.schema_version VALUES (99, now())")
    session.close()
    with pytest.raises(LakeError, match=r"version 99.*allowed: version"):
        lake.open(workspace)


def test_a_catalogue_of_a_newer_ducklake_is_left_alone(workspace, make):
    fill(workspace, make)
    alter(workspace, "UPDATE ducklake_metadata SET value = '9.0' WHERE key = 'version'")
    with pytest.raises(LakeError, match="another version of DuckLake"):
        lake.open(workspace)


def test_a_reader_may_not_write(workspace, make):
    fill(workspace, make)
    with lake.open(workspace, read_only=True) as store:
        with pytest.raises(LakeError, match="reading only"):
            store.append_results([make.outcome("i2")], run_id="run", spec_name="spec")
        with pytest.raises(LakeError, match="reading only"):
            store.compact()
        assert store.count_images() == 1


# a race in duckdb 1.5.5 (duckdb issue 25713, mended in 1.5.6): a total over an empty branch, every thousandth time
SPOILS = """WITH one AS (SELECT i FROM range(1) AS t(i)), few AS (
    SELECT * FROM one WHERE i > 9 UNION ALL SELECT * FROM one WHERE NOT EXISTS (SELECT 1 FROM one WHERE i > 9)
) SELECT i, count(*) OVER () FROM few ORDER BY i DESC LIMIT 5"""


def spoil(store) -> None:
    """Make DuckDB fail inside, after which the connection takes no more queries."""
    import duckdb

    store._connection.execute("SET threads = 4")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            store._connection.execute(SPOILS).fetchall()
        except duckdb.InternalException:
            with pytest.raises(duckdb.FatalException, match="invalidated"):
                store._connection.execute("SELECT 1")
            return
    pytest.skip("this DuckDB does not fail inside")


def test_duckdb_failing_inside_costs_one_more_try(workspace, make):
    with lake.open(workspace) as store:
        store.append_results([make.outcome("i1")], run_id="run", spec_name="spec")
        spoil(store)
        assert store.append_results([make.outcome("i2")], run_id="run", spec_name="spec") == 1
        assert store.count_images() == 2
        spoil(store)
        assert store.images()["image_id"].sort().to_list() == ["i1", "i2"]
    with lake.open(workspace, read_only=True) as store:
        spoil(store)
        assert store.count_images() == 2


def test_duckdb_failing_inside_again_is_said_in_few_words(workspace, make, monkeypatch):
    fill(workspace, make)
    with lake.open(workspace, read_only=True) as store:
        spoil(store)
        anew = store._connect
        monkeypatch.setattr(store, "_connect", lambda: (anew(), spoil(store)))
        with pytest.raises(LakeError, match="DuckDB failed inside") as caught:
            store.images()
        assert len(str(caught.value)) < 400


def test_a_moved_workspace_still_reads_and_writes(workspace, make, tmp_path):
    fill(workspace, make)
    shutil.move(workspace, tmp_path / "elsewhere")
    with lake.open(tmp_path / "elsewhere") as store:
        assert store.append_results([make.outcome("i2")], run_id="run", spec_name="spec") == 1
        assert store.count_images() == 2
    assert not workspace.exists()


def test_data_elsewhere_must_be_where_it_was(workspace, make, tmp_path):
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
    with lake.open(settings.load({"WORKBENCH_DATA_PATH": str(tmp_path / "one")}, workspace=workspace)) as store:
        store.append_results([make.outcome()], run_id="run", spec_name="spec")
    assert list((tmp_path / "one").rglob("*.parquet"))
    with pytest.raises(LakeError, match="does not match existing data path"):
        lake.open(settings.load({"WORKBENCH_DATA_PATH": str(tmp_path / "two")}, workspace=workspace))


@pytest.fixture
def holder():
    """A process that holds an SQLite file's write lock until it is told to let go."""
    code = textwrap.dedent("""
        import sqlite3, sys
        lock = sqlite3.connect(sys.argv[1], isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        print("held", flush=True)
        sys.stdin.readline()
    """)
    started = []

    def hold(path):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield hold
    for process in started:
        process.kill()
        process.communicate()


def test_a_turn_held_for_too_long_is_an_error_and_then_it_works(workspace, make, hasty, holder):
    with hasty(workspace) as store:
        process = holder(f"{catalogue(workspace)}.turn")
        with pytest.raises(LakeError, match=r"no turn to write within 0\.3 s"):
            store.append_results([make.outcome()], run_id="run", spec_name="spec")
        assert store.count_images() == 0  # readers need no turn
        process.communicate("\n")
        assert store.append_results([make.outcome()], run_id="run", spec_name="spec") == 1


def test_a_busy_catalogue_is_an_error_and_then_it_works(workspace, make, hasty, holder):
    with hasty(workspace) as store:
        process = holder(catalogue(workspace))
        with pytest.raises(LakeError, match="busy for too long"):
            store.append_results([make.outcome()], run_id="run", spec_name="spec")
        process.communicate("\n")
        assert store.append_results([make.outcome()], run_id="run", spec_name="spec") == 1
        assert store.query(HERE / "wholeness.sql").row(0) == (1, 1, 1, 3)


def test_what_is_busy_is_tried_again_with_growing_uneven_pauses(monkeypatch):
    import duckdb

    pauses, tries = [], []
    monkeypatch.setattr(failures.time, "sleep", pauses.append)

    def third_time_lucky():
        tries.append(1)
        if len(tries) < 7:
            raise duckdb.TransactionException("Failed to commit: database is locked")
        return "done"

    assert failures.persist(third_time_lucky, wait_s=60, where="test") == "done"
    longest = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32]
    assert len(pauses) == len(longest)
    assert all(top / 2 <= pause <= top for pause, top in zip(pauses, longest, strict=True))


def test_what_waiting_does_not_mend_is_not_tried_again():
    import duckdb

    tries = []

    def fail():
        tries.append(1)
        raise duckdb.IOException("Could not write file: No space left on device")

    with pytest.raises(StorageFull, match="the disk is full"):
        failures.persist(fail, wait_s=60, where="test")
    assert len(tries) == 1


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root can mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_named_and_the_lake_stays_whole(small_disk, make):
    with lake.open(small_disk / "ws") as store:
        number, full = 0, None
        while full is None:
            batch = [make.outcome(f"{number}-{part}") for part in range(20)]
            try:
                store.append_results(batch, run_id="run", spec_name="spec")
                number += 1
            except StorageFull as error:
                full = error
        assert "the disk is full" in str(full)
        kept = store.query(HERE / "wholeness.sql").row(0, named=True)
    assert 0 < kept["results"] == 20 * number
    assert kept["step_events"] == 3 * kept["results"]
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    with lake.open(small_disk / "ws") as store:
        assert store.append_results(batch, run_id="run", spec_name="spec") == 20
        assert store.query(HERE / "wholeness.sql").row(0, named=True)["results"] == kept["results"] + 20


@pytest.mark.parametrize("read_only", [False, True])
def test_tables_of_an_earlier_program_are_brought_up_to_date(workspace, make, read_only):
    fill(workspace, make)
    from workbench.lake import connect

    session = connect._session(settings.load({}, workspace=workspace))
    connect._attach(session, settings.load({}, workspace=workspace), "read_write")
    upgrades = "".join(file.read_text(encoding="utf-8") for file in statements.SQL_FOLDER.glob("upgrade_*.sql"))
    for table in dict.fromkeys(re.findall(r"CREATE TABLE (lake\.\w+)", upgrades)):
        session.execute(f"DROP TABLE {table}")
    session.execute("DELETE FROM lake.schema_version")
    session.execute("INSERT INTO lake.schema_version VALUES (1, now())")
    past = session.execute("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')").fetchone()[0]
    connect.disconnect(session)
    with lake.open(workspace, read_only=read_only) as store:
        assert store.count_images() > 0
    with lake.open(workspace) as store:
        assert store.append_retraction("v", retracted_by="ann") == 1
        with pytest.raises(LakeError, match=r"snapshot \d+ of .*version 1"):
            store.as_of(past)
