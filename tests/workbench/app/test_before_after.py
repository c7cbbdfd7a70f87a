"""The photo lies over the result to the half pixel."""

import numpy as np
import pytest

from workbench.app.before_after import corner_matrix


@pytest.mark.parametrize(
    "geometry",
    [
        (1, 0, 0, 0, 1, 0, 0, 0, 1),
        (1, 0, -37, 0, 1, 12, 0, 0, 1),
        (0.98, -0.17, 40.5, 0.17, 0.98, -12.25, 0, 0, 1),
        (0.5, 0, 3, 0, 0.25, 4, 0, 0, 1),
    ],
)
def test_pixel_centres_land_on_pixel_centres(geometry) -> None:
    a, b, c, d, e, f = corner_matrix(geometry)
    for x, y in ((0, 0), (10, 3), (123, 456)):
        wanted = np.reshape(geometry, (3, 3)) @ (x, y, 1)
        css_x, css_y = x + 0.5, y + 0.5  # where CSS has the centre of that pixel
        assert a * css_x + c * css_y + e == pytest.approx(wanted[0] + 0.5)
        assert b * css_x + d * css_y + f == pytest.approx(wanted[1] + 0.5)
