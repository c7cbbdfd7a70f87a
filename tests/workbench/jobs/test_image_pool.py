"""What is known of images nobody was asked about: how sure the run was, and which categories were sent back."""

from datetime import UTC, datetime

import pytest

from labeling.sampling.choose_next import choose_next, usable_strategies
from workbench import lake
from workbench.domain.errors import UsageError
from workbench.domain.labels import LabelItem, LabelTask, SentTask
from workbench.domain.records import Photo
from workbench.jobs import image_tasks
from workbench.jobs.image_pool import ENOUGH, image_pool
from workbench.jobs.label_source import LabelImage
from workbench.lake import labels
from workbench.settings import load

AT = datetime(2026, 11, 21, tzinfo=UTC)


def image(place, *, category="footwear", verdict=None, risk=None, **attributes):
    photo = Photo(
        set_id="s", image_id=f"i{place}", sku="S", path="p.jpg", relative_path="p.jpg", category=category
    )  # fmt: skip
    seen = {name.replace("__", "."): value for name, value in attributes.items()}
    return LabelImage(photo=photo, file=None, photo_hash=f"{place:064d}", result_id=f"r{place}", risk=risk,
                      verdict=verdict, attributes=seen, artefacts={"cutout.png": (None, f"{place:064d}")})  # fmt: skip


@pytest.fixture
def ours(tmp_path):
    settings = load({}, workspace=tmp_path / "ws")
    with lake.open(settings):
        return settings


@pytest.fixture
def lies_there(monkeypatch):
    def put(*images):
        monkeypatch.setattr(image_tasks, "read_images", lambda source, settings, *, results: list(images))

    return put


def test_the_least_sure_of_kind_and_shot_comes_first(ours, lies_there):
    lies_there(
        image(0, seen__category_probability=0.99, seen__shot_type_probability=0.98),
        image(1, seen__category_probability=0.97, seen__shot_type_probability=0.30),
        image(2, seen__category_probability=0.55, seen__shot_type_probability=0.90),
        image(3),  # nothing is known of it: as unsure as can be
    )
    pool = image_pool("shot_type", ours)
    by_doubt = choose_next(pool, ["uncertainty"], 4, random_share=0.0)
    assert [pool.keys[one.place][-1] for one in by_doubt] == ["3", "1", "2", "0"]
    assert usable_strategies(pool) == ["failure_quota", "margin", "random", "uncertainty"]


def test_what_is_sent_back_most_gets_the_larger_share_and_nothing_is_asked_twice(ours, lies_there):
    judged = [image(n, category="sheer", verdict="rework" if n % 2 else "approved", risk=0.4) for n in range(ENOUGH)]
    judged += [image(50 + n, verdict="approved", risk=0.1) for n in range(ENOUGH)]
    lies_there(*judged, image(99, category="furniture", verdict="rejected", risk=0.5))
    pool = image_pool("failure_mode", ours)
    assert pool.failures == {"sheer": 0.5, "footwear": 0.0}  # one rejected chair says nothing about furniture
    chosen = choose_next(pool, ["failure_quota"], 10, random_share=0.0)
    assert sum(pool.categories[one.place] == "sheer" for one in chosen) >= 9
    assert pool.odds[0].tolist() == pytest.approx([0.6, 0.4])
    with lake.open(ours) as store:
        sent = [
            LabelTask(
                project="failure_mode", layout="single", data={}, items=(LabelItem(item_key=key, image_hash=key),)
            )
            for key in pool.keys
        ]
        labels.append_sent_tasks(
            store, [SentTask(project_key="p", task_id=n, task=task, sent_at=AT) for n, task in enumerate(sent[:-1])]
        )
    assert image_pool("failure_mode", ours).keys == pool.keys[-1:]
    with lake.open(ours) as store:
        labels.append_sent_tasks(store, [SentTask(project_key="p", task_id=999, task=sent[-1], sent_at=AT)])
    with pytest.raises(UsageError, match="every one of 41 images was sent already"):
        image_pool("failure_mode", ours)
