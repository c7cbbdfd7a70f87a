import cv2
import numpy as np
import pytest

from pipeline import registry
from pipeline.image import check_values, freeze
from pipeline.steps.make_trimap import Params, make_trimap
from workbench.domain.errors import StepFailed


def draw(image, confidence, **params):
    image, confidence = freeze(image.copy()), freeze(confidence.astype(np.float32))
    trimap = make_trimap(image=image, confidence=confidence, params=Params(**params))["trimap"]
    check_values({"image": image, "confidence": confidence, "trimap": trimap}, where="make_trimap")
    assert set(np.unique(trimap)) <= {0.0, 0.5, 1.0}
    return trimap


def shot(side: int, strands: bool = False):
    """A dark disc on light paper with a confidence of a few soft pixels, optionally with strands around it."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:side, :side]
    radius = np.hypot(y - side / 2, x - side / 2)
    alpha = np.clip(side * 0.3 - radius + 0.5, 0, 1).astype(np.float32)
    confidence = np.clip((side * 0.3 - radius) / 4 + 0.5, 0, 1).astype(np.float32)
    image = np.full((side, side, 3), 225.0)
    if strands:
        for angle in np.linspace(0, np.pi, 60):  # lower half only
            ends = [(side / 2 + r * side * np.cos(angle), side / 2 + r * side * np.sin(angle)) for r in (0.29, 0.36)]
            cv2.line(image, *[tuple(round(v) for v in end) for end in ends], (60, 50, 40), max(1, side // 700))
    image = alpha[..., None] * [60, 50, 40] + (1 - alpha[..., None]) * image
    return np.clip(image + rng.normal(0, 1.5, image.shape), 0, 255).astype(np.uint8), confidence


def band_width(trimap, angle):
    side = trimap.shape[0]
    r = np.arange(int(side * 0.49))
    y = np.round(side / 2 + r * np.sin(angle)).astype(int)
    x = np.round(side / 2 + r * np.cos(angle)).astype(int)
    return int((trimap[y, x] == 0.5).sum())


def test_it_is_registered():
    assert registry.step("make_trimap").run is make_trimap


@pytest.mark.parametrize("side", [500, 1000, 2000])
def test_a_clean_edge_gets_a_narrow_band_that_scales_with_the_photo(side):
    image, confidence = shot(side)
    trimap = draw(image, confidence)
    width = np.mean([band_width(trimap, angle) for angle in np.linspace(0, 6, 12)])
    ramp = 4 * 0.7
    assert ramp + 2 <= width <= ramp + 2 * max(0.0015 * side, 1.5) + 3


def test_strands_widen_the_band_where_they_are_and_nowhere_else():
    image, confidence = shot(1000, strands=True)
    trimap = draw(image, confidence)
    hairy = np.mean([band_width(trimap, angle) for angle in np.linspace(0.6, 2.5, 12)])
    clean = np.mean([band_width(trimap, angle) for angle in np.linspace(-2.5, -0.6, 12)])
    assert hairy > 2.5 * clean
    assert clean < 10


def test_everything_between_the_thresholds_is_unknown():
    image, confidence = shot(600)
    confidence[280:320, 280:320] = 0.5  # a pane of glass in the middle
    trimap = draw(image, confidence)
    between = (confidence > 0.15) & (confidence < 0.85)
    assert (trimap[between] == 0.5).all()
    looser = draw(image, confidence, subject_above=0.45, backdrop_below=0.45)
    assert (looser[285:315, 285:315] == 1).all()


def test_nothing_sure_turns_to_the_other_side():
    image, confidence = shot(600, strands=True)
    trimap = draw(image, confidence)
    assert not ((confidence >= 0.85) & (trimap == 0)).any()
    assert not ((confidence <= 0.15) & (trimap == 1)).any()


def test_a_thin_part_keeps_its_middle():
    image = np.full((800, 800, 3), 230, np.uint8)
    mask = np.zeros((800, 800), np.uint8)
    for k in range(30):  # beads: a ragged outline, so the wide margin applies
        cv2.circle(mask, (60 + 23 * k, 400), 11, 1, -1)
    image[mask > 0] = (90, 60, 50)
    trimap = draw(image, cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0))
    assert (trimap[400, [60 + 23 * k for k in range(30)]] == 1).all()
    assert (trimap[398:402, 71:700] > 0).any()


def test_gaps_between_strands_are_not_taken_for_subject():
    """The engine calls the whole fringe subject; the paper that shows through must stay open to the matte."""
    image, confidence = shot(1000, strands=True)
    y, x = np.mgrid[:1000, :1000]
    radius = np.hypot(y - 500, x - 500)
    fringe = (radius < 350) & (radius >= 300) & (y > 560)
    confidence[fringe] = 0.95
    paper = fringe & (image.min(axis=2) > 215) & (radius < 345) & (radius > 315)
    trimap = draw(image, confidence)
    assert (trimap[paper] == 0.5).mean() > 0.8


def test_undecided_backdrop_at_the_frame_becomes_backdrop():
    image, confidence = shot(400)
    confidence = np.maximum(confidence, 0.3)
    trimap = draw(image, confidence)
    assert (trimap[0] == 0).all() and (trimap[:, -1] == 0).all()
    assert (trimap[5, 5:-5] == 0.5).all()


def test_a_subject_that_touches_the_frame_keeps_touching_it():
    image, confidence = shot(400)
    trimap = draw(np.roll(image, 150, axis=0), np.roll(confidence, 150, axis=0))
    assert (trimap[-1] == 1).any()


def test_a_decided_photo_without_edges_has_no_band():
    image = np.full((50, 70, 3), 128, np.uint8)
    assert (draw(image, np.ones((50, 70))) == 1).all()


def test_no_sure_subject_is_an_error_that_says_why():
    with pytest.raises(StepFailed, match=r"highest confidence is 0\.60.*0\.85"):
        draw(np.zeros((20, 20, 3), np.uint8), np.full((20, 20), 0.6))


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (3, 2), (64, 64)])
def test_tiny_photos(shape):
    confidence = np.linspace(0, 1, shape[0] * shape[1]).reshape(shape)
    confidence.flat[-1] = 1
    assert draw(np.zeros((*shape, 3), np.uint8), confidence).shape == shape


def test_sixteen_bits_draw_the_same_band():
    image, confidence = shot(500, strands=True)
    eight, sixteen = draw(image, confidence), draw(image.astype(np.uint16) * 257, confidence)
    assert (eight != sixteen).mean() < 0.001


def test_on_real_shapes_the_band_covers_the_mixed_pixels(sample_dir, sample_rows):
    """Confidence as a good engine gives it: the true matte, seen small and a little blurred."""
    for name, least in [("hair_beauty_01_001", 0.9), ("footwear_01_001", 0.97), ("furniture_01_001", 0.97)]:
        folder = sample_dir / "renders" / name
        image = cv2.cvtColor(cv2.imread(str(folder / "raw.jpg")), cv2.COLOR_BGR2RGB)
        alpha = cv2.imread(str(folder / "alpha.png"), cv2.IMREAD_GRAYSCALE) / np.float32(255)
        small = cv2.resize(alpha, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        blurred = cv2.resize(cv2.GaussianBlur(small, (0, 0), 1), alpha.shape[::-1], interpolation=cv2.INTER_LINEAR)
        trimap = draw(image, np.clip(blurred, 0, 1))
        mixed = (alpha > 0.05) & (alpha < 0.95)
        assert (trimap[mixed] == 0.5).mean() > least, name
        assert (trimap == 0.5).mean() < 0.25, name
