"""The reader beside the app: fresh after every commit, quiet while there is nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from workbench import lake
from workbench.app import data
from workbench.app.warm_up import warm_up
from workbench.domain.errors import LakeError

from .conftest import append, outcome

SHELL = Path(__file__).resolve().parents[3] / "workbench" / "app" / "shell.py"


def test_no_lake_is_nothing_yet_and_looking_makes_none(workspace: Path) -> None:
    with pytest.raises(data.NothingYet):
        data.snapshot()
    warm_up()
    assert not workspace.exists()


def test_answers_follow_the_lake(workspace: Path, own, tmp_path: Path) -> None:
    before = data.snapshot()
    assert data.metric("overview")["images"].item() == 6
    append(workspace, [outcome(tmp_path, 7)], "run-2")
    assert data.snapshot() > before
    assert data.metric("overview")["images"].item() == 7


def test_an_answer_is_read_once_while_the_lake_is_unchanged(filled, monkeypatch) -> None:
    asked = []
    real = data.ask
    monkeypatch.setattr(data, "ask", lambda query, params=None: (asked.append(query), real(query, params))[1])
    first = data.rows("runs", limit=5)
    assert data.rows("runs", limit=5).equals(first)
    assert asked.count("runs") == 1
    data.rows("runs", limit=6)
    assert asked.count("runs") == 2


def test_the_first_page_finds_its_answers_ready(filled, monkeypatch) -> None:
    warm_up()
    asked = []
    real = data.ask
    monkeypatch.setattr(data, "ask", lambda query, params=None: (asked.append(query), real(query, params))[1])
    page = AppTest.from_file(str(SHELL), default_timeout=100).run()
    assert not page.exception
    assert set(asked) == {"app_latest_snapshot"}


def test_a_workspace_made_anew_is_read_anew(workspace: Path, own, tmp_path: Path) -> None:
    assert data.metric("overview")["images"].item() == 6
    shutil.rmtree(workspace / "lake")
    with pytest.raises(data.NothingYet):
        data.snapshot()
    append(workspace, [outcome(tmp_path, 1)], "other")
    data._kept.clear()
    assert data.ask("count_images").item() == 1


def test_a_damaged_lake_is_an_error(workspace: Path) -> None:
    lake.open(workspace).close()
    (workspace / "lake" / "catalogue.sqlite").write_bytes(b"not a catalogue")
    with pytest.raises(LakeError):
        data.snapshot()


def test_the_reader_cannot_write(filled) -> None:
    store = data._readers().submit(data._lake).result()
    assert store.read_only
