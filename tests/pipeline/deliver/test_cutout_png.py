"""The cutout has the subject's own colours, straight alpha, and nothing under it."""

import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from pipeline.deliver.cutout_png import WRITER
from pipeline.image import levels


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (257, 129)])
@pytest.mark.parametrize("opacity", [None, 0.0, 1.0])
def test_colours_are_the_foregrounds_and_not_premultiplied(finished, dtype, shape, opacity):
    values = finished(dtype, shape, opacity)
    data = WRITER.run(foreground=values.foreground, alpha=values.alpha, params=WRITER.params())["cutout.png"]
    seen = imagecodecs.png_decode(data)
    top = levels(values.image)
    assert seen.dtype == dtype
    assert np.abs(seen[..., 3] / top - values.alpha).max() <= 0.5 / top + 1e-7
    visible = seen[..., 3] > 0
    np.testing.assert_array_equal(seen[..., :3][visible], values.foreground[visible])
    assert (seen[..., :3][~visible] == top).all()


def test_it_is_marked_srgb_and_says_how_to_composite(finished):
    values = finished()
    data = WRITER.run(foreground=values.foreground, alpha=values.alpha, params=WRITER.params())["cutout.png"]
    image = Image.open(io.BytesIO(data))
    assert image.mode == "RGBA"
    assert image.info["srgb"] == 0
    assert "straight" in image.info["Comment"]
    assert data == WRITER.run(foreground=values.foreground, alpha=values.alpha, params=WRITER.params())["cutout.png"]
