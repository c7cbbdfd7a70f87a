"""Another reader than ours opens the PSD: its layers show the finished picture, and nothing of the photo is lost."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage
from psd_tools.composite import composite
from psd_tools.constants import Resource

from pipeline.colour_profiles import SRGB
from pipeline.deliver.layered_psd import WRITER
from pipeline.image import freeze, levels
from pipeline.steps.load_image import Params, load_image

DEPTHS = (np.uint8, np.uint16)
SHAPES = ((1, 1), (3, 5), (257, 129))
TOLERANCE = 2 / 255


def write(values, **changes) -> bytes:
    given = {name: getattr(values, name) for name in WRITER.needs + WRITER.wants} | changes
    files = WRITER.run(**given, params=WRITER.params())
    assert list(files) == ["psd"]
    return files["psd"]


def read(data: bytes) -> tuple[PSDImage, dict]:
    document = PSDImage.open(io.BytesIO(data))
    return document, {layer.name: layer for layer in document}


def shown(document: PSDImage) -> np.ndarray:
    """The layers put together, as fractions; not the stored merged picture."""
    return composite(document, force=True)[0]


def as_fraction(picture: np.ndarray) -> np.ndarray:
    return picture / levels(picture)


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("opacity", [None, 0.0, 1.0])
def test_layers_and_merged_picture_both_show_the_flat_one(finished, dtype, shape, opacity):
    values = finished(dtype, shape, opacity)
    document, layers = read(write(values))
    assert list(layers) == ["Original", "Paper", "Shadow", "Cutout", "Edge colour"]
    assert document.depth == np.dtype(dtype).itemsize * 8
    assert document.size == shape[::-1]
    assert np.abs(shown(document) - as_fraction(values.flat)).max() <= TOLERANCE
    np.testing.assert_allclose(document.numpy(), as_fraction(values.flat), atol=1e-6)


@pytest.mark.parametrize("dtype", DEPTHS)
def test_mask_is_white_on_the_subject_and_hiding_it_shows_the_photo(finished, dtype):
    values = finished(dtype)
    _, layers = read(write(values))
    cutout = layers["Cutout"]
    mask = cutout.numpy("mask")[..., 0]
    assert np.abs(mask - values.alpha).max() <= 0.5 / levels(values.image) + 1e-6
    assert cutout.mask.background_color == 0
    assert not cutout.mask.disabled
    np.testing.assert_allclose(cutout.numpy("color"), as_fraction(values.image), atol=1e-6)


def test_hiding_the_mask_in_the_document_shows_the_photo(finished):
    values = finished()
    document, layers = read(write(values))
    layers["Cutout"].remove_mask()
    layers["Edge colour"].visible = False
    np.testing.assert_allclose(shown(document), as_fraction(values.image), atol=1e-6)


@pytest.mark.parametrize("dtype", DEPTHS)
def test_edge_colour_is_clipped_and_only_where_it_differs(finished, dtype):
    values = finished(dtype)
    _, layers = read(write(values))
    edge = layers["Edge colour"]
    assert edge.clipping
    assert list(layers["Cutout"].clip_layers) == [edge]
    seen = np.zeros(values.alpha.shape, bool)
    seen[edge.top : edge.bottom, edge.left : edge.right] = edge.numpy("shape")[..., 0] > 0
    visible = np.round(values.alpha * levels(values.image)) > 0
    np.testing.assert_array_equal(seen, (values.image != values.foreground).any(axis=2) & visible)
    assert seen.any()
    inside = as_fraction(values.foreground)[seen]
    colours = edge.numpy("color")[edge.numpy("shape")[..., 0] > 0]
    np.testing.assert_allclose(colours, inside, atol=1e-6)


def test_shadow_is_black_at_the_strength_of_the_map(finished):
    values = finished()
    _, layers = read(write(values))
    assert layers["Shadow"].numpy("color").max() == 0
    assert np.abs(layers["Shadow"].numpy("shape")[..., 0] - values.shadow).max() <= 0.5 / 255 + 1e-6


@pytest.mark.parametrize("dtype", DEPTHS)
def test_original_is_the_photo_exactly_where_only_cropped(finished, dtype):
    values = finished(dtype)
    big = freeze(cv2.copyMakeBorder(values.photo, 10, 20, 30, 40, cv2.BORDER_REFLECT))
    crop = np.array([[1, 0, -30], [0, 1, -10], [0, 0, 1.0]])
    _, layers = read(write(values, photo=big, geometry=crop))
    np.testing.assert_allclose(layers["Original"].numpy("color"), as_fraction(values.photo), atol=1e-6)
    assert not layers["Original"].visible
    shift = np.array([[1, 0, 7], [0, 1, 5], [0, 0, 1.0]])  # padded: the photo starts inside the canvas
    _, layers = read(write(values, geometry=shift))
    assert layers["Original"].offset == (7, 5)
    np.testing.assert_allclose(layers["Original"].numpy("color"), as_fraction(values.photo)[:-5, :-7], atol=1e-6)
    _, layers = read(write(values, geometry=np.array([[1, 0, 9999], [0, 1, 0], [0, 0, 1.0]])))
    assert layers["Original"].size == (0, 0)


@pytest.mark.parametrize("dtype", DEPTHS)
def test_original_is_carried_by_a_turn_and_clear_outside(finished, dtype):
    values = finished(dtype, (120, 90))
    quarter = np.array([[0, -1, 89], [1, 0, 15], [0, 0, 1.0]])  # a right angle: exact, so it can be compared
    _, layers = read(write(values, photo=freeze(np.ascontiguousarray(values.photo[:90])), geometry=quarter))
    original = layers["Original"]
    expected = np.rot90(as_fraction(values.photo)[:90], -1)
    np.testing.assert_allclose(original.numpy("color")[15:105, :90], expected, atol=1.5 / 255)
    opaque = original.numpy("shape")[..., 0]
    assert opaque[15:105].min() == 1
    assert opaque[:14].max() == 0
    assert opaque[106:].max() == 0


@pytest.mark.parametrize("dtype", DEPTHS)
def test_without_paper_the_file_shows_the_cutout_on_transparency(finished, dtype):
    values = finished(dtype)
    document, layers = read(write(values, flat=None, paper=None, shadow=None))
    assert list(layers) == ["Original", "Cutout", "Edge colour"]
    colour, _, opacity = composite(document, force=True)
    assert np.abs(opacity[..., 0] - values.alpha).max() <= TOLERANCE
    solid = values.alpha > 0.02
    assert np.abs(colour - as_fraction(values.foreground))[solid].max() <= TOLERANCE
    merged = np.asarray(
        Image.alpha_composite(Image.new("RGBA", document.size, "white"), document.topil().convert("RGBA"))
    )
    on_white = 1 + (as_fraction(values.foreground) - 1) * values.alpha[..., None]
    assert np.abs(merged[..., :3] / 255 - on_white).max() <= TOLERANCE


@pytest.mark.parametrize("dtype", DEPTHS)
def test_profile_resolution_and_note_are_inside(finished, dtype):
    document, _ = read(write(finished(dtype)))
    resources = document.image_resources
    assert resources.get_data(Resource.ICC_PROFILE) == SRGB
    assert resources.get_data(Resource.RESOLUTION_INFO).horizontal == 72 << 16  # fixed point, pixels an inch
    assert resources.get_data(Resource.VERSION_INFO).has_composite
    assert b"straight" in resources.get_data(Resource.XMP_METADATA)


def test_a_third_reader_sees_the_flat_picture(finished):
    values = finished()
    image = Image.open(io.BytesIO(write(values)))
    np.testing.assert_array_equal(np.array(image), values.flat)
    assert image.info["icc_profile"] == SRGB


@pytest.mark.parametrize("dtype", DEPTHS)
def test_our_own_reader_takes_it_back(finished, tmp_path, dtype):
    values = finished(dtype)
    (tmp_path / "a.psd").write_bytes(write(values))
    photo = load_image(path=str(tmp_path / "a.psd"), pixel_limit=10**6, params=Params())["photo"]
    np.testing.assert_array_equal(photo, values.flat)


@pytest.mark.parametrize("dtype", DEPTHS)
def test_the_same_values_give_the_same_bytes(finished, dtype):
    values = finished(dtype)
    assert write(values) == write(values)
