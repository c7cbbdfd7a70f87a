"""Label Studio's own code accepts our configs and samples, and says what is wrong with a bad one; no server needed."""

import json
import shutil

import pytest

from labeling.project import PROJECTS, list_projects, read_folder, read_project
from labeling.validate_project import validate_project
from workbench.domain.errors import LabelingError


@pytest.mark.parametrize("name", list_projects())
def test_each_project_is_valid(name):
    assert validate_project(read_project(name)) >= 1


def test_a_sample_with_an_unknown_label_is_refused(tmp_path):
    folder = shutil.copytree(PROJECTS / "mole_hair", tmp_path / "mine")
    file = folder / "export_single.json"
    sample = json.loads(file.read_text())
    sample[0]["annotations"][0]["result"][0]["value"]["choices"] = ["banana"]
    file.write_text(json.dumps(sample))
    with pytest.raises(LabelingError, match="refuses|unknown label 'banana'"):
        validate_project(read_folder(folder))


def test_a_project_without_a_sample_is_refused(tmp_path):
    folder = shutil.copytree(PROJECTS / "blind_ab", tmp_path / "mine")
    (folder / "export_single.json").unlink()
    with pytest.raises(LabelingError, match="no sample of an export"):
        validate_project(read_folder(folder))
