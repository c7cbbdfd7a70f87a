"""A month on one page: its figures are the lake's, it holds everything itself, and text from outside stays text."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.workbench.metrics.conftest import Book
from workbench import lake
from workbench.domain.errors import LakeError, UsageError
from workbench.jobs.month_figures import month_bounds
from workbench.jobs.monthly_report import write_monthly_report

OCTOBER = datetime(2026, 10, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def filled(settings):
    """Forty images in September, forty in October, of which four and twelve were sent back; one in November."""
    with lake.open(settings) as store:
        book = Book(store)
        for month, sent_back in ((OCTOBER - 30 * DAY, 4), (OCTOBER, 12)):
            for n in range(40):
                image = book.image(
                    f"{month:%m}-{n}", lane="check" if n % 2 else "auto", received_at=month, at=month + DAY,
                    category="<b>sheer</b>" if n % 4 == 0 else "apparel",
                )  # fmt: skip
                verdict = "rework" if n < sent_back else "approved"
                book.verdict(image, verdict, at=month + 2 * DAY, active_seconds=60, reasons=("<i>halo</i>",))
        book.image("later", lane="auto", received_at=OCTOBER + 30 * DAY, at=OCTOBER + 30 * DAY)
    return settings


def card(text, label):
    return re.search(rf'<div class="card"><small>{re.escape(label)}</small><b>([^<]*)</b>(.*?)</div>', text)


def test_figures_targets_and_changes(filled, tmp_path):
    path = write_monthly_report(filled, month="2026-10", out=tmp_path / "report.html")
    text = path.read_text(encoding="utf-8")
    assert card(text, "Images processed")[1] == "40"
    rework = card(text, "First-pass rework rate")
    assert rework[1] == "30.0%"
    assert "n = 40, 95% interval" in rework[2]
    assert "target ≤ 8%: missed" in rework[2] and "+20.0 points against the month before" in rework[2]
    # 40 verdicts of a minute at 28 an hour; every second round is none here
    assert card(text, "Cost per approved image")[1] == f"€{40 * 28 / 60 / 28:.2f}"
    assert "<svg" in text


def test_it_needs_nothing_from_outside_and_runs_nothing(filled, tmp_path):
    text = write_monthly_report(filled, month="2026-10", out=tmp_path / "r.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|<script|<link|<img|@import|url\(", text)
    assert "<b>sheer</b>" not in text and "&lt;b&gt;sheer&lt;/b&gt;" in text
    assert "<i>halo</i>" not in text and "&lt;i&gt;halo&lt;/i&gt;" in text


def test_a_month_without_images_says_so(filled, tmp_path):
    text = write_monthly_report(filled, month="2026-01", out=tmp_path / "r.html").read_text(encoding="utf-8")
    assert card(text, "First-pass rework rate")[1] == "no data"
    assert card(text, "Cost per approved image")[1] == "–"


def test_few_images_have_no_bare_percentage(filled, tmp_path):
    path = write_monthly_report(filled, month="2026-10", out=tmp_path / "r.html", filters={"category": "<b>sheer</b>"})
    found = card(path.read_text(encoding="utf-8"), "First-pass rework rate")
    assert found[1] == "3 of 10", "images 0, 4 and 8 of those with a number divided by four"
    assert "points" not in found[2] and "target" not in found[2]


@pytest.mark.parametrize("month", ["2026-13", "october", "", None, "26-10", "2999-01"])
def test_what_is_no_month_is_refused(month):
    with pytest.raises(UsageError):
        month_bounds(month)


def test_december_ends_with_the_year():
    assert month_bounds("2025-12") == (datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))


def test_nowhere_to_write_is_said(filled, tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        write_monthly_report(filled, month="2026-10", out=tmp_path / "absent" / "r.html")


def test_without_a_lake_there_is_no_report(settings, tmp_path):
    with pytest.raises(LakeError):
        write_monthly_report(settings, month="2026-10", out=tmp_path / "r.html")
