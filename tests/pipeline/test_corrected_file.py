"""What an upload may be, and how each kind is read."""

import io

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms
from psd_tools import PSDImage

from pipeline.corrected_file import as_depth, corrected_file
from pipeline.deliver._png import encode_png
from workbench.domain.errors import PhotoRefused

SIDE = 64


@pytest.fixture
def alpha():
    """A soft disc."""
    y, x = np.mgrid[:SIDE, :SIDE]
    return (np.clip((24 - np.hypot(x - 32, y - 32)) / 4, 0, 1) * 255).round().astype(np.uint8)


@pytest.fixture
def rgba(alpha):
    return np.dstack([np.full((SIDE, SIDE), level, np.uint8) for level in (200, 40, 90)] + [alpha])


def png(pixels):
    return encode_png(pixels, srgb=pixels.ndim == 3)


def tiff(pixels, **how):
    file = io.BytesIO()
    tifffile.imwrite(file, pixels, **how)
    return file.getvalue()


def pillow(picture, kind, **how):
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def read(data, name):
    return corrected_file(data, name, pixel_limit=1_000_000)


def test_a_png_with_alpha_gives_colours_and_matte(rgba, alpha):
    found = read(png(rgba), "x.png")
    assert found.kind == "picture" and found.bit_depth == 8
    np.testing.assert_array_equal(found.colours, rgba[..., :3])
    np.testing.assert_allclose(found.alpha, alpha / 255, atol=1e-6)
    assert found.alpha.dtype == np.float32 and not found.alpha.flags.writeable


def test_a_grey_png_is_a_mask_at_8_and_16_bits(alpha):
    for pixels in (alpha, alpha.astype(np.uint16) * 257):
        found = read(png(pixels), "mask.png")
        assert (found.kind, found.colours) == ("mask", None)
        np.testing.assert_allclose(found.alpha, alpha / 255, atol=1e-6)


def test_16_bits_stay(rgba, alpha):
    found = read(png(rgba.astype(np.uint16) * 257), "x.png")
    assert found.colours.dtype == np.uint16
    np.testing.assert_array_equal(as_depth(found.colours, np.dtype(np.uint8)), rgba[..., :3])
    np.testing.assert_array_equal(as_depth(rgba[..., :3], np.dtype(np.uint16)), found.colours)


def test_tiff_straight_and_premultiplied_mean_the_same(rgba, alpha):
    straight = read(tiff(rgba, photometric="rgb", extrasamples=["unassalpha"]), "x.tif")
    multiplied = rgba.copy()
    multiplied[..., :3] = np.round(rgba[..., :3] * (alpha[..., None] / 255))
    joined = read(tiff(multiplied, photometric="rgb", extrasamples=["assocalpha"]), "x.tiff")
    solid = alpha > 128
    np.testing.assert_array_equal(straight.colours, rgba[..., :3])
    np.testing.assert_allclose(joined.colours[solid].astype(int), straight.colours[solid].astype(int), atol=1)


def test_an_embedded_profile_is_applied_to_the_colours_only(rgba):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = read(pillow(Image.fromarray(rgba), "PNG", icc_profile=profile), "x.png")
    np.testing.assert_allclose(plain.colours.astype(int), rgba[..., :3].astype(int), atol=1)
    assert plain.icc_description and plain.icc_problem is None


def test_a_flat_psd_with_transparency(rgba, alpha):
    file = io.BytesIO()
    document = PSDImage.new("RGB", (SIDE, SIDE))
    document.create_pixel_layer(Image.fromarray(rgba), name="Retouched")
    document.save(file)
    found = read(file.getvalue(), "x.psd")
    assert found.kind == "flat psd"
    np.testing.assert_allclose(found.alpha, alpha / 255, atol=1 / 255)
    solid = alpha == 255
    np.testing.assert_allclose(found.colours[solid].astype(int), rgba[solid, :3].astype(int), atol=1)


def cmyk_tiff():
    return tiff(np.full((SIDE, SIDE, 4), 90, np.uint8), photometric="separated")


def grey_with_alpha():
    return pillow(Image.fromarray(np.dstack([np.full((SIDE, SIDE), 9, np.uint8)] * 2), "LA"), "PNG")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (lambda: png(np.zeros((SIDE, SIDE), np.uint8)), "x.png", "the alpha is empty"),
        (lambda: png(np.full((SIDE, SIDE), 255, np.uint8)), "x.png", "the alpha is full"),
        (lambda: png(np.full((SIDE, SIDE, 3), 90, np.uint8)), "x.png", "the PNG has no alpha"),
        (cmyk_tiff, "x.tif", "the file is CMYK; allowed: RGB"),
        (grey_with_alpha, "x.png", "grey with alpha"),
        (lambda: cv2.imencode(".jpg", np.eye(SIDE, dtype=np.uint8))[1].tobytes(), "x.jpg", "a JPEG cannot carry"),
        (lambda: png(np.eye(SIDE, dtype=np.uint8) * 255)[:90], "x.png", "truncated|corrupt|decoded"),
        (lambda: b"8BPS" + bytes(60), "x.psd", "unsupported|decoded|truncated|too large|corrupt"),
        (lambda: png(np.eye(SIDE, dtype=np.uint8) * 255), "x.psd", "mis-named"),
        (lambda: b"hello", "x.txt", "unsupported kind"),
        (lambda: png(np.eye(1200, dtype=np.uint8) * 255), "x.png", "too large: 1200 x 1200"),
        (lambda: pillow(Image.new("RGB", (SIDE, SIDE)), "TIFF"), "x.tif", "the TIFF has no alpha"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_is_allowed(data, name, words):
    with pytest.raises(PhotoRefused, match=words) as refused:
        read(data(), name)
    assert refused.value.allowed


def test_a_flat_psd_without_alpha_and_one_in_cmyk_are_refused():
    for mode, words in (("RGB", "flat and has no alpha|no layer"), ("CMYK", "CMYK")):
        file = io.BytesIO()
        PSDImage.frompil(Image.new(mode, (SIDE, SIDE))).save(file)
        with pytest.raises(PhotoRefused, match=words):
            read(file.getvalue(), "x.psd")
