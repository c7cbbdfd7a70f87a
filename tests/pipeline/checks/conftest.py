"""Clean results with true mattes from the sample set, and what tests need to spoil them."""

import functools
import itertools

import cv2
import numpy as np
import pytest
from pymatting import estimate_foreground_ml

from pipeline.image import freeze

# one of every look: leather, knitwear, hair, thin legs, print, plain cloth; light, coloured and green backdrops
SAMPLES = (
    "accessories_01_000",
    "apparel_01_001",
    "footwear_01_001",
    "footwear_01_003",
    "furniture_01_005",
    "hair_beauty_01_003",
    "knit_fur_01_000",
    "packaged_01_000",
)


def pytest_generate_tests(metafunc):
    """A test that asks for ``sample`` runs on every one of them."""
    if "sample" in metafunc.fixturenames:
        metafunc.parametrize("sample", SAMPLES)


@pytest.fixture(scope="session")
def samples() -> tuple[str, ...]:
    return SAMPLES


@pytest.fixture(scope="session")
def spoil():
    """values, changed maps -> new values."""
    return lambda values, **changed: {**values, **{name: freeze(np.asarray(each)) for name, each in changed.items()}}


@pytest.fixture(scope="session")
def rematted():
    """values, alpha -> new values whose foreground follows the new matte, as a matting step would make it."""
    return lambda values, alpha: {**values, "alpha": freeze(alpha), "foreground": _foreground(values["image"], alpha)}


@pytest.fixture(scope="session")
def clean(sample_dir):
    """image_id -> everything a check may need, with the true matte."""

    @functools.cache
    def values(image_id):
        folder = sample_dir / "renders" / image_id
        image = freeze(cv2.cvtColor(cv2.imread(str(folder / "raw.jpg")), cv2.COLOR_BGR2RGB))
        alpha = freeze(cv2.imread(str(folder / "alpha.png"), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255)
        return {
            "photo": image,
            "image": image,
            "alpha": alpha,
            "foreground": _foreground(image, alpha),
            "confidence": freeze(np.clip(cv2.GaussianBlur(alpha, (0, 0), 2), 0.02, 0.98)),
            "geometry": freeze(np.eye(3)),
        }

    return values


@pytest.fixture(scope="session")
def measure():
    """check, values -> its measurement, handed exactly what it needs."""
    return lambda check, values: check.run(**{name: values[name] for name in check.needs})


@pytest.fixture(scope="session")
def rising(measure):
    """check, clean values, three results spoiled more and more -> asserts that its value rises with each."""

    def assert_rising(check, values, spoiled):
        found = [measure(check, each).value for each in (values, *spoiled)]
        assert all(low < high for low, high in itertools.pairwise(found)), found

    return assert_rising


@pytest.fixture(scope="session")
def round_kernel():
    """Radius -> a round structuring element."""
    return lambda radius: cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))


def _foreground(image, alpha):
    colours = estimate_foreground_ml(image / 255.0, alpha.astype(np.float64))
    colours = (np.clip(colours, 0, 1) * 255 + 0.5).astype(np.uint8)
    colours[alpha >= 1] = image[alpha >= 1]
    return freeze(colours)
