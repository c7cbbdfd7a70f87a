"""Fixed colours, one template, and text from outside that stays text."""

import tomllib
from pathlib import Path

import pytest

from workbench.charts import theme
from workbench.domain.records import LANES

ROOT = Path(__file__).resolve().parents[3]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("lane", LANES)
def test_the_letter_can_be_read_on_its_lane(lane) -> None:
    assert contrast(theme.LANE_INKS[lane], theme.LANE_COLOURS[lane]) >= 4.5


def test_every_lane_has_its_own_colour_and_letter() -> None:
    assert len(set(theme.LANE_COLOURS.values())) == len(set(theme.LANE_LETTERS.values())) == len(LANES)


@pytest.mark.parametrize("dark", [False, True])
def test_template_has_no_box_no_legend_and_zero_based_amounts(dark) -> None:
    layout = theme.template(dark).layout
    assert layout.showlegend is False
    assert layout.yaxis.rangemode == "tozero"
    assert layout.xaxis.showline is False and layout.yaxis.showline is False
    assert contrast(layout.font.color, layout.paper_bgcolor) >= 7
    assert contrast(theme.quiet(dark), layout.paper_bgcolor) >= 4.5


def test_charts_and_pages_share_one_accent_and_one_ground() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["theme"]["light"]["primaryColor"] == theme.ACCENT == "#2F6FDE"
    assert config["theme"]["light"]["backgroundColor"] == "#F7F7F6"
    for part in ("light", "dark"):
        look = config["theme"][part]
        assert look["secondaryBackgroundColor"] == theme.template(part == "dark").layout.paper_bgcolor
        assert contrast(look["textColor"], look["backgroundColor"]) >= 7
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["address"] == "127.0.0.1"


def test_text_from_outside_is_escaped() -> None:
    assert theme.outside_text('<b onmouseover="x">') == "&lt;b onmouseover=&quot;x&quot;&gt;"
