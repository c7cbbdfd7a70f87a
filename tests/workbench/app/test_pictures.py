"""What the browser is shown: upright, sRGB, small, made once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from plotly.colors import sample_colorscale

from workbench.app import pictures


def save(path: Path, pixels: np.ndarray, **how) -> Path:
    Image.fromarray(pixels).save(path, **how)
    return path


def half_and_half(height: int = 60, width: int = 100) -> np.ndarray:
    """Left red, right blue."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2, 0] = 255
    pixels[:, width // 2 :, 2] = 255
    return pixels


def test_a_small_copy_fits_and_keeps_the_shape(tmp_path: Path, sample_dir: Path, sample_rows) -> None:
    source = sample_dir / sample_rows[0]["path"]
    with Image.open(source) as photo:
        ratio = photo.width / photo.height
    made = pictures.small_copy(source, tmp_path, "a" * 64, pictures.SMALL_PX)
    with Image.open(made) as small:
        assert max(small.size) == pictures.SMALL_PX
        assert small.width / small.height == pytest.approx(ratio, rel=0.01)
        assert small.format == "WEBP"


def test_a_small_photo_is_never_enlarged(tmp_path: Path) -> None:
    source = save(tmp_path / "s.png", half_and_half())
    with Image.open(pictures.small_copy(source, tmp_path, "b" * 64, pictures.SMALL_PX)) as small:
        assert small.size == (100, 60)


def test_it_is_made_once(tmp_path: Path) -> None:
    source = save(tmp_path / "s.png", half_and_half())
    first = pictures.small_copy(source, tmp_path, "c" * 64, 96)
    changed = first.stat().st_mtime_ns
    source.unlink()
    assert pictures.small_copy(source, tmp_path, "c" * 64, 96) == first
    assert first.stat().st_mtime_ns == changed
    assert [p.name for p in first.parent.iterdir()] == [first.name], "no part is left behind"


def test_transparent_parts_stay_transparent(tmp_path: Path) -> None:
    pixels = np.dstack([half_and_half(400, 400), np.tile(np.linspace(0, 255, 400), (400, 1)).astype(np.uint8)])
    with Image.open(pictures.small_copy(save(tmp_path / "c.png", pixels), tmp_path, "d" * 64, 96)) as small:
        alpha = np.asarray(small.convert("RGBA"))[..., 3]
    assert small.mode == "RGBA"
    assert alpha[:, 0].max() < 8 and alpha[:, -1].min() > 247


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    source = save(tmp_path / "turned.jpg", half_and_half(), exif=exif, quality=95)
    shown = pictures.open_photo(source)
    assert shown.size == (60, 100)
    top, bottom = shown.getpixel((30, 10)), shown.getpixel((30, 90))
    assert top[0] > 200 and bottom[2] > 200
    assert pictures.upright_size(source, 0) == (60, 100)


def test_a_foreign_profile_is_converted(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    plain = save(tmp_path / "plain.png", np.full((8, 8, 3), 120, np.uint8), icc_profile=lab.tobytes())
    assert pictures.open_photo(plain).getpixel((0, 0)) == (120, 120, 120), "sRGB is left alone"
    assert pictures.shown_photo(plain, tmp_path, "e" * 64) == (plain, "image/png")


def test_what_browsers_cannot_open_becomes_a_jpeg(tmp_path: Path) -> None:
    deep = half_and_half().astype(np.uint16) * 257
    import tifffile

    tifffile.imwrite(tmp_path / "deep.tif", deep, photometric="rgb")
    shown, media_type = pictures.shown_photo(tmp_path / "deep.tif", tmp_path, "f" * 64)
    assert media_type == "image/jpeg"
    with Image.open(shown) as made:
        assert made.size == (100, 60)
        assert made.getpixel((10, 30))[0] > 240 and made.getpixel((90, 30))[2] > 240


def test_viridis_keeps_every_level(tmp_path: Path) -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    made = pictures.viridis_copy(save(tmp_path / "g.png", levels), tmp_path, "0" * 64)
    with Image.open(made) as map_:
        assert np.array_equal(np.asarray(map_), levels), "the palette index is the level"
        colours = np.asarray(map_.convert("RGB")).reshape(-1, 3)
    ends = [[int(float(v)) for v in c[4:-1].split(",")] for c in sample_colorscale("Viridis", [0.0, 1.0])]
    assert colours[0] == pytest.approx(ends[0], abs=1) and colours[-1] == pytest.approx(ends[1], abs=1)
    light = colours @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(light) > -0.6).all(), "it only gets lighter"


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a" * 64 + ".png/../x", "A" * 64 + ".png", "a" * 63 + ".png", "a" * 64, "a" * 64 + ".p g", ""],
)
def test_only_our_names_are_files(tmp_path: Path, name: str) -> None:
    assert pictures.artefact_file(tmp_path, name) is None


def test_our_names_are_found(tmp_path: Path) -> None:
    name = hashlib.sha256(b"x").hexdigest() + ".alpha.png"
    (tmp_path / "artefacts" / name[:2]).mkdir(parents=True)
    (tmp_path / "artefacts" / name[:2] / name).write_bytes(b"x")
    assert pictures.artefact_file(tmp_path, name) == tmp_path / "artefacts" / name[:2] / name


def test_damage_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 not really")
    with pytest.raises(OSError, match="Truncated"):
        pictures.small_copy(tmp_path / "bad.jpg", tmp_path, "1" * 64, 96)
