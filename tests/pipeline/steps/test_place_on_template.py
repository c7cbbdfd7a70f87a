import cv2
import numpy as np
import pytest

from pipeline.image import check_values, freeze
from pipeline.steps.place_on_template import STEP

STANDING = ("packaged_01_003", "footwear_01_003", "accessories_01_003", "furniture_01_005", "glassware_01_001")
HANGING = ("apparel_01_003", "apparel_01_004", "sheer_01_001", "sheer_01_004")


def _result(sample_dir, image_id, depth=np.uint8):
    folder = sample_dir / "renders" / image_id
    image = cv2.cvtColor(cv2.imread(str(folder / "raw.jpg")), cv2.COLOR_BGR2RGB)
    if depth == np.uint16:
        image = image.astype(np.uint16) * 257
    alpha = cv2.imread(str(folder / "alpha.png"), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
    return {"image": freeze(image), "foreground": freeze(image), "alpha": freeze(alpha)}


@pytest.mark.parametrize("shadow", ["contact", "original", "none"])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_flat_is_the_documented_composite(sample_dir, shadow, depth):
    values = _result(sample_dir, "glassware_01_001", depth)
    given = STEP.run(**values, params=STEP.params(shadow=shadow, paper="#F0E8dc"))
    check_values({**values, **given}, where="place_on_template")
    top = 255 if depth == np.uint8 else 65535
    assert np.array_equal(given["paper"][0, 0], [round(c * top / 255) for c in (0xF0, 0xE8, 0xDC)])
    alpha, shade = values["alpha"][..., None].astype(np.float64), given["shadow"][..., None]
    expected = alpha * values["foreground"] + (1 - alpha) * given["paper"] * (1.0 - shade)
    assert np.abs(given["flat"] - expected).max() <= 1.02


def test_no_shadow_leaves_exactly_the_paper(sample_dir):
    values = _result(sample_dir, "packaged_01_003")
    for params in (STEP.params(shadow="none"), STEP.params(strength=0.0)):
        given = STEP.run(**values, params=params)
        assert not given["shadow"].any()
        assert (given["flat"][values["alpha"] == 0] == 255).all()
        assert given["template"].shadow_peak == 0.0


@pytest.mark.parametrize("image_id", STANDING)
def test_what_stands_is_darkest_at_its_foot_and_clean_far_away(sample_dir, image_id):
    values = _result(sample_dir, image_id)
    given = STEP.run(**values, params=STEP.params())
    assert given["template"].standing > 0.6
    rows = np.flatnonzero((values["alpha"] > 0.5).any(axis=1))
    darkest = np.unravel_index(int(given["shadow"].argmax()), given["shadow"].shape)[0]
    assert darkest > rows[0] + 0.8 * (rows[-1] - rows[0])
    assert 0.1 < given["template"].shadow_peak <= STEP.params().strength
    assert not given["shadow"][: rows[0] + (rows[-1] - rows[0]) // 4].any()  # nothing around the upper quarter
    assert (given["flat"][:5] == 255).all()


@pytest.mark.parametrize("image_id", HANGING)
def test_what_hangs_gets_a_faint_even_shadow(sample_dir, image_id):
    values = _result(sample_dir, image_id)
    given = STEP.run(**values, params=STEP.params())
    assert given["template"].standing < 0.3
    assert given["template"].shadow_peak < 0.5 * STEP.params().strength
    rows, columns = np.nonzero(values["alpha"] > 0.3)
    beside = given["shadow"][int(np.median(rows)), columns.max() + 3]
    assert beside < 0.5 * given["template"].shadow_peak


def test_shadow_is_soft(sample_dir):
    given = STEP.run(**_result(sample_dir, "packaged_01_003"), params=STEP.params())
    steps = [np.abs(np.diff(given["shadow"], axis=axis)).max() for axis in (0, 1)]
    assert max(steps) < 0.06  # a hard edge would jump by the whole darkness


def test_parameters_act_as_they_say(sample_dir):
    values = _result(sample_dir, "packaged_01_003")

    def run(**params):
        return STEP.run(**values, params=STEP.params(**params))

    assert run(strength=0.2)["template"].shadow_peak < run(strength=0.6)["template"].shadow_peak
    assert run(softness=0.5)["template"].shadow_share < run(softness=2.0)["template"].shadow_share
    middle = [(run(offset=offset)["shadow"].sum(axis=1) * np.arange(940)).sum() for offset in (0.0, 0.08)]
    weight = [run(offset=offset)["shadow"].sum() for offset in (0.0, 0.08)]
    assert middle[1] / weight[1] > middle[0] / weight[0]


def test_the_original_shadow_follows_the_photo(sample_dir):
    values = _result(sample_dir, "footwear_01_001")
    given = STEP.run(**values, params=STEP.params(shadow="original"))
    bare = cv2.dilate(values["alpha"], np.ones((9, 9))) == 0
    luma = cv2.cvtColor(values["image"], cv2.COLOR_RGB2GRAY)
    near = bare & (cv2.dilate(values["alpha"], np.ones((61, 61))) > 0)
    rows = np.flatnonzero((values["alpha"] > 0.5).any(axis=1))
    foot, head = np.zeros_like(near), np.zeros_like(near)
    foot[rows[-1] - 60 :] = near[rows[-1] - 60 :]
    head[: rows[0] + 60] = near[: rows[0] + 60]
    assert given["shadow"][foot].mean() > 0.04 > 0.01 > given["shadow"][head].mean()
    assert np.corrcoef(given["shadow"][foot], luma[foot])[0, 1] < -0.7
    assert given["template"].standing is None


def test_an_empty_or_a_full_matte_still_gives_a_picture(sample_dir):
    values = _result(sample_dir, "packaged_01_003")
    for opacity in (0.0, 1.0):
        alpha = freeze(np.full_like(values["alpha"], opacity))
        for shadow in ("contact", "original"):
            given = STEP.run(**{**values, "alpha": alpha}, params=STEP.params(shadow=shadow))
            expected = values["foreground"] if opacity else given["paper"]
            assert np.array_equal(given["flat"], expected)
