"""The image page in a real browser: everything about one image, at the edge that matters."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from pipeline.spec import load_spec
from workbench import lake

from .conftest import HOSTILE_SKU, PHOTOS


@pytest.fixture(scope="module")
def known(workspace: Path) -> dict[str, dict]:
    """Whole result rows by image id."""
    with lake.open(workspace, read_only=True) as store:
        rows = store.images(limit=100).to_dicts()
        return {row["image_id"]: store.results_of(row["set_id"], row["image_id"]).row(0, named=True) for row in rows}


def open_image(page: Page, app: str, image_id: str, query: str = "") -> None:
    page.goto(f"{app}/image?image={image_id}{query}")
    page.locator(".ba-stage").wait_for()
    expect(page.locator(".ba-wait")).to_be_hidden()


def state(page: Page, name: str) -> str:
    return page.locator(".ba").get_attribute(f"data-{name}") or ""


def test_it_opens_at_the_worst_edge_with_before_and_after(page: Page, app: str, known: dict, shot) -> None:
    open_image(page, app, PHOTOS[3])
    assert state(page, "side") == "split"
    placed = {
        (check["worst_x"], check["worst_y"])
        for check in known[PHOTOS[3]]["checks"]
        if check["worst_x"] is not None and check["limit"]
    }
    if placed:
        assert state(page, "zoom") == "200%"
        x, y = (int(part) for part in state(page, "centre").split(","))
        assert any(abs(x - px) <= 1 and abs(y - py) <= 1 for px, py in placed)
    else:
        assert state(page, "zoom") == "Whole"
    for tag in ("Before", "Flat"):
        expect(page.locator(".ba-tag", has_text=tag)).to_be_visible()
    shot("image")


def test_before_lies_over_after(page: Page, app: str, known: dict) -> None:
    """The photo's corners land where the recorded geometry says, on screen."""
    open_image(page, app, PHOTOS[1])
    row = known[PHOTOS[1]]
    a, b, c, d, e, f = row["geometry"][:6]
    found = page.locator(".ba").evaluate(
        """root => {
            const stage = root.querySelector('.ba-stage').getBoundingClientRect();
            const matrix = element => new DOMMatrix(getComputedStyle(element).transform);
            const to = matrix(root.querySelector('.ba-photo')), flat = matrix(root.querySelector('.ba-picture'));
            return [[0.5, 0.5], [200.5, 100.5]].map(([x, y]) => {
                const p = new DOMPoint(x, y).matrixTransform(to), q = flat.inverse().transformPoint(p);
                return [q.x, q.y];
            });
        }"""
    )
    for (sx, sy), (x, y) in zip(((0, 0), (200, 100)), found, strict=True):
        assert x == pytest.approx(a * sx + b * sy + c + 0.5, abs=0.02)
        assert y == pytest.approx(d * sx + e * sy + f + 0.5, abs=0.02)


def test_the_divider_moves(page: Page, app: str) -> None:
    open_image(page, app, PHOTOS[1])
    box = page.locator(".ba-divider").bounding_box()
    stage = page.locator(".ba-stage").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.25, box["y"] + 100, steps=5)
    page.mouse.up()
    assert float(state(page, "divide")) == pytest.approx(0.25, abs=0.01)
    clip = page.locator(".ba-before").evaluate("e => e.style.clipPath")
    assert clip.startswith("inset(")


def test_keys_toggle_zoom_and_move_on(page: Page, app: str, known: dict) -> None:
    open_image(page, app, PHOTOS[1], "&sort=sku-up&outcome=done")
    page.keyboard.press(" ")
    assert state(page, "side") == "before"
    page.keyboard.press(" ")
    assert state(page, "side") == "after"
    zoom = state(page, "zoom")
    page.keyboard.press("+")
    assert state(page, "zoom") != zoom
    page.keyboard.press("-")
    assert state(page, "zoom") == zoom
    skus = sorted((row["sku"].lower(), key) for key, row in known.items() if row["outcome"] == "done")
    place = [key for _, key in skus].index(PHOTOS[1])
    key, step = ("ArrowRight", 1) if place + 1 < len(skus) else ("ArrowLeft", -1)
    page.keyboard.press(key)
    page.wait_for_function(f"location.search.includes('image={skus[place + step][1]}')")
    assert parse_qs(urlsplit(page.url).query)["sort"] == ["sku-up"]


