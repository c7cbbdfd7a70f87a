"""Place, serial numbers and owner stay in the house; the pixels do not change."""

import io

import numpy as np
import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

from pipeline.colour_profiles import SRGB
from pipeline.open_photo import open_photo
from pipeline.stripped_photo import facts_in, stripped_photo
from workbench.domain.errors import PhotoRefused

SECRETS = (b"SN-4711", b"Ann Owner", b"LENS-99", b"GPSplace", b"Agency Ltd", b"my-maker-note")


def private_exif(turned):
    exif = Image.Exif()
    exif[0x0112], exif[0x013B], exif[0x8298] = turned, "Ann Owner", "Agency Ltd"
    camera = exif.get_ifd(0x8769)
    camera[0xA431], camera[0xA430], camera[0xA435], camera[0x927C] = "SN-4711", "Ann Owner", "LENS-99", b"my-maker-note"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[27] = "N", (TiffImagePlugin.IFDRational(52), 31, 0), b"GPSplace"
    return exif


@pytest.fixture
def picture():
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 80, 3), dtype=np.uint8))


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_keeps_its_pixels_profile_and_turn(tmp_path, picture, progressive):
    path = tmp_path / "photo.jpg"
    picture.save(path, exif=private_exif(6), icc_profile=SRGB, progressive=progressive, comment=b"Ann Owner",
                 xmp=b"<x:xmpmeta>Ann Owner</x:xmpmeta>", restart_marker_blocks=3)  # fmt: skip
    path.write_bytes(path.read_bytes() + b"\xff\xd8 a second picture behind the end SN-4711")
    sent = stripped_photo(str(path), mark="img 7/1", pixel_limit=10**7)
    assert not [word for word in SECRETS if word in sent.data]
    assert facts_in(sent.data) == {"icc": True, "exif": True, "xmp": True, "private": False}
    assert facts_in(path.read_bytes())["private"]
    (tmp_path / "sent.jpg").write_bytes(sent.data)
    before, after = (open_photo(str(p), pixel_limit=10**7) for p in (path, tmp_path / "sent.jpg"))
    assert before.shape == (80, 60, 3) and np.array_equal(before, after)
    assert sent.mark == "img71" and b"<dc:identifier>img71<" in sent.data


def test_a_png_likewise(tmp_path, picture):
    path = tmp_path / "photo.png"
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Ann Owner")
    text.add_itxt("XML:com.adobe.xmp", "<x>SN-4711</x>")
    picture.save(path, exif=private_exif(8), icc_profile=SRGB, pnginfo=text)
    sent = stripped_photo(str(path), mark="a", pixel_limit=10**7)
    assert not [word for word in SECRETS if word in sent.data]
    assert facts_in(sent.data) == {"icc": True, "exif": True, "xmp": True, "private": False}
    (tmp_path / "sent.png").write_bytes(sent.data)
    before, after = (open_photo(str(p), pixel_limit=10**7) for p in (path, tmp_path / "sent.png"))
    assert before.shape == (80, 60, 3) and np.array_equal(before, after)


def test_other_formats_become_an_upright_png(tmp_path, picture):
    path = tmp_path / "photo.webp"
    picture.save(path, exif=private_exif(6), lossless=True)
    sent = stripped_photo(str(path), mark="a", pixel_limit=10**7)
    assert sent.name == "photo.png" and not [word for word in SECRETS if word in sent.data]
    assert Image.open(io.BytesIO(sent.data)).size == (60, 80)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_cut_off_jpeg_is_refused(tmp_path, picture, share):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG")
    (tmp_path / "half.jpg").write_bytes(buffer.getvalue()[: int(len(buffer.getvalue()) * share)])
    with pytest.raises(PhotoRefused, match="truncated"):
        stripped_photo(str(tmp_path / "half.jpg"), mark="a", pixel_limit=10**7)
