"""The six projects, and the mistakes a seventh could have."""

import shutil

import pytest

from labeling.project import PROJECTS, list_projects, read_folder, read_project
from workbench.domain.errors import LabelingError
from workbench.domain.records import CATEGORIES
from workbench.domain.review_words import REASONS, VERDICTS


def test_the_folder_is_the_registry():
    assert list_projects() == ("blind_ab", "cutout_mask", "failure_mode", "mole_hair", "qa_review", "shot_type")
    with pytest.raises(LabelingError, match="did you mean 'mole_hair'"):
        read_project("mole_hare")


@pytest.mark.parametrize("name", list_projects())
def test_each_says_what_labelers_need_to_know(name):
    project = read_project(name)
    assert project.title and project.about and "{{examples}}" in project.instructions
    for layout in project.layouts.values():
        assert len(project.server_title(layout.name)) <= 50  # Label Studio's limit
        assert all(question.words for question in layout.questions.values()) and layout.shows
        keys = [part.split('"')[0] for part in layout.config.split('hotkey="')[1:]]
        assert len(keys) == len(set(keys)) == sum(len(question.words) for question in layout.questions.values())


def test_words_are_those_of_the_rest_of_the_program():
    review = read_project("qa_review").layout().questions
    assert review["verdict"].words == VERDICTS and review["reasons"].words == tuple(word.name for word in REASONS)
    failures = read_project("failure_mode").layout().questions["failure"].words
    assert set(failures) == {word.name for word in REASONS} - {"other"}
    assert read_project("shot_type").layout().questions["category"].words == CATEGORIES


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('toName="picture"', 'toName="pictur"', r"about 'pictur', which is not shown.*did you mean 'picture'"),
        ('name="answer"', 'name="picture"', "the name 'picture' stands twice"),
        ('value="hair"', 'value="mole"', "offers no words, or one of them twice"),
        ("</View>", "", "is not XML"),
        ('value="$picture"', "", "Image without value"),
    ],
)
def test_a_config_that_does_not_fit_together_is_named(tmp_path, old, new, said):
    folder = shutil.copytree(PROJECTS / "mole_hair", tmp_path / "mine")
    file = folder / "config.xml"
    file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises(LabelingError, match=said) as caught:
        read_folder(folder)
    assert str(file) in str(caught.value)


def test_a_project_without_its_config_is_named(tmp_path):
    folder = shutil.copytree(PROJECTS / "blind_ab", tmp_path / "mine")
    (folder / "config.xml").unlink()
    with pytest.raises(LabelingError, match="config.xml"):
        read_folder(folder)
