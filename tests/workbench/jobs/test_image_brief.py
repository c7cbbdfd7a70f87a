"""What a retoucher is told, and what of it may be shown."""

import hashlib
from dataclasses import replace

from workbench.jobs.image_brief import image_brief
from workbench.lake.standing import photo_of


def brief(board, image_id="footwear_01_003"):
    return image_brief(board.store, board.take(image_id).row)


def again(board, **changes):
    row = board.store.query("app_photo_row", {"set_id": board.set_id, "image_id": "footwear_01_003"}).row(0, named=True)
    board.store.append_images([replace(photo_of(row), **changes)])
    return brief(board)


def test_everything_that_is_known(board):
    guide = board.workspace / "brands" / "aldine & söhne.md"
    guide.parent.mkdir()
    guide.write_text("# Aldine\nWarm light.", encoding="utf-8")
    found = brief(board)
    assert found.spec_title == "Marketplace, pure white" and "pure white" in found.spec_description
    assert (found.brand, found.brand_notes) == ("Aldine & Söhne", ("Keep the <b>labels</b> legible.",))
    assert found.brand_guide == "# Aldine\nWarm light."
    assert (found.campaign_tier, found.sku, found.extra) == ("high_value", "S-0", {"colourway": "sand"})
    assert found.deadline.isoformat() == "2026-05-08T07:00:00+00:00"
    data = (board.photos / "apparel_01_003.jpg").read_bytes()
    assert found.reference_hash == hashlib.sha256(data).hexdigest() and found.reference_problem is None
    assert found.reference.is_relative_to(board.workspace / "cache") and found.reference.read_bytes() == data


def test_a_reference_that_cannot_be_shown_says_why(board, tmp_path):
    assert again(board, reference_path=None).reference_problem is None
    assert "no such file" in again(board, reference_path=str(tmp_path / "gone.jpg")).reference_problem.lower()
    assert "outside" in again(board, reference_path="/etc/hostname").reference_problem
    page = board.photos / "page.html"
    page.write_text("<html><script>alert(1)</script></html>")
    try:
        assert "unsupported kind" in again(board, reference_path=str(page)).reference_problem
    finally:
        page.unlink()
    assert "http" in again(board, reference_path="http://127.0.0.1/x.jpg").reference_problem


def test_a_brand_reaches_no_other_file(board):
    (board.workspace / "secret.md").write_text("secret")
    (board.workspace / "brands").mkdir()
    assert again(board, brand="../secret").brand_guide is None
