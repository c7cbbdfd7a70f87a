"""``workbench rates``, ``cost``, ``impact`` and ``report`` as a terminal sees them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workbench.metrics.conftest import MONDAY, Book
from workbench import lake
from workbench.operations.rates import SHIPPED

ROOT = Path(__file__).parents[2]


def command(*words):
    return subprocess.run(
        [sys.executable, "-m", "workbench.cli", *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop") / "ws"
    with lake.open(folder) as store:
        book = Book(store)
        event = book.event("load_image", MONDAY, 1.0, core=10.0)
        image = book.image("a", lane="manual", brand="b1", received_at=MONDAY, events=[event], engine="classical")
        book.verdict(image, "approved", at=MONDAY, active_seconds=225)
        book.image("b", lane="auto", brand="b2", received_at=MONDAY)
    return folder


def test_costs_by_lane_with_the_rates_named(shop):
    done = command("cost", "--by", "lane", "--format", "json", "--workspace", shop)
    rows = {row["lane"]: row for row in json.loads(done.stdout)}
    assert rows["manual"]["labour"] == pytest.approx(2.0)  # 225 s at 32 an hour
    assert rows["manual"]["compute"] == pytest.approx(0.00014)
    assert "EUR; computed now with shipped rates, " in done.stderr
    assert json.loads(command("cost", "--brand", "b2", "--format", "json", "--workspace", shop).stdout)[0]["images"] == 1
    wrong = command("cost", "--by", "lanes", "--workspace", shop)
    assert wrong.returncode == 2 and "did you mean 'lane'?" in wrong.stderr


def test_bad_rates_are_named_with_their_line(tmp_path, shop):
    bad = tmp_path / "bad.toml"
    bad.write_text(SHIPPED.read_text(encoding="utf-8").replace("32.00", "-1"), encoding="utf-8")
    for words in (("rates", "check", bad), ("cost", "--rates", bad, "--workspace", shop)):
        done = command(*words)
        assert done.returncode == 2
        assert "bad.toml:14: per_hour is -1; allowed: a number from 0" in done.stderr
    assert "is fine" in command("rates", "check", SHIPPED).stdout


def test_reports_take_the_same_filters(shop):
    done = command("report", "images_by_lane", "--brand", "b1", "--policy", "first@1", "--format", "json", "--workspace", shop)
    assert json.loads(done.stdout) == [{"lane": "manual", "images": 1}]
    turnaround = json.loads(command("report", "turnaround", "--format", "json", "--workspace", shop).stdout)
    assert [row["hours_are"] for row in turnaround] == ["calendar", "working"], "both, by the shop's own hours"
    assert turnaround[0]["target_hours"] == 24


def test_page_results_with_faults_store_nothing(tmp_path, shop):
    pages = tmp_path / "pages.csv"
    pages.write_text("sku,image_version,day,views,add_to_cart\nA,old,2026-01-01,10,11\n", encoding="utf-8")
    done = command("impact", "import", pages, "--workspace", shop)
    assert done.returncode == 2
    assert "row 2, add_to_cart: found 11, which is above views (10); allowed: at most views" in done.stderr
    pages.write_text("sku,image_version,day,views,add_to_cart\nA,old,2026-01-01,10,1\n", encoding="utf-8")
    assert "1 rows of 1 products, 1 of them new" in command("impact", "import", pages, "--workspace", shop).stdout
    assert "needs 10 products with each version" in command("impact", "show", "--workspace", shop).stdout


def test_a_month_is_written_and_named(tmp_path, shop):
    done = command("report", "monthly", "--month", "2026-03", "--out", tmp_path / "m.html", "--workspace", shop)
    assert done.returncode == 0 and Path(done.stdout.strip()).read_text(encoding="utf-8").startswith("<!doctype html>")
    assert command("report", "monthly", "--month", "2026-3", "--workspace", shop).returncode == 2
