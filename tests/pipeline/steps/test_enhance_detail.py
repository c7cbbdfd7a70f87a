import cv2
import numpy as np
import pytest

from pipeline.image import check_values, freeze
from pipeline.steps.enhance_detail import STEP

PLAIN = STEP.params()


def _result(sample_dir, image_id, depth=np.uint8):
    folder = sample_dir / "renders" / image_id
    image = cv2.cvtColor(cv2.imread(str(folder / "raw.jpg")), cv2.COLOR_BGR2RGB)
    if depth == np.uint16:
        image = image.astype(np.uint16) * 257
    alpha = cv2.imread(str(folder / "alpha.png"), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
    trimap = np.full(alpha.shape, 0.5, np.float32)
    trimap[cv2.erode(alpha, np.ones((9, 9))) > 0.95] = 1
    trimap[cv2.dilate(alpha, np.ones((9, 9))) < 0.05] = 0
    foreground = np.where(alpha[..., None] >= 1, image, image // 2).astype(depth)
    names = ("image", "foreground", "alpha", "trimap")
    return dict(zip(names, map(freeze, (image, foreground, alpha, trimap)), strict=True))


def _crispness(picture, inside):
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return float(np.abs(luma - cv2.GaussianBlur(luma, (0, 0), 1))[inside].mean())


@pytest.mark.parametrize("image_id", ["footwear_01_001", "knit_fur_01_000", "packaged_01_001"])
def test_material_gets_crisper_and_nothing_else_moves(sample_dir, image_id):
    values = _result(sample_dir, image_id)
    given = STEP.run(**values, params=PLAIN)
    check_values({**values, **given}, where="enhance_detail")
    changed = (given["image"] != values["image"]).any(axis=2)
    assert not changed[cv2.dilate((values["trimap"] != 1).astype(np.uint8), np.ones((5, 5))) > 0].any()
    inside = values["trimap"] == 1
    assert changed.mean() > 0.25 * inside.mean()
    assert _crispness(given["image"], changed) > 1.1 * _crispness(values["image"], changed)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_foreground_stays_the_image_where_opaque_and_itself_elsewhere(sample_dir, depth):
    values = _result(sample_dir, "footwear_01_001", depth)
    given = STEP.run(**values, params=PLAIN)
    opaque = values["alpha"] >= 1
    assert given["image"].dtype == depth
    assert np.array_equal(given["foreground"][opaque], given["image"][opaque])
    assert np.array_equal(given["foreground"][~opaque], values["foreground"][~opaque])


def test_sixteen_bits_get_the_same_change_as_eight(sample_dir):
    change = {}
    for depth, unit in ((np.uint8, 1), (np.uint16, 257)):
        values = _result(sample_dir, "footwear_01_001", depth)
        given = STEP.run(**values, params=PLAIN)
        change[depth] = (given["image"].astype(np.float64) - values["image"]) / unit
    assert np.abs(change[np.uint8] - change[np.uint16]).max() <= 1.5
    assert np.unique(change[np.uint16]).size > 10 * np.unique(change[np.uint8]).size


def test_noise_is_not_amplified_but_weave_is():
    rng = np.random.default_rng(4)
    clean = np.full((400, 400), 120.0)
    clean[100:300, 100:200] += 25 * np.sign(np.sin(np.arange(100) * 1.1))  # weave on the left, plain on the right
    noisy = np.clip(clean + rng.normal(0, 3, clean.shape), 0, 255)
    image = freeze(np.repeat(noisy[..., None], 3, axis=2).astype(np.uint8))
    alpha = np.zeros(clean.shape, np.float32)
    alpha[90:310, 90:310] = 1
    given = STEP.run(image=image, foreground=image, alpha=freeze(alpha), trimap=freeze(alpha), params=PLAIN)
    plain, weave = np.s_[120:280, 220:290], np.s_[120:280, 110:180]
    assert given["image"][plain].std() < 1.03 * image[plain].std()
    assert given["image"][weave].std() > 1.10 * image[weave].std()
    assert 1.0 < given["detail"].noise_levels < 3.5


def test_strength_follows_the_parameters(sample_dir):
    values = _result(sample_dir, "knit_fur_01_000")
    change = [
        STEP.run(**values, params=STEP.params(sharpen=sharpen))["detail"].mean_change_levels
        for sharpen in (0.2, 0.6, 1.2)
    ]
    assert change[0] < change[1] < change[2]
    capped = STEP.run(**values, params=STEP.params(sharpen=3.0, most_levels=5.0))
    assert np.abs(capped["image"].astype(int) - values["image"]).max() <= 5


@pytest.mark.parametrize("nothing", ["no strength", "no solid subject"])
def test_nothing_to_do_returns_the_same_arrays(sample_dir, nothing):
    values = _result(sample_dir, "packaged_01_001")
    params = STEP.params(sharpen=0.0, contrast=0.0) if nothing == "no strength" else PLAIN
    if nothing == "no solid subject":
        values["trimap"] = freeze(np.full_like(values["trimap"], 0.5))
    given = STEP.run(**values, params=params)
    assert given["image"] is values["image"] and given["foreground"] is values["foreground"]
    assert given["detail"].enhanced_share == 0.0


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (40, 30)])
def test_tiny_pictures_pass_through_whole(shape):
    image = freeze(np.full((*shape, 3), 90, np.uint8))
    solid = freeze(np.ones(shape, np.float32))
    given = STEP.run(image=image, foreground=image, alpha=solid, trimap=solid, params=PLAIN)
    assert np.array_equal(given["image"], image)
