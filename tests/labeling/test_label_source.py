"""What ``--from`` means, who is to label what, and what becomes of answers that are known: without a server."""

import csv
import io
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from labeling.keep_log import keep_log
from labeling.project import Quality
from labeling.run_server import environment_of
from labeling.server_place import Account, ServerPlace
from workbench import lake, settings
from workbench.domain.errors import LabelingError, UsageError
from workbench.domain.labels import LabelItem, LabelTask
from workbench.jobs.label_draw import Draw
from workbench.jobs.label_gold import note_gold
from workbench.jobs.label_plan import LabelPlan
from workbench.jobs.label_source import parse_query, query_file, read_query, save_query
from workbench.lake import labels

DRAW = Draw("ab" * 32)


@pytest.fixture
def our(tmp_path):
    return settings.load({}, workspace=tmp_path / "ws")


def test_filters_are_written_out():
    assert parse_query("lane=manual, reason=halo|holes") == {"lane": ["manual"], "reason": ["halo", "holes"]}
    for wrong, said in (
        ("lanes=manual", "no filter 'lanes'.*did you mean 'lane'"),
        ("lane=manuel", "lane is 'manuel'.*did you mean 'manual'"),
        ("reason=halo|halos", "reason is 'halos'"),
        ("category=", "category is empty"),
    ):
        with pytest.raises(UsageError, match=said):
            parse_query(wrong)


def test_a_query_is_saved_and_found_by_its_name(our):
    save_query("soft edges", "reason=halo|hair_loss,lane=manual", our)
    with lake.open(our) as store:
        assert read_query("soft edges", our, store) == {"reason": ["halo", "hair_loss"], "lane": ["manual"]}
        with pytest.raises(UsageError, match="no folder, set or saved query 'soft edge'"):
            read_query("soft edge", our, store)
    assert query_file(our, "../outside").parent == query_file(our, "x").parent
    with pytest.raises(UsageError):
        save_query("lane=manual", "lane=manual", our)


def test_a_share_goes_to_several_and_the_same_ones_again():
    plan = LabelPlan(quality=Quality(overlap_share=0.2, labelers=3), draw=DRAW)
    more = LabelPlan(quality=Quality(overlap_share=0.4, labelers=3), draw=DRAW)
    other = LabelPlan(quality=Quality(overlap_share=0.2, labelers=3), draw=Draw("cd" * 32))
    tasks = [task(place) for place in range(2000)]

    def several(chosen):
        return {one.task_key for one in tasks if chosen.of(one)[0] > 1}

    assert 0.17 < len(several(plan)) / 2000 < 0.23
    assert several(plan) == several(plan) and several(plan) < several(more)
    assert several(plan) != several(other)  # whoever does not know the seed cannot tell


def test_gold_is_planted_at_places_nobody_can_foresee():
    keys = [task(place).items[0].item_key for place in range(500)]
    known = frozenset(keys[:100])
    plan = LabelPlan(quality=Quality(gold_share=0.1), draw=DRAW, known=known)
    sent = plan.choose(keys, lambda key: key, limit=90)
    places = [place for place, key in enumerate(sent) if key in known]
    assert (len(sent), len(places)) == (100, 10) and [key for key in sent if key not in known] == keys[100:190]
    assert places != list(range(places[0], places[0] + 10)) and min(places) < 50 < max(places)
    longer = plan.choose(keys, lambda key: key, limit=180)
    assert {key for key in sent if key in known} < set(longer)  # what was planted stays planted
    assert plan.of(task(0)) == (5, True) and plan.of(task(100)) == (1, False)
    assert LabelPlan(quality=Quality(), draw=DRAW, known=known).choose(keys, lambda key: key, limit=50) == keys[:50]


def test_shares_that_cannot_be_are_refused():
    for wrong in ({"overlap_share": 1.5}, {"gold_share": -0.1}, {"labelers": 0}):
        with pytest.raises(LabelingError):
            Quality(**wrong)


def test_a_lake_has_one_seed_for_ever(our):
    with lake.open(our) as store:
        first = labels.seed(store)
        assert labels.seed(store) == first and len(first) == 64
    with lake.open(our) as store:
        assert labels.seed(store) == first
    with lake.open(replace(our, catalogue=str(our.workspace / "b" / "c.sqlite"))) as other:
        assert labels.seed(other) != first


