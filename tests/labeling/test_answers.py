"""What an annotation says, and what it must not be taken to say."""

from dataclasses import replace

import pytest

from labeling.answers import read_result
from labeling.project import read_project
from labeling.task_data import as_json, from_json
from workbench.domain.errors import LabelingError
from workbench.domain.labels import Answer, Guess, LabelItem, LabelTask

ITEM = LabelItem(item_key="a" * 64, image_hash="b" * 64, box=(1.0, 2.0, 3.0, 4.0), sku="s", category="apparel")


def box(word, x=10.0, y=20.0, wide=30.0, high=40.0, size=(200, 100), kind="rectanglelabels", name="failure"):
    value = {"x": x, "y": y, "width": wide, "height": high, kind: [word]}
    return {
        "id": "r1", "from_name": name, "to_name": "picture", "type": kind, "original_width": size[0],
        "original_height": size[1], "value": value,
    }  # fmt: skip


def read(result, project="failure_mode", items=(ITEM,), data=None, layout="single"):
    return read_result(result, layout=read_project(project).layout(layout), items=items, data=data or {})


def test_boxes_are_given_in_pixels_of_the_picture():
    (answer,) = read([box("halo")], data={"width_px": 200, "height_px": 100})
    assert answer == Answer(
        item_key=ITEM.item_key, question="failure", value="halo", region_id="r1", region=(20.0, 20.0, 60.0, 40.0)
    )


def test_several_words_of_a_question_are_several_answers():
    flags = {"from_name": "flags", "to_name": "picture", "type": "choices", "value": {"choices": ["sheer", "props"]}}
    assert [answer.value for answer in read([flags], "shot_type")] == ["sheer", "props"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (box("hallo"), "unknown label 'hallo'.*did you mean 'halo'"),
        (box("halo", name="failures"), "'failures', which is not asked.*did you mean 'failure'"),
        (box("halo", size=(100, 200)), "picture of 100 x 200 px; allowed: 200 x 100 px"),
    ],
)
def test_what_does_not_belong_here_is_refused(entry, said):
    with pytest.raises(LabelingError, match=said):
        read([entry], data={"width_px": 200, "height_px": 100})


def test_a_mask_of_another_size_is_refused():
    mask = {
        "id": "m", "from_name": "mask", "to_name": "picture", "type": "brushlabels", "original_width": 64,
        "original_height": 64, "value": {"format": "rle", "rle": [0], "brushlabels": ["subject"]},
    }  # fmt: skip
    with pytest.raises(LabelingError, match="64 x 64 px"):
        read([mask], "cutout_mask", data={"width_px": 65, "height_px": 64})


def test_a_sheet_needs_one_answer_a_cell():
    items = tuple(LabelItem(item_key=f"{place:064d}", image_hash="b" * 64) for place in range(3))

    def cell(place, word):
        return box(word, x=(place % 6) * 100 / 6 + 1, y=1, wide=14, high=22, size=(960, 640), name="answer")

    whole = [cell(0, "mole"), cell(1, "hair"), cell(2, "unsure")]
    said = read(whole, "mole_hair", items, layout="sheet")
    assert {answer.item_key: answer.value for answer in said} == {
        items[0].item_key: "mole", items[1].item_key: "hair", items[2].item_key: "unsure",
    }  # fmt: skip
    for wrong, words in (
        (whole[:2], r"without an answer: \[3\]"),
        ([*whole, cell(1, "mole")], r"with two: \[2\]"),
        ([*whole, cell(5, "mole")], "outside of the cells"),
    ):
        with pytest.raises(LabelingError, match=words):
            read(wrong, "mole_hair", items, layout="sheet")


def test_a_task_comes_back_from_the_server_as_it_went():
    guess = Guess(result=({"from_name": "answer"},), score=0.7, model="mole_hair@1")
    task = LabelTask(project="mole_hair", layout="single", items=(ITEM,), data={"picture": "p.webp"}, guess=guess)
    sent = as_json(task)
    assert (
        sent["predictions"][0]["score"] == 0.7 and sent["data"]["sku"] == "s" and sent["data"]["crop_box"] is not None
    )
    back = from_json(sent["data"], project="mole_hair", layout="single")
    assert (back.task_key, back.items, back.data) == (task.task_key, task.items, task.data)
    with pytest.raises(LabelingError, match="a task of project 'mole_hair', layout 'single'"):
        from_json(sent["data"], project="shot_type", layout="single")
    with pytest.raises(LabelingError, match="changed on the server"):
        from_json({**sent["data"], "items": sent["data"]["items"] * 2}, project="mole_hair", layout="single")
    with pytest.raises(LabelingError, match="not pushed from here"):
        from_json({"picture": "p.webp"}, project="mole_hair", layout="single")


def test_asking_again_is_another_task_that_comes_back_as_such():
    first = LabelTask(project="mole_hair", layout="single", items=(ITEM,), data={"picture": "p.webp"})
    again = replace(first, turn="second look")
    assert first.task_key != again.task_key
    back = from_json(as_json(again)["data"], project="mole_hair", layout="single")
    assert (back.task_key, back.turn, back.data) == (again.task_key, "second look", again.data)


def test_the_order_of_crops_is_part_of_a_sheets_key():
    other = LabelItem(item_key="c" * 64, image_hash="b" * 64)
    keys = {
        LabelTask(project="mole_hair", layout=layout, items=items, data={}).task_key
        for layout in ("single", "sheet") for items in ((ITEM, other), (other, ITEM))
    }  # fmt: skip
    assert len(keys) == 4
