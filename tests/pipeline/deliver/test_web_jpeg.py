"""Web pictures have their sizes, the sRGB profile, and nothing that says where or with what they were made."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from pipeline.colour_profiles import SRGB
from pipeline.deliver.web_jpeg import WRITER, Params


def picture(height: int, width: int, dtype=np.uint8) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    smooth = np.stack([x * 255 / width, y * 255 / height, 255 - x * 255 / width], axis=-1)
    return (smooth * (257 if dtype == np.uint16 else 1)).astype(dtype)


def test_three_sizes_by_the_longest_side():
    files = WRITER.run(flat=picture(1500, 2400), params=Params())
    assert list(files) == ["2000.jpg", "1200.jpg", "600.jpg"]
    sizes = [Image.open(io.BytesIO(data)).size for data in files.values()]
    assert sizes == [(2000, 1250), (1200, 750), (600, 375)]


def test_a_small_picture_is_never_enlarged():
    files = WRITER.run(flat=picture(700, 500), params=Params())
    assert [Image.open(io.BytesIO(data)).size for data in files.values()] == [(500, 700), (500, 700), (429, 600)]
    assert Image.open(io.BytesIO(WRITER.run(flat=picture(1, 1), params=Params())["600.jpg"])).size == (1, 1)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_colours_are_those_of_the_flat_picture_averaged(dtype):
    flat = picture(900, 1200, dtype)
    seen = np.array(Image.open(io.BytesIO(WRITER.run(flat=flat, params=Params(quality=95))["600.jpg"])), float)
    expected = cv2.resize(flat.astype(np.float32), (600, 450), interpolation=cv2.INTER_AREA)
    assert np.abs(seen - expected / (257 if dtype == np.uint16 else 1)).mean() < 1


@pytest.mark.parametrize("chroma", ["444", "422", "420"])
def test_only_the_profile_is_embedded(chroma):
    data = WRITER.run(flat=picture(100, 100), params=Params(chroma=chroma))["600.jpg"]
    image = Image.open(io.BytesIO(data))
    image.load()
    assert image.info["icc_profile"] == SRGB
    assert image.info["progressive"]
    assert not image.getexif()
    assert {name for name, _ in image.applist} == {"APP0", "APP2"}


def test_higher_quality_is_closer_and_the_bytes_repeat():
    flat = np.random.default_rng(2).integers(0, 256, (128, 128, 3)).astype(np.uint8)

    def error(quality: int) -> float:
        data = WRITER.run(flat=flat, params=Params(quality=quality))["600.jpg"]
        assert data == WRITER.run(flat=flat, params=Params(quality=quality))["600.jpg"]
        return float(np.abs(np.array(Image.open(io.BytesIO(data)), float) - flat).mean())

    assert error(95) < error(75) < error(30)