def test_known_answers_come_from_a_file_once_each(our, tmp_path):
    file = tmp_path / "gold.csv"

    def write(rows):
        with open(file, "w", newline="") as out:
            csv.writer(out).writerows([("crop_hash", "label", "annotator"), *rows])

    write([("a" * 64, "mole", "lead"), ("b" * 64, "hair", "lead")])
    assert (note_gold("mole_hair", file, our), note_gold("mole_hair", file, our)) == (2, 0)
    with lake.open(our) as store:
        found = labels.gold(store, "mole_hair").select("item_key", "question", "value", "why").rows()
    assert found == [("a" * 64, "answer", "mole", "lead"), ("b" * 64, "answer", "hair", "lead")]
    write([("c" * 64, "mole", "lead"), ("d" * 64, "mol", "lead")])
    with pytest.raises(UsageError, match="line 3.*'mol'.*did you mean 'mole'"):
        note_gold("mole_hair", file, our)
    with lake.open(our) as store:
        assert labels.gold(store, "mole_hair").height == 2  # of a bad file nothing


def test_the_servers_log_does_not_grow(tmp_path):
    log = tmp_path / "server.log"
    said = b"".join(b"line %06d\n" % number for number in range(3000))
    keep_log(io.BufferedReader(_Slowly(said)), log, most_bytes=10_000)
    kept = log.with_name("server.log.1").read_bytes() + log.read_bytes()
    assert said.endswith(kept) and log.stat().st_size <= 10_000
    assert {file.name for file in tmp_path.iterdir()} == {"server.log", "server.log.1"}


def test_the_server_is_told_to_stay_on_this_machine(tmp_path):
    told = environment_of(
        ServerPlace(home=tmp_path, environment=tmp_path, port=1), Account(url="u", email="e", password="p")
    )
    import ipaddress

    banned = [ipaddress.ip_network(net) for net in told["LABEL_STUDIO_USER_ADDITIONAL_BANNED_SUBNETS"].split(",")]
    for address, refused in (("127.0.0.1", False), ("8.8.8.8", True), ("10.0.0.1", True), ("169.254.169.254", True),
                             ("::1", False), ("2001:4860:4860::8888", True)):  # fmt: skip
        assert any(ipaddress.ip_address(address) in net for net in banned) is refused, address


def test_the_key_that_signs_tokens_is_one_that_is_read_back(tmp_path):
    place = ServerPlace(home=tmp_path, environment=tmp_path, port=1)
    place.make()
    assert not place.keep_secret()
    kept = place.secret_file.read_text()
    assert place.secret_file.stat().st_mode & 0o077 == 0
    assert not place.keep_secret() and place.secret_file.read_text() == kept
    place.secret_file.write_text("\nSECRET_KEY=$lost when it starts again\n\nSECRET_KEY=another\n")
    assert place.keep_secret()
    assert "$" not in place.secret_file.read_text() and place.secret_file.stat().st_mode & 0o077 == 0


def task(place):
    item = LabelItem(item_key=f"{place:064x}", image_hash="ab" * 32)
    return LabelTask(project="p", layout="single", items=(item,), data={})


class _Slowly(io.RawIOBase):
    """A pipe: what is there now, not all that will ever come."""

    def __init__(self, data):
        self.rest = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, target):
        piece = self.rest.read(min(len(target), 700))
        target[: len(piece)] = piece
        return len(piece)


def test_crops_are_cut_where_the_detector_finds_something(sample_dir):
    from PIL import Image

    from pipeline.skin.spot_crops import CROP_PX, spot_crops

    with Image.open(sorted((sample_dir / "training" / "mole_hair" / "skin").glob("*.webp"))[0]) as opened:
        skin = np.asarray(opened.convert("RGB"))
    marked = skin.copy()
    y, x = np.ogrid[: skin.shape[0], : skin.shape[1]]
    marked[(x - 60) ** 2 + (y - 60) ** 2 < 36] = (40, 25, 20)
    found = spot_crops(marked, skin="all")
    spot = SimpleNamespace(x=60, y=60)
    hit = [
        one
        for one in found
        if one.box[0] <= spot.x <= one.box[0] + one.box[2] and one.box[1] <= spot.y <= one.box[1] + one.box[3]
    ]
    assert hit and all(one.pixels.shape == (CROP_PX, CROP_PX, 3) for one in found)
