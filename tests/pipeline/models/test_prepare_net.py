"""What the shipped model says of photos, and when it says nothing."""

import dataclasses

import cv2
import numpy as np
import pytest

from pipeline.models.load_model import load_model
from pipeline.models.prepare_net import prepare_net, told
from pipeline.models.ruled_out import FITS, FLAG_FITS
from pipeline.training.prepare_net_parts.photos import FLAGS
from workbench.domain.errors import ModelError
from workbench.domain.records import CATEGORIES


@pytest.fixture(scope="module")
def model():
    return load_model("prepare_net")


@pytest.fixture(scope="module")
def photo(sample_dir, sample_rows):
    row = next(row for row in sample_rows if row["image_id"] == "clothing_69f40819")
    return cv2.cvtColor(cv2.imread(str(sample_dir / row["path"])), cv2.COLOR_BGR2RGB)


def answers(model, **changes):
    """Sure of everything, unless changed: head -> (name, probability)."""
    names = model.card.facts["names"]
    found = {"flags": np.full(len(names["flags"]), 0.25), "novelty": np.array(0.5)}
    best = {"category": ("apparel", 0.97), "garment": ("shirt", 0.95), "shot_type": ("hanging", 0.97), **changes}
    for head in ("category", "garment", "shot_type"):
        name, sure = best[head]
        values = np.full(len(names[head]), (1 - sure) / (len(names[head]) - 1))
        values[names[head].index(name)] = sure
        found[head] = values
    return found


def test_it_says_what_it_is_sure_of(model):
    seen = told(model, answers(model))
    assert (seen.category, seen.garment, seen.shot_type) == ("apparel", "shirt", "hanging")
    assert seen.garment_probability == pytest.approx(0.95) and seen.abstained is None
    assert seen.model == model.card.label


def test_it_abstains_with_both_candidates_when_unsure(model):
    seen = told(model, answers(model, garment=("shirt", 0.12)))
    assert seen.garment is None and seen.garment_probability is None and seen.category == "apparel"
    assert seen.abstained.startswith("garment: shirt 0.12, ")


def test_what_it_has_no_word_for_is_no_category(model):
    seen = told(model, answers(model, category=("other", 0.99)))
    assert seen.category is None and seen.garment is None
    assert seen.abstained == "category: none that it knows"


def test_a_table_has_no_garment_and_that_is_no_doubt(model):
    seen = told(model, answers(model, category=("furniture", 0.99)))
    assert seen.category == "furniture" and seen.garment is None and seen.abstained is None


def test_a_photo_unlike_all_others_is_not_named(model):
    found = answers(model) | {"novelty": np.array(1.7)}
    seen = told(model, found)
    assert seen.category is seen.garment is seen.shot_type is None
    assert seen.abstained == "unlike the photos it learned from: 1.70 times the limit"


def test_flags_that_were_not_shown_are_withheld(model):
    seen = told(model, answers(model))
    shown = {flag for flag in FLAGS if getattr(seen, flag) is not None}
    assert shown == set(model.card.facts["shown"]) and shown
    assert all(getattr(seen, flag) == 0.25 for flag in shown)


def test_what_is_beyond_doubt_rules_categories_out(model):
    sure = model.card.facts["sure"]
    assert set(sure) <= {*FITS, *FLAG_FITS} and all(0 < least < 1 for least in sure.values())
    name = next(name for name in FITS if name in sure)
    seen = told(model, answers(model, category=(name, max(sure[name], model.card.facts["least"]["category"], 0.97))))
    assert set(seen.rules_out.split(",")) == set(CATEGORIES) - set(FITS[name])
    assert seen.beyond_doubt.startswith(name.replace("_", " "))


def test_what_is_not_beyond_doubt_contradicts_nobody(model):
    unsure = told(model, answers(model, category=("apparel", 0.3)))
    strange = told(model, answers(model) | {"novelty": np.array(1.7)})
    assert unsure.rules_out is unsure.beyond_doubt is strange.rules_out is None


def test_the_network_that_finds_the_subject_is_the_one_it_learned_with(model):
    assert model.card.facts["subject_net"] == load_model("subject_net").sha256


def test_size_and_depth_change_little(photo):
    eight = prepare_net(photo)
    deep = prepare_net(photo.astype(np.uint16) * 257)
    assert eight == deep
    large = prepare_net(cv2.resize(photo, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))
    for field in dataclasses.fields(eight):
        before, after = getattr(eight, field.name), getattr(large, field.name)
        if isinstance(before, float) and isinstance(after, float):
            assert after == pytest.approx(before, abs=0.25), field.name


def test_the_same_photo_gets_the_same_answer(photo):
    assert prepare_net(photo) == prepare_net(photo.copy())


@pytest.mark.parametrize("shape", [(40, 60, 3), (16, 900, 3)])
def test_odd_photos_are_answered(shape):
    noise = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    for image in (noise, np.full(shape, 128, np.uint8)):
        seen = prepare_net(image)
        assert seen.novelty > 0 and all(
            0 <= getattr(seen, flag) <= 1 for flag in FLAGS if getattr(seen, flag) is not None
        )


def test_noise_is_unlike_any_photo():
    seen = prepare_net(np.random.default_rng(1).integers(0, 256, (200, 200, 3), dtype=np.uint8))
    assert seen.category is None and "unlike" in seen.abstained


def test_missing_weights_are_named(tmp_path, photo):
    with pytest.raises(ModelError, match="prepare_net"):
        prepare_net(photo, tmp_path)


def test_the_weights_are_small_and_the_card_is_whole(model):
    assert model.card.size_bytes < 12_000_000
    assert model.card.figures and model.card.failures and model.card.simulated
    assert {one.licence for one in model.card.data} == {"CC0-1.0", "MIT"}
