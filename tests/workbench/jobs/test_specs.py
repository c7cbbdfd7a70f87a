"""Saving specs: shipped ones stay, earlier texts stay, and of two who save at once nobody loses anything."""

import hashlib
import multiprocessing

import pytest

from pipeline.spec import load_spec, shipped_specs
from workbench.domain.errors import SpecError
from workbench.jobs.edit_spec import set_values
from workbench.jobs.policies import policy_catalogue
from workbench.jobs.spec_drafts import SpecDraft, keep_draft, kept_draft
from workbench.jobs.specs import (
    SpecConflict,
    free_name,
    own_specs,
    read_spec,
    restore_spec,
    save_spec,
    spec_catalogue,
    spec_of_hash,
    spec_versions,
    versions_frame,
)
from workbench.settings import load

SHIPPED = "marketplace_white"


@pytest.fixture
def settings(tmp_path):
    return load({}, workspace=tmp_path / "ws")


def margin(text, value):
    return set_values(text, {"steps.crop_to_subject.margin": value})


def test_a_shipped_spec_is_never_changed(settings):
    text = margin(load_spec(SHIPPED).text, 0.2)
    with pytest.raises(SpecError, match="never changed.*my_marketplace_white"):
        save_spec(text, settings)
    assert free_name(SHIPPED, settings) == "my_marketplace_white"
    saved = save_spec(text, settings, name="my_marketplace_white")
    assert saved.name == "my_marketplace_white" and own_specs(settings) == ("my_marketplace_white",)
    assert read_spec(SHIPPED, settings).text == load_spec(SHIPPED).text
    assert free_name(SHIPPED, settings) == "my_marketplace_white_2"
    assert free_name("my_marketplace_white", settings) == "my_marketplace_white"
    assert spec_versions(SHIPPED, settings) == ()


def test_every_text_stays_and_can_be_brought_back(settings):
    first = save_spec(load_spec(SHIPPED).text, settings, name="mine")
    second = save_spec(margin(first.text, 0.1), settings, based_on=first.hash)
    third = save_spec(margin(first.text, 0.2), settings, based_on=second.hash)
    versions = spec_versions("mine", settings)
    assert [v.hash for v in versions] == [third.hash, second.hash, first.hash]
    assert [v.current for v in versions] == [True, False, False]
    assert {v.path.name for v in versions[1:]} == {f"mine-{s.hash[:8]}.toml" for s in (first, second)}
    for spec in (first, second, third):
        assert spec_of_hash(spec.hash, settings).text == spec.text
    back = restore_spec("mine", first.hash[:6], settings)
    assert back.text == first.text == read_spec("mine", settings).text
    assert {v.hash for v in spec_versions("mine", settings)} == {first.hash, second.hash, third.hash}
    frame = versions_frame("mine", settings)
    assert frame["current"].to_list() == [True, False, False] and frame["runs"].to_list() == [0, 0, 0]


def test_what_cannot_be_brought_back_is_said(settings):
    first = save_spec(load_spec(SHIPPED).text, settings, name="mine")
    with pytest.raises(SpecError, match=f"no version 'zz'.*{first.hash[:8]}"):
        restore_spec("mine", "zz", settings)
    with pytest.raises(SpecError, match="did you mean 'mine'"):
        restore_spec("mini", first.hash, settings)
    with pytest.raises(SpecError, match="no version ''"):
        restore_spec("mine", "", settings)
    assert spec_of_hash("0" * 64, settings) is None


def test_the_second_of_two_is_told_and_both_texts_are_there(settings):
    base = save_spec(load_spec(SHIPPED).text, settings, name="mine")
    ann = save_spec(margin(base.text, 0.1), settings, based_on=base.hash)
    with pytest.raises(SpecConflict, match="saved by somebody else"):
        save_spec(margin(base.text, 0.3), settings, based_on=base.hash)
    assert read_spec("mine", settings).text == ann.text
    bo = save_spec(margin(base.text, 0.3), settings, based_on=ann.hash)
    assert {v.hash for v in spec_versions("mine", settings)} == {base.hash, ann.hash, bo.hash}


def test_a_new_name_that_is_taken_is_refused(settings):
    save_spec(load_spec(SHIPPED).text, settings, name="mine")
    with pytest.raises(SpecConflict, match="already"):
        save_spec(margin(load_spec(SHIPPED).text, 0.3), settings, name="mine")


def test_what_does_not_validate_is_not_saved(settings):
    with pytest.raises(SpecError, match="0 to 0.4"):
        save_spec(margin(load_spec(SHIPPED).text, 0.9), settings, name="mine")
    for name in ("../up", "a/b", "", "a b", "x" * 61):
        with pytest.raises(SpecError):
            save_spec(load_spec(SHIPPED).text, settings, name=name)
    assert not (settings.workspace / "specs").exists() or own_specs(settings) == ()


def _race(workspace, base_hash, value, start, answers):
    settings = load({}, workspace=workspace)
    text = margin(read_spec("mine", settings).text, value)
    start.wait()
    try:
        answers.put((value, save_spec(text, settings, based_on=base_hash).hash))
    except SpecConflict as error:
        answers.put((value, str(error)))


def test_of_many_processes_that_save_at_once_one_wins(settings):
    base = save_spec(load_spec(SHIPPED).text, settings, name="mine")
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(4), context.Queue()
    workers = [
        context.Process(target=_race, args=(settings.workspace, base.hash, n / 100, start, answers))
        for n in range(1, 5)
    ]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(60)
    standing = read_spec("mine", settings).hash
    assert [answer for _, answer in found if answer == standing] == [standing]
    assert sum("somebody else" in answer for _, answer in found) == 3
    assert {v.hash for v in spec_versions("mine", settings)} == {base.hash, standing}


def test_a_draft_survives_and_belongs_to_one_person(settings):
    draft = SpecDraft(text="not even TOML =", based_on="abc")
    keep_draft(draft, SHIPPED, "ann", settings)
    assert kept_draft(SHIPPED, "ann", settings) == draft
    assert kept_draft(SHIPPED, "../ann", settings) is None and kept_draft("cutout_only", "ann", settings) is None
    assert set(shipped_specs()) and own_specs(settings) == ()
    keep_draft(None, SHIPPED, "ann", settings)
    assert kept_draft(SHIPPED, "ann", settings) is None


def test_the_hash_of_a_version_is_that_of_its_text(settings):
    saved = save_spec(load_spec(SHIPPED).text, settings, name="mine")
    (version,) = spec_versions("mine", settings)
    assert version.hash == hashlib.sha256(version.path.read_bytes()).hexdigest() == saved.hash


def test_a_broken_file_is_listed_with_what_is_wrong_and_hides_no_other(settings):
    folder = settings.workspace / "specs"
    folder.mkdir(parents=True)
    (folder / "broken.toml").write_text("name = 'broken\n")
    found = {row["name"]: row for row in spec_catalogue(settings).iter_rows(named=True)}
    assert found["marketplace_white"]["hash"] and found["broken"]["hash"] is None
    assert found["broken"]["owner"] == "yours" and "broken.toml" in found["broken"]["description"]
    (settings.workspace / "policies").mkdir()
    (settings.workspace / "policies" / "mine.toml").write_text('name = "mine"\nversion = 0\n')
    listed = {row["name"]: row for row in policy_catalogue(settings).iter_rows(named=True)}
    assert listed["first"]["version"] == 1
    assert listed["mine"]["version"] is None and "mine.toml" in listed["mine"]["description"]
