"""``workbench spec …`` and ``workbench trace`` as somebody types them."""

import json
import subprocess
import sys

import pytest

from pipeline.spec import load_spec


@pytest.fixture
def spec(tmp_path):
    def run(*args, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "workbench.cli", *map(str, args), "--workspace", str(tmp_path / "ws")],
            capture_output=True, text=True, timeout=200,
        )  # fmt: skip
        assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
        return done

    return run


def test_edit_save_list_and_bring_back(spec, tmp_path):
    done = spec("spec", "edit", "marketplace_white", "--set", "steps.crop_to_subject.margin=0.1", "--as", "mine")
    assert "crop_to_subject: margin 0.08 → 0.1" in done.stdout and "saved mine" in done.stderr
    spec("spec", "edit", "mine", "--set", "steps.crop_to_subject.aspect=4:5", "--off", "files.web_jpeg",
         "--set", "checks.halo_width.limit=false")  # fmt: skip
    listed = json.loads(spec("spec", "versions", "mine", "--format", "json").stdout)
    assert [row["current"] for row in listed] == [True, False] and "mine" in spec("specs").stdout
    assert "mine" in spec("specs", "mine").stdout and 'aspect = "4:5"' in spec("specs", "mine").stdout
    spec("spec", "restore", "mine", listed[1]["hash"])
    assert spec("spec", "diff", "marketplace_white", "mine").stdout.splitlines() == [
        "name: marketplace_white → mine", "crop_to_subject: margin 0.08 → 0.1"
    ]  # fmt: skip
    assert len(list((tmp_path / "ws" / "specs" / "versions").glob("mine-*.toml"))) == 2
    assert "1. load_image: Open one photo" in spec("spec", "show", "mine").stdout


def test_mistakes_are_named_and_nothing_is_written(spec, tmp_path):
    done = spec(
        "spec", "edit", "marketplace_white", "--set", "steps.crop_to_subject.margin=0.9", "--as", "mine", code=2
    )
    assert "margin is 0.9; allowed: 0 to 0.4" in done.stderr and "line" in done.stderr
    done = spec("spec", "edit", "marketplace_white", "--set", "steps.crop_to_subject.margin=0.1", code=2)
    assert "never changed" in done.stderr
    assert "PLACE=VALUE" in spec("spec", "edit", "marketplace_white", "--set", "margin", code=2).stderr
    assert "did you mean 'marketplace_white'" in spec("spec", "show", "marketplace_whit", code=2).stderr
    done = spec("spec", "edit", "marketplace_white", "--set", "title=Other", "--as", "mine", "--dry-run")
    assert "title: Marketplace, pure white → Other" in done.stdout
    assert not (tmp_path / "ws").exists()


def test_preview_of_a_change_against_what_is_saved(spec, tmp_path, sample_dir, sample_rows):
    photo = sample_dir / next(row["path"] for row in sample_rows if row["image_id"] == "footwear_01_007")
    done = spec("spec", "preview", "marketplace_white", photo, "--out", tmp_path / "out", "--set",
                "steps.crop_to_subject.margin=0.2", "--against", "cutout_only", "--format", "json")  # fmt: skip
    rows = json.loads(done.stdout)
    assert {row["check"] for row in rows} == {use.name for use in load_spec("marketplace_white").checks}
    assert (tmp_path / "out" / f"{photo.stem}_marketplace_white.600.jpg").is_file()
    assert (tmp_path / "out" / "against" / f"{photo.stem}_cutout_only.cutout.png").is_file()
    assert not (tmp_path / "ws" / "lake").exists() and not (tmp_path / "ws" / "delivery").exists()
