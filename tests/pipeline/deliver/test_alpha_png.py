"""The matte is kept to half a level at both depths."""

import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from pipeline.deliver.alpha_png import WRITER
from pipeline.image import levels


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (257, 129)])
def test_alpha_comes_back_at_the_photos_depth(finished, dtype, shape):
    values = finished(dtype, shape)
    data = WRITER.run(image=values.image, alpha=values.alpha, params=WRITER.params())["alpha.png"]
    seen = imagecodecs.png_decode(data)
    assert seen.dtype == dtype
    assert np.abs(seen / levels(values.image) - values.alpha).max() <= 0.5 / levels(values.image) + 1e-7


def test_it_is_plain_grey_without_a_colour_tag(finished):
    values = finished()
    data = WRITER.run(image=values.image, alpha=values.alpha, params=WRITER.params())["alpha.png"]
    image = Image.open(io.BytesIO(data))
    assert image.mode == "L"
    assert "srgb" not in image.info
    assert data == WRITER.run(image=values.image, alpha=values.alpha, params=WRITER.params())["alpha.png"]
