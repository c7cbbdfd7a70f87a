"""What the photo file was before it became an sRGB picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a retoucher asks about a file that looks odd: its format, depth, colours, and what was done to them.

    ``width_px`` and ``height_px`` are after EXIF orientation. ``bit_depth`` is the file's per channel; the
    picture is 16 bit where it is 16, else 8. ``colour_space`` is how the file keeps its pixels. ``icc_problem``
    says why an embedded profile was left out (its colours were then read as if it had none). ``converted`` is
    true when pixel values were changed to reach sRGB. ``had_alpha``: transparency was laid on white.
    """

    format: str  # "JPEG", "PNG", "TIFF", "WebP", "PSD"
    width_px: int
    height_px: int
    bit_depth: int
    colour_space: str  # "RGB", "grey", "CMYK", "palette"
    exif_orientation: int  # 1 to 8 as EXIF counts them; 1 is upright
    icc_description: str | None
    icc_problem: str | None
    converted: bool
    had_alpha: bool
    file_bytes: int
