"""What labels are worth, kept in the lake: the newest count holds, a lead's decision before all, choices in order."""

from workbench import lake
from workbench.lake import label_worth


def one(item, value, sure, disputed=False):
    return {"item_key": item, "value": value, "posterior": {"mole": sure, "hair": 1 - sure}, "labelers": 3,
            "disputed": disputed}  # fmt: skip


def test_the_newest_count_holds_and_a_lead_decides_for_good(tmp_path):
    with lake.open(tmp_path / "ws") as store:
        assert label_worth.append_consensus(store, "crops", "answer", "majority", [one("i", None, 0.5, True)]) == 1
        counted = [one("i", "mole", 0.7, True), one("j", "hair", 0.01)]
        assert label_worth.append_consensus(store, "crops", "answer", "dawid_skene", counted) == 2
        label_worth.append_consensus(store, "others", "answer", "majority", [one("i", "hair", 0.0)])
        held = {row["item_key"]: row for row in label_worth.consensus(store, "crops").to_dicts()}
        assert (held["i"]["value"], held["i"]["method"], held["i"]["disputed"]) == ("mole", "dawid_skene", True)
        assert label_worth.append_settlement(store, "crops", "answer", "i", "hair", by="lea") == 1
        label_worth.append_consensus(store, "crops", "answer", "dawid_skene", [one("i", "mole", 0.9)])
        held = {row["item_key"]: row for row in label_worth.consensus(store, "crops").to_dicts()}
        assert (held["i"]["value"], held["i"]["decided_by"], held["i"]["disputed"]) == ("hair", "lea", False)
        assert held["j"]["value"] == "hair" and held["j"]["decided_by"] is None
        assert store.query("duplicate_keys").is_empty()


def test_a_choice_is_kept_in_its_order_and_only_once(tmp_path):
    chosen = [{"item_key": key, "strategy": "margin"} for key in "cab"]
    chosen[1]["reason"] = {"given": "mole", "suggested": "hair", "margin": 0.4}
    with lake.open(tmp_path / "ws") as store:
        assert label_worth.append_picks(store, "crops", "monday", chosen) == 3
        assert label_worth.append_picks(store, "crops", "monday", chosen) == 0
        label_worth.append_picks(store, "crops", "tuesday", chosen[:1])
        assert label_worth.picks(store, "crops", "monday")["item_key"].to_list() == ["c", "a", "b"]
        assert label_worth.picks(store, "crops")["batch"].to_list()[0] == "tuesday"
        assert store.query("label_progress").is_empty() and store.query("duplicate_keys").is_empty()
