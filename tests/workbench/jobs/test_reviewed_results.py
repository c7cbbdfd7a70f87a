"""Real verdicts become what the risk model learns from: the label is `auto_failed`, the group the SKU."""

import pytest

from pipeline.models.risk_features import FEATURES
from pipeline.training.risk_parts.fit import fit
from workbench.domain.errors import UsageError
from workbench.jobs.replay_set import Scope
from workbench.jobs.reviewed_results import reviewed_results


def test_verdicts_become_rows(board):
    assert reviewed_results(board.store, Scope(), engine_version=2).height == 0
    usable = {"apparel_01_003": "as_is", "footwear_01_003": "useless", "glassware_01_003": "start"}
    for image_id, said in usable.items():
        board.judge(board.take(image_id), "approved" if said == "as_is" else "rework", usable=said)
    found = reviewed_results(board.store, Scope(), engine_version=2)
    failed = dict(zip(found["item"].str.split("/").list.last(), found["failed"], strict=True))
    assert failed["footwear_01_003"] is True and failed["glassware_01_003"] is True
    assert failed.get("apparel_01_003") in (False, None)
    assert set(found["engine"]) == {"subject_net"} and (found["weight"] >= 1.0).all()
    measured = found.row(0, named=True)
    assert measured["matte.unknown_share"] < 0 and measured["check.halo_width"] is not None
    assert set(FEATURES) <= set(found.columns) and found["photo_hash"].str.len_chars().to_list() == [64] * found.height
    assert reviewed_results(board.store, Scope(), engine_version=1).height == 0
    with pytest.raises(UsageError, match="at least 15 that failed"):
        fit(found, seed=0)
