"""Photos of every kind come out upright, in sRGB and complete, or are refused with a reason."""

import io
import os
import pickle
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms, ImageOps

from pipeline.image import check_values
from pipeline.steps.load_image import Params, load_image
from workbench.domain.errors import PhotoRefused

BAD = Path(__file__).resolve().parents[2] / "faults" / "bad_inputs"
PROFILES = BAD / "profiles"
LIMIT = 100_000_000


def load(path, **params):
    values = load_image(path=str(path), pixel_limit=params.pop("pixel_limit", LIMIT), params=Params(**params))
    check_values(values, where="test")
    return values


def refusal(path, **params) -> str:
    with pytest.raises(PhotoRefused) as caught:
        load(path, **params)
    error = pickle.loads(pickle.dumps(caught.value))  # as it comes back from a worker
    assert error.where == Path(path).name
    assert error.allowed
    return error.found


@pytest.fixture
def picture() -> np.ndarray:
    """Smooth colours with fine noise, 90 x 70: no two corners alike."""
    y, x = np.mgrid[0:70, 0:90]
    smooth = np.stack([x * 2.5, y * 3, 255 - x - y], axis=-1)
    return np.clip(smooth + np.random.default_rng(7).normal(0, 3, smooth.shape), 0, 255).astype(np.uint8)


def encoded(picture: np.ndarray, kind: str, **options) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind, **options)
    return file.getvalue()


def written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("a.png", "PNG", {}),
        ("a.PNG", "PNG", {"compress_level": 0}),
        ("a.tif", "TIFF", {}),
        ("a.tiff", "TIFF", {"compression": "tiff_lzw"}),
        ("b.tif", "TIFF", {"compression": "tiff_adobe_deflate"}),
        ("c.tif", "TIFF", {"compression": "packbits"}),
        ("a.webp", "WEBP", {"lossless": True}),
        ("SKU.1234", "PNG", {}),
        ("no_ending", "PNG", {}),
    ],
)
def test_lossless_formats_keep_every_pixel(tmp_path, picture, name, kind, options):
    values = load(written(tmp_path, name, encoded(picture, kind, **options)))
    np.testing.assert_array_equal(values["photo"], picture)
    assert values["image"] is values["photo"]
    np.testing.assert_array_equal(values["geometry"], np.eye(3))
    source = values["source"]
    assert (source.width_px, source.height_px, source.bit_depth) == (90, 70, 8)
    assert not source.converted
    assert source.file_bytes == (tmp_path / name).stat().st_size


@pytest.mark.parametrize(
    "options", [{"quality": 95}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}]
)
def test_jpeg_decodes_as_pillow_does(tmp_path, picture, options):
    data = encoded(picture, "JPEG", **options)
    seen = load(written(tmp_path, "a.jpg", data))["photo"].astype(int)
    assert np.abs(seen - np.array(Image.open(io.BytesIO(data)), int)).max() <= 1


def test_grey_jpeg_has_three_equal_channels(tmp_path, picture):
    values = load(written(tmp_path, "a.jpg", encoded(picture[..., 0], "JPEG")))
    assert values["source"].colour_space == "grey"
    assert (values["photo"] == values["photo"][..., :1]).all()