def test_whole_picture_and_pan(page: Page, app: str) -> None:
    open_image(page, app, PHOTOS[1])
    page.get_by_role("radio", name="Whole").click()
    assert state(page, "zoom") == "Whole"
    page.get_by_role("radio", name="400%").click()
    before = state(page, "centre")
    stage = page.locator(".ba-stage").bounding_box()
    x, y = stage["x"] + stage["width"] * 0.75, stage["y"] + stage["height"] * 0.5
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 40, steps=4)
    page.mouse.up()
    (x0, y0), (x1, y1) = ([int(n) for n in text.split(",")] for text in (before, state(page, "centre")))
    assert (x1 < x0 or x0 == 0) and (y1 < y0 or y0 == 0)
    assert (x0 - x1, y0 - y1) != (0, 0)


@pytest.mark.parametrize("layer", ["Flat", "Cutout", "Alpha", "Confidence", "Trimap"])
def test_every_layer_is_shown_in_the_same_place(page: Page, app: str, layer: str, shot) -> None:
    open_image(page, app, PHOTOS[1])
    centre = state(page, "centre")
    page.get_by_role("radio", name=layer, exact=True).click()
    expect(page.locator(".ba-wait")).to_be_hidden()
    picture = page.locator(".ba-picture")
    assert picture.evaluate("e => e.complete && e.naturalWidth > 0")
    assert state(page, "centre") == centre
    grounds = page.locator('[data-role="grounds"]')
    if layer == "Cutout":
        for name in ("White", "Grey", "Black", "Checkerboard"):
            grounds.get_by_role("radio", name=name).click()
        assert "ba-checker" in (page.locator(".ba-ground").get_attribute("class") or "")
    else:
        assert grounds.is_hidden()
    shot(f"image_{layer.lower()}")


def test_confidence_is_viridis(page: Page, app: str) -> None:
    open_image(page, app, PHOTOS[1])
    page.get_by_role("radio", name="Confidence").click()
    expect(page.locator(".ba-wait")).to_be_hidden()
    low, high = page.locator(".ba-picture").evaluate(
        """e => { const c = document.createElement('canvas'); c.width = e.naturalWidth; c.height = e.naturalHeight;
            const g = c.getContext('2d'); g.drawImage(e, 0, 0);
            const at = (x, y) => [...g.getImageData(x, y, 1, 1).data].slice(0, 3);
            let best = at(1, 1);
            for (let y = 0; y < c.height; y += 7) for (let x = 0; x < c.width; x += 7) { const p = at(x, y); if (p[1] > best[1]) best = p; }
            return [at(1, 1), best]; }"""
    )
    assert low[2] > low[1], "no subject in the corner: violet"
    assert high[1] > 180 and high[2] < 120, "sure of the subject: green to yellow"


def test_lane_reasons_and_checks_are_the_lakes(page: Page, app: str, known: dict) -> None:
    image_id = PHOTOS[2]
    open_image(page, app, image_id)
    row = known[image_id]
    reasons = page.locator(".wb-reasons li")
    expect(reasons).to_have_count(len(row["reasons"]))
    for reason in row["reasons"]:
        expect(reasons.filter(has_text=reason["words"])).not_to_have_count(0)
    panel = page.locator(".st-key-panel_lane")
    expect(panel).to_contain_text(f"Risk {row['risk']:.2f}")
    expect(panel).to_contain_text("uncalibrated")
    checks = page.locator(".st-key-panel_checks tbody tr")
    expect(checks).to_have_count(len(row["checks"]))
    flags = page.locator(".st-key-panel_checks .wb-flag")
    expect(flags).to_have_count(sum(c["passed"] is False for c in row["checks"]))
    complexity = json.loads(row["attributes"])["preparation.complexity"]
    expect(page.locator(".wb-complexity")).to_contain_text(f"{complexity:.0f}")


