"""A run refuses a policy whose published text was changed behind its back."""

from __future__ import annotations

import shutil

import pytest
from typer.testing import CliRunner

from workbench import lake, settings
from workbench.cli import app
from workbench.domain.errors import PolicyError
from workbench.jobs.as_published import as_published
from workbench.jobs.publish_policy import publish_policy
from workbench.routing.policy import load_policy
from workbench.routing.revise_policy import revise_policy


@pytest.fixture
def published(tmp_path):
    """A workspace in which first@2 was published, its settings and its file."""
    at = settings.load({}, workspace=tmp_path / "ws")
    second = revise_policy(load_policy("first@1"), version=2, max_risk={"apparel": 0.1})
    with lake.open(at) as store:
        publish_policy(second, store=store, settings=at, author="Lea", reason="fewer shirts unseen")
    return at, at.workspace / "policies" / "first@2.toml"


def run(sample_dir, sample_rows, folder, at, *more):
    folder.mkdir()
    shutil.copy(sample_dir / sample_rows[0]["path"], folder / "a.jpg")
    command = ["run", str(folder), "--workspace", str(at.workspace), "--workers", "1", *more]
    return CliRunner().invoke(app, command)


def test_a_changed_text_is_refused_before_anything_is_done(published, sample_dir, sample_rows, tmp_path):
    at, file = published
    file.write_text(file.read_text().replace("apparel = 0.1", "apparel = 0.5"))
    said = run(sample_dir, sample_rows, tmp_path / "set", at)
    assert isinstance(said.exception, PolicyError), said.output
    words = str(said.exception)
    assert "first@2 is not what Lea published" in words and "workbench policy list" in words
    with lake.open(at, read_only=True) as store:
        assert store.query("runs", {"limit": 9, "include_simulated": False, "set_id": None}).height == 0
    listed = CliRunner().invoke(app, ["policy", "list", "--workspace", str(at.workspace)])
    assert "it was put right" in listed.output
    with lake.open(at, read_only=True) as store:
        as_published(load_policy("first", (at.workspace / "policies",)), "first", store=store)


def test_a_published_version_whose_file_is_gone_is_missed(published):
    at, file = published
    file.unlink()
    older = load_policy("first", (at.workspace / "policies",))
    assert older.version == 1
    with lake.open(at, read_only=True) as store:
        with pytest.raises(PolicyError, match="first@2 was published on .* but its file is gone"):
            as_published(older, "first", store=store)
        as_published(older, "first@1", store=store)  # somebody who names the older version gets it


def test_a_file_under_a_published_name_must_say_the_same(published, tmp_path):
    at, file = published
    copy = tmp_path / "copy.toml"
    copy.write_text(file.read_text())
    with lake.open(at, read_only=True) as store:
        as_published(load_policy(str(copy)), str(copy), store=store)
        copy.write_text(file.read_text() + "# another thought\n")
        with pytest.raises(PolicyError, match="is not what Lea published"):
            as_published(load_policy(str(copy)), str(copy), store=store)