def test_psd_gives_its_merged_picture():
    values = load(BAD / "pillow" / "hopper_merged.psd")
    np.testing.assert_array_equal(
        values["photo"], np.array(Image.open(BAD / "pillow" / "hopper_merged.psd").convert("RGB"))
    )
    assert values["source"].format == "PSD"


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP"), ("a.tif", "TIFF")])
def test_every_orientation_is_made_upright(tmp_path, picture, turn, name, kind):
    if kind == "TIFF":
        tifffile.imwrite(tmp_path / name, picture, photometric="rgb", extratags=[(274, 3, 1, turn, True)])
        data = (tmp_path / name).read_bytes()
    else:
        exif = Image.Exif()
        exif[0x0112] = turn
        data = encoded(picture, kind, exif=exif)
    values = load(written(tmp_path, name, data))
    expected = np.array(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    assert np.abs(values["photo"].astype(int) - expected).max() <= 1
    assert values["source"].exif_orientation == turn
    assert values["source"].height_px == (90 if turn > 4 else 70)


@pytest.mark.parametrize("turn", [0, 9, 4242])
def test_a_meaningless_orientation_counts_as_upright(tmp_path, picture, turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    assert load(written(tmp_path, "a.png", encoded(picture, "PNG", exif=exif)))["source"].exif_orientation == 1


def adobe_rgb_in_srgb(values: np.ndarray) -> np.ndarray:
    """Adobe RGB (1998) to sRGB from the published primaries, in floating point."""
    to_xyz = np.array(
        [[0.5767309, 0.1855540, 0.1881852], [0.2973769, 0.6273491, 0.0752741], [0.0270343, 0.0706872, 0.9911085]]
    )
    to_srgb = np.array(
        [[3.2404542, -1.5371385, -0.4985314], [-0.9692660, 1.8760108, 0.0415560], [0.0556434, -0.2040259, 1.0572252]]
    )
    linear = np.clip(values ** (563 / 256) @ (to_srgb @ to_xyz).T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def test_adobe_rgb_reaches_srgb_at_8_and_16_bits(tmp_path):
    deep = np.random.default_rng(3).integers(0, 65536, (64, 64, 3)).astype(np.uint16)
    icc = (PROFILES / "AdobeCompat-v2.icc").read_bytes()
    tifffile.imwrite(tmp_path / "deep.tif", deep, photometric="rgb", iccprofile=icc)
    values = load(tmp_path / "deep.tif")
    assert values["photo"].dtype == np.uint16
    assert values["source"].bit_depth == 16
    assert values["source"].converted
    error = np.abs(values["photo"] / 65535 - adobe_rgb_in_srgb(deep / 65535)) * 255
    assert error.max() < 0.5  # the profile's own rounding; a coarse 16-bit table is off by up to 21
    shallow = (deep >> 8).astype(np.uint8)
    values = load(written(tmp_path, "shallow.png", encoded(shallow, "PNG", icc_profile=icc)))
    assert values["photo"].dtype == np.uint8
    assert np.abs(values["photo"] / 255 - adobe_rgb_in_srgb(shallow / 255)).max() * 255 < 1.01


@pytest.mark.parametrize("profile", ["AdobeCompat-v2", "DisplayP3-v2-magic", "ProPhoto-v4"])
def test_wide_gamut_agrees_with_another_colour_engine(tmp_path, picture, profile):
    icc = (PROFILES / f"{profile}.icc").read_bytes()
    values = load(written(tmp_path, "a.png", encoded(picture, "PNG", icc_profile=icc)))
    expected = ImageCms.profileToProfile(
        Image.fromarray(picture), io.BytesIO(icc), ImageCms.createProfile("sRGB"), ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
    assert np.abs(values["photo"].astype(int) - np.array(expected, int)).max() <= 1
    assert values["source"].converted
    assert values["source"].icc_description


def test_an_srgb_profile_changes_nothing(tmp_path, picture):
    icc = (PROFILES / "sRGB-v4.icc").read_bytes()
    values = load(written(tmp_path, "a.png", encoded(picture, "PNG", icc_profile=icc)))
    np.testing.assert_array_equal(values["photo"], picture)
    assert values["source"].icc_description == "sRGB"
    assert not values["source"].converted


def test_a_damaged_or_foreign_profile_is_left_out_and_recorded(tmp_path, picture):
    for name, icc in (("junk", b"not a profile" * 20), ("grey", (PROFILES / "sGrey-v2-magic.icc").read_bytes())):
        values = load(written(tmp_path, f"{name}.png", encoded(picture, "PNG", icc_profile=icc)))
        np.testing.assert_array_equal(values["photo"], picture)
        assert "profile" in values["source"].icc_problem
        assert not values["source"].converted


def test_cmyk_without_a_profile_is_read_as_coated_paper(tmp_path):
    inks = np.zeros((64, 320, 4), np.uint8)
    for n in range(4):
        inks[:, 64 * (n + 1) : 64 * (n + 2), n] = 255
    file = io.BytesIO()
    Image.fromarray(inks, "CMYK").save(file, "JPEG", quality=100)
    tifffile.imwrite(tmp_path / "a.tif", inks, photometric="separated")
    for path in (written(tmp_path, "a.jpg", file.getvalue()), tmp_path / "a.tif"):
        values = load(path)
        assert values["source"].colour_space == "CMYK"
        assert values["source"].converted
        paper, cyan, magenta, yellow, black = (values["photo"][32, 32 + 64 * n].astype(int) for n in range(5))
        assert (paper >= 254).all()
        assert cyan.argmin() == 0
        assert magenta.argmin() == 1
        assert yellow.argmin() == 2
        assert black.max() < 60


def test_cmyk_profile_is_applied():
    plain = load(BAD / "twelvemonkeys" / "jpeg__jfif-cmyk-invalid-icc-profile-srgb.jpg")["source"]
    assert "RGB" in plain.icc_problem
    name = "jpeg__warning-embedded-color-profile-invalid-ignored-cmyk.jpg"
    assert load(BAD / "twelvemonkeys" / name)["source"].icc_description.startswith("SWOP")


def test_16_bits_stay_16_bits(tmp_path):
    deep = np.random.default_rng(3).integers(0, 65536, (64, 48, 3)).astype(np.uint16)
    for name, options in (
        ("a.tif", {}),
        ("b.tif", {"compression": "zlib", "predictor": True}),
        ("c.tif", {"tile": (32, 32)}),
    ):
        tifffile.imwrite(tmp_path / name, deep, photometric="rgb", **options)
        np.testing.assert_array_equal(load(tmp_path / name)["photo"], deep)
    tifffile.imwrite(
        tmp_path / "d.tif", deep.transpose(2, 0, 1), photometric="rgb", planarconfig="separate", byteorder=">"
    )
    np.testing.assert_array_equal(load(tmp_path / "d.tif")["photo"], deep)
    raw = b"".join(b"\0" + row.tobytes() for row in deep.astype(">u2"))
    values = load(written(tmp_path, "a.png", png(48, 64, raw, depth=16)))
    np.testing.assert_array_equal(values["photo"], deep)


def test_transparency_is_laid_on_white(tmp_path, picture):
    alpha = np.linspace(0, 255, 90).astype(np.uint8)[None].repeat(70, 0)
    straight = np.dstack([picture, alpha])
    expected = picture * (alpha[..., None] / 255) + 255 - alpha[..., None].astype(float)
    multiplied = np.dstack([(picture * (alpha[..., None] / 255) + 0.5).astype(np.uint8), alpha])
    tifffile.imwrite(tmp_path / "straight.tif", straight, photometric="rgb", extrasamples=["unassalpha"])
    tifffile.imwrite(tmp_path / "multiplied.tif", multiplied, photometric="rgb", extrasamples=["assocalpha"])
    written(tmp_path, "a.png", encoded(straight, "PNG"))
    written(tmp_path, "a.webp", encoded(straight, "WEBP", lossless=True, exact=True))
    for name in ("a.png", "a.webp", "straight.tif", "multiplied.tif"):
        values = load(tmp_path / name)
        assert np.abs(values["photo"] - expected).max() <= 1, name
        assert values["source"].had_alpha


def test_a_tiff_with_a_thumbnail_is_one_picture(tmp_path, picture):
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(picture, photometric="rgb")
        file.write(picture[::4, ::4], photometric="rgb", subfiletype=1)
    np.testing.assert_array_equal(load(tmp_path / "a.tif")["photo"], picture)


def png(width: int, height: int, raw: bytes, *, depth: int = 8, extra: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), extra, chunk(b"IDAT", zlib.compress(raw)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def test_what_is_no_photo_file_is_refused(tmp_path):
    assert "empty" in refusal(written(tmp_path, "a.jpg", b""))
    assert "cannot be read" in refusal(tmp_path / "missing.jpg")
    (tmp_path / "folder.jpg").mkdir()
    assert "directory" in refusal(tmp_path / "folder.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    assert "not a file" in refusal(tmp_path / "pipe.jpg")
    assert "MB" in refusal(written(tmp_path, "heavy.png", bytes(1_000_001)), max_file_mb=1)
    with pytest.raises(PhotoRefused):
        load("zero\0byte.jpg")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_refused(tmp_path, picture):
    path = written(tmp_path, "a.png", encoded(picture, "PNG"))
    path.chmod(0)
    assert "cannot be read" in refusal(path)


def test_other_formats_are_refused_by_name(tmp_path, picture):
    for kind, name in (("GIF", "a.gif"), ("BMP", "a.bmp"), ("TGA", "a.tga"), ("ICO", "a.ico"), ("AVIF", "a.avif")):
        found = refusal(written(tmp_path, name, encoded(picture, kind)))
        assert found == f"unsupported kind of photo: {kind}"
    assert "unknown content" in refusal(written(tmp_path, "notes", b"hello, this is no photo" * 9))


def test_a_name_that_lies_is_refused_with_both_formats(tmp_path, picture):
    found = refusal(written(tmp_path, "a.jpg", encoded(picture, "PNG")))
    assert "JPEG" in found
    assert "PNG" in found
    assert "GIF" in refusal(written(tmp_path, "b.png", encoded(picture, "GIF")))
    assert "mis-named" in refusal(written(tmp_path, "c.txt", encoded(picture, "PNG")))
    assert "mis-named" in refusal(written(tmp_path, "d.tif", b"hello, this is no photo" * 9))


def test_several_pictures_in_one_file_are_refused(tmp_path, picture):
    frames = {"save_all": True, "append_images": [Image.fromarray(255 - picture)]}
    for kind, name in (("PNG", "a.png"), ("WEBP", "a.webp"), ("TIFF", "a.tif")):
        assert "more than one picture" in refusal(written(tmp_path, name, encoded(picture, kind, **frames)))
    assert "GIF" in refusal(written(tmp_path, "a.gif", encoded(picture, "GIF", **frames)))


def test_size_is_judged_before_decoding(tmp_path, picture):
    huge = written(tmp_path, "huge.png", png(60_000, 60_000, bytes(100)))
    assert refusal(huge) == "too large: 60000 x 60000 px"
    fine = written(tmp_path, "fine.png", encoded(picture, "PNG"))
    assert refusal(fine, pixel_limit=90 * 70 - 1) == "too large: 90 x 70 px"
    assert load(fine, pixel_limit=90 * 70)["photo"].shape == (70, 90, 3)
    assert refusal(fine, min_side_px=71) == "too small: 90 x 70 px"


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.5])
def test_floating_point_is_refused(tmp_path, bad):
    tifffile.imwrite(tmp_path / "a.tif", np.full((64, 64, 3), bad, np.float32), photometric="rgb")
    assert "floating-point" in refusal(tmp_path / "a.tif")


def test_a_psd_without_a_merged_picture_is_refused():
    assert "without a merged picture" in refusal(BAD / "twelvemonkeys" / "psd__jugware-icon.psd")


def tiff(picture: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, picture, photometric="rgb", rowsperstrip=16, **options)
    return file.getvalue()


WHOLE = {
    "baseline.jpg": lambda p: encoded(p, "JPEG"),
    "progressive.jpg": lambda p: encoded(p, "JPEG", progressive=True),
    "cmyk.jpg": lambda p: cmyk(p),
    "8.png": lambda p: encoded(p, "PNG"),
    "16.png": lambda p: png(90, 70, b"".join(b"\0" + r.tobytes() for r in (p.astype(">u2") * 257)), depth=16),
    "plain.tif": tiff,
    "lzw.tif": lambda p: tiff(p, compression="lzw"),
    "deflate.tif": lambda p: tiff(p, compression="zlib"),
    "packbits.tif": lambda p: tiff(p, compression="packbits"),
    "jpeg.tif": lambda p: tiff(p, compression="jpeg"),
    "lossy.webp": lambda p: encoded(p, "WEBP"),
    "lossless.webp": lambda p: encoded(p, "WEBP", lossless=True),
    "a.psd": lambda p: (BAD / "pillow" / "hopper_merged.psd").read_bytes(),
}


def cmyk(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).convert("CMYK").save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize("name", WHOLE)
def test_a_cut_file_is_never_filled_in(tmp_path, picture, name):
    data = WHOLE[name](picture)
    assert load(written(tmp_path, name, data))["photo"].ndim == 3
    for kept in {int(len(data) * share) for share in np.linspace(0.01, 0.99, 40)} | {len(data) - 2}:
        refusal(written(tmp_path, name, data[:kept]))


@pytest.mark.parametrize("name", ["baseline.jpg", "progressive.jpg", "cmyk.jpg"])
def test_a_jpeg_with_a_hole_is_refused_though_it_ends_well(tmp_path, picture, name, capfd):
    large = picture.repeat(8, 0).repeat(8, 1) // 2 + np.random.default_rng(1).integers(0, 120, (560, 720, 3), np.uint8)
    data = WHOLE[name](large)
    refusal(written(tmp_path, name, data[: len(data) // 2] + b"\xff\xd9"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", WHOLE)
def test_flipped_bytes_give_a_picture_or_a_refusal_and_no_noise(tmp_path, picture, name, capfd):
    data = WHOLE[name](picture)
    random = np.random.default_rng(11)
    outcomes = set()
    for _ in range(60):
        hurt = bytearray(data)
        for at in random.integers(0, len(data), 3):
            hurt[at] = random.integers(0, 256)
        try:
            load(written(tmp_path, name, bytes(hurt)))
            outcomes.add("picture")
        except PhotoRefused:
            outcomes.add("refusal")
    assert "refusal" in outcomes
    assert capfd.readouterr() == ("", "")


def test_bombs_in_metadata_cost_nothing(tmp_path):
    rows = bytes(40 * 121)
    packed = zlib.compress(bytes(200_000_000), 9)
    entries = b"".join(struct.pack("<HHII", n, 1, 1_000_000, 0) for n in range(60_000) if n != 0x0112)
    exif = b"II*\0\x08\0\0\0" + struct.pack("<H", 59_999) + entries + bytes(1_000_000)
    for name, extra in (("iCCP", b"x\0\0" + packed), ("zTXt", b"x\0\0" + packed), ("eXIf", exif)):
        values = load(written(tmp_path, f"{name}.png", png(40, 40, rows, extra=chunk(name.encode(), extra))))
        assert values["photo"].shape == (40, 40, 3)
    assert "not a file" in refusal("/dev/zero")


def test_a_jpeg_of_thousands_of_scans_is_refused(tmp_path, picture):
    data = encoded(picture, "JPEG", progressive=True)
    scan = data[data.rfind(b"\xff\xda") : -2]
    assert "scans" in refusal(written(tmp_path, "a.jpg", data[:-2] + scan * 2000 + b"\xff\xd9"))