def test_a_file_is_saved_whole_under_its_delivered_name(page: Page, app: str, known: dict, tmp_path: Path) -> None:
    open_image(page, app, PHOTOS[1])
    row = known[PHOTOS[1]]
    file = next(file for file in row["artefacts"] if file["suffix"] == "psd")
    with page.expect_download() as waiting:
        page.locator('a[data-suffix="psd"]').click()
    assert waiting.value.suggested_filename in {Path(path).name for path in row["delivered"]}
    waiting.value.save_as(tmp_path / "saved.psd")
    assert (tmp_path / "saved.psd").stat().st_size == file["size_bytes"]
    assert (tmp_path / "saved.psd").read_bytes()[:4] == b"8BPS"


def test_a_refused_photo_says_why(page: Page, app: str, known: dict, shot) -> None:
    page.goto(f"{app}/image?image=cut_off")
    panel = page.locator(".st-key-panel_lane")
    expect(panel).to_contain_text("refused")
    expect(panel).to_contain_text(known["cut_off"]["failure_reason"])
    expect(page.locator(".st-key-panel_files")).to_contain_text("No file was made")
    page.wait_for_load_state("networkidle")
    shot("image_refused")


def test_text_from_outside_stays_text(page: Page, app: str) -> None:
    open_image(page, app, PHOTOS[0])
    expect(page.get_by_text(HOSTILE_SKU).first).to_be_visible()
    assert page.locator("img[src='x']").count() == 0


def test_buttons_lead_to_the_next_image(page: Page, app: str) -> None:
    open_image(page, app, PHOTOS[0])
    first = page.url
    way = "next" if page.locator(".st-key-next button:visible").first.is_enabled() else "previous"
    page.locator(f".st-key-{way} button:visible").first.click()
    page.wait_for_function("old => location.href !== old", arg=first)
    expect(page.locator(".il-here")).to_have_count(1)
    page.locator(".ba-stage").wait_for()


def test_without_an_image_it_offers_the_newest(page: Page, app: str, known: dict, shot) -> None:
    page.goto(f"{app}/image")
    expect(page.locator(".il-card")).to_have_count(len(known))
    shot("image_choice")
    page.locator(".il-card").first.click()
    page.locator(".ba-stage").wait_for()


def test_what_each_step_did_is_shown_as_pictures(page: Page, app: str, shot) -> None:
    open_image(page, app, PHOTOS[2])
    panel = page.locator(".st-key-panel_steps_strip")
    button = panel.get_by_role("button", name="Show what each step did")
    panel.locator("button, .ss-card").first.wait_for()
    if button.count():  # kept from before: a second look needs no button
        button.first.click()
    cards = page.locator(".ss-card")
    expect(cards).to_have_count(len(load_spec("marketplace_white").steps))
    expect(panel).to_contain_text("in all")
    expect(cards.nth(1)).to_contain_text("measures only")
    expect(cards.nth(4).locator("img")).to_have_count(2)
    page.wait_for_function(
        "() => { const all = [...document.querySelectorAll('*')].flatMap(e => e.shadowRoot ? [...e.shadowRoot.querySelectorAll('.ss-card img')] : []);"
        " const seen = all.length ? all : [...document.querySelectorAll('.ss-card img')];"
        " return seen.length > 15 && seen.every(i => i.complete && i.naturalWidth > 0); }"
    )
    shot("image_steps")
    cards.nth(8).click()
    large = page.locator(".ss-large")
    expect(large).to_contain_text("crop to subject")
    expect(large.locator("img")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(large).to_have_attribute("data-step", "enhance detail")
    shot("image_step_large")
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    page.reload()
    expect(cards).to_have_count(len(load_spec("marketplace_white").steps))


def test_its_runs_are_listed(page: Page, app: str, known: dict) -> None:
    open_image(page, app, PHOTOS[1])
    panel = page.locator(".st-key-panel_results")
    expect(panel).to_contain_text("In runs")
    expect(panel).to_contain_text(f"marketplace_white {known[PHOTOS[1]]['spec_hash'][:8]}")
    expect(panel).to_contain_text("v1 automatic · holds")
