"""What photos look like as numbers: of length 1, the same at another size, another for another photo."""

import numpy as np
import pytest
from PIL import Image

from pipeline.embedding.colour_edge_vector import colour_edge_vector
from pipeline.embedding.network_vector import network_vector

VECTORS = (network_vector, colour_edge_vector)


@pytest.fixture(scope="module")
def photos(sample_dir, sample_rows):
    chosen = {row["category"]: row for row in sample_rows}
    return [Image.open(sample_dir / chosen[name]["path"]).convert("RGB") for name in ("footwear", "glassware")]


@pytest.mark.parametrize("vector", VECTORS)
def test_alike_at_half_the_size_and_unlike_another_photo(photos, vector):
    shoe, glass = photos
    whole, other = vector(np.asarray(shoe)), vector(np.asarray(glass))
    half = vector(np.asarray(shoe.resize((shoe.width // 2, shoe.height // 2), Image.Resampling.BOX)))
    assert whole.dtype == np.float32 and np.linalg.norm(whole) == pytest.approx(1, abs=1e-5)
    assert whole @ half > 0.99 > whole @ other


@pytest.mark.parametrize("vector", VECTORS)
def test_sixteen_bits_say_the_same_as_eight(photos, vector):
    eight = np.asarray(photos[0])
    sixteen = eight.astype(np.uint16) * 257
    assert vector(eight) @ vector(sixteen) == pytest.approx(1, abs=1e-4)


def test_the_network_is_the_encoder_and_not_its_answer(photos):
    """The mean of the deepest layer: as many numbers as it has channels, none below zero after its last rectifier."""
    vector = network_vector(np.asarray(photos[0]))
    assert vector.shape == (192,) and (vector >= 0).all() and (vector > 0).sum() > 20
