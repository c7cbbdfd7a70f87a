"""Files are named as they lie in the delivery now, not as they were first delivered."""

import pytest

from workbench.app.files_panel import delivered_name

ROW = {
    "image_id": "i_1", "status": "queued", "state": "queued",
    "delivered": ["delivery/work/set-1/white-2/SKU_i_1_20260301_queued.alpha.png"],
}  # fmt: skip


@pytest.mark.parametrize("state", ["queued", "approved", "rework", "rejected"])
def test_a_verdict_renames_the_files(state):
    assert delivered_name({**ROW, "state": state}, "alpha.png") == f"SKU_i_1_20260301_{state}.alpha.png"


def test_what_was_not_delivered_is_named_after_its_image():
    assert delivered_name({**ROW, "delivered": []}, "psd") == "i_1.psd"
