import numpy as np

from pipeline.matting.band import number_band


def test_a_neighbourhood_is_five_runs_and_known_neighbours_read_as_zero():
    unknown = np.random.default_rng(0).random((23, 31)) < 0.3
    band = number_band(unknown)
    assert (band.number[unknown] == np.arange(unknown.sum())).all()
    assert (band.number[~unknown] == -1).all()
    values = np.random.default_rng(1).random(unknown.shape)
    padded = np.zeros(band.length)
    padded[band.own] = values[unknown]
    framed = np.pad(np.where(unknown, values, 0.0), 2)
    for (y, x), starts in zip(band.yx, band.starts, strict=True):
        seen = np.stack([padded[start : start + 5] for start in starts])
        np.testing.assert_array_equal(seen, framed[y : y + 5, x : x + 5])


def test_the_padding_grows_with_the_outline_not_the_photo():
    unknown = np.zeros((500, 500), bool)
    unknown[250, 250] = True
    assert number_band(unknown).length == 25
