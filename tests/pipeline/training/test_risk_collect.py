"""Real photos with masks become results with a known outcome; what nobody could tell is no fault."""

import json
import sys

import cv2
import numpy as np
import pytest

from pipeline.spec import load_spec
from pipeline.training.risk_parts import collect
from pipeline.training.risk_parts.outcome import outcome
from pipeline.training.risk_parts.table import collected
from pipeline.training.risk_parts.takes import UNKNOWN_GREY, Known, Studio

SIDE = 120


@pytest.fixture(scope="module")
def masks(tmp_path_factory):
    """Two photos of a dark box on light paper: one mask by hand, one begun from the engine that is judged."""
    folder = tmp_path_factory.mktemp("masks")
    (folder / "train").mkdir()
    photo = np.full((SIDE, SIDE, 3), 225, np.uint8)
    photo[30:90, 30:90] = (40, 60, 110)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[30:90, 30:90] = 255
    mask[:, 100:] = UNKNOWN_GREY
    rows = ["file,split,category,label,begun_from"]
    for name, begun in (("clothing_a", "nothing"), ("clothing_b", "subject_net")):
        cv2.imwrite(str(folder / "train" / f"{name}.webp"), photo)
        cv2.imwrite(str(folder / "train" / f"{name}.png"), mask)
        rows.append(f"train/{name}.webp,train,clothing,Hat,{begun}")
    (folder / "masks.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_a_mask_begun_from_the_judged_engine_is_left_out(masks, tmp_path, monkeypatch):
    out = tmp_path / "out.jsonl"
    call = ["collect", "--masks", str(masks), "--split", "train", "--takes", "shot", "--spec", "cutout_only"]
    monkeypatch.setattr(sys, "argv", [*call, "--out", str(out)])
    monkeypatch.setattr(collect, "TRAINED", {"subject_net": lambda _sample: frozenset({"clothing_a"})})
    collect.main()
    (row,) = map(json.loads, out.read_text().splitlines())
    assert (row["item"], row["category"], row["outlined"], row["seen"]) == ("clothing_a", "accessories", True, True)
    collect.main()
    assert len(out.read_text().splitlines()) == 1  # it goes on where it stopped
    found = collected(out, photo_hashes={"clothing_a": "f" * 64}).row(0, named=True)
    assert found["group"] == "clothing_a" and found["failed"] is False and found["photo_hash"] == "f" * 64
    assert found["seen"] and (found["engine"], found["engine_version"]) == ("subject_net", 2)
    assert len(found["engine_weights"]) == 12


def test_what_nobody_can_tell_is_no_fault(masks):
    known = Known(item="a", category="apparel", photo=masks / "train" / "clothing_a.webp",
                  alpha=masks / "train" / "clothing_a.png", foreground=None, outlined=True)  # fmt: skip
    ((_, _, truth),) = Studio([], []).takes(known, ["shot"])
    assert np.isnan(truth[:, 100:]).all() and not np.isnan(truth[:, :100]).any()
    spec = load_spec("cutout_only")
    nothing_known = outcome(known.photo, np.full((SIDE, SIDE), np.nan, np.float32), spec)["faults"]
    assert set(nothing_known.values()) == {0.0}
    assert outcome(known.photo, 1.0 - np.nan_to_num(truth), spec)["faults"]["fault_width"] > 0.3
