"""The simulated history: marked in every row, the same for the same seed, and real figures do not feel it."""

import math
import random
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from workbench import lake, metrics
from workbench.cli import app
from workbench.domain.errors import LakeError, UsageError
from workbench.domain.records import Artefact, CheckResult, Computation, Facts, ImageOutcome, Photo, Review, StepEvent
from workbench.jobs.history_people import ACTIVE_CV, ACTIVE_MEAN_S, wanting_share
from workbench.jobs.runs_frame import runs_in_words, runs_table
from workbench.jobs.simulate_history import BAD_WEEK, DAYS, IMAGES_A_DAY, SET_ID, add_history, remove_history
from workbench.lake.rows import result_id
from workbench.lake.simulated import TABLES, append_simulated
from workbench.lake.statements import SQL_FOLDER
from workbench.routing.decide_lane import decide_lane
from workbench.routing.policy import load_policy
from workbench.settings import load

UNTIL = datetime(2026, 3, 2, 18, tzinfo=UTC)
REAL = 30
SPAN = 45  # days, half of what the demo adds


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A workspace with real results whose mattes are known to be off by a known amount."""
    workspace = tmp_path_factory.mktemp("history") / "ws"
    draw, policy = random.Random(3), load_policy("first")
    truth = np.zeros((80, 80), np.uint8)
    truth[20:60, 20:60] = 255
    (workspace / "artefacts").mkdir(parents=True)
    outcomes = []
    for number in range(REAL):
        off = number % 10
        found = np.zeros_like(truth)
        found[20 - off : 60, 20:60] = 255
        cv2.imwrite(str(workspace / "artefacts" / f"{number}.png"), found)
        cv2.imwrite(str(workspace / f"true_{number}.png"), truth)
        photo = Photo(
            set_id="real", image_id=f"real-{number}", sku=f"R-{number}", path=f"/real/{number}.jpg",
            relative_path=f"{number}.jpg", category=("apparel", "packaged", "glassware")[number % 3],
            alpha_path=str(workspace / f"true_{number}.png"),
        )  # fmt: skip
        made = Computation(
            result_key=f"key-{number}", photo_hash=f"hash-{number}", spec_hash="s", outcome="done", made_at=UNTIL,
            engine="classical", width_px=80, height_px=80, geometry=(1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0),
            attributes={"matte.band_confidence": 1 - off / 20, "preparation.expected_minutes": 2.0},
            checks=(CheckResult(check="halo_width", value=0.2 + off / 10, unit="px", limit=1.0, passed=off < 9),),
            artefacts=(Artefact(suffix="alpha.png", path=f"artefacts/{number}.png", sha256="0", size_bytes=9),),
            events=(StepEvent(kind="step", name="load_image", started_at=UNTIL, seconds=0.5, core_seconds=0.4,
                              outcome="done"),),
        )  # fmt: skip
        decision = decide_lane(Facts(photo=photo, spec_name="white", spec_hash="s", computation=made), policy)
        outcomes.append(ImageOutcome(photo=photo, computation=made, decision=decision, delivered=(), reused=False))
    with lake.open(workspace) as store:
        store.append_run(run_id="real-run", set_id="real", source="/real", spec_name="white", spec_hash="s",
                         started_at=UNTIL)  # fmt: skip
        store.append_images([outcome.photo for outcome in outcomes], seen_at=UNTIL)
        store.append_results(outcomes, run_id="real-run", spec_name="white", recorded_at=UNTIL)
        store.append_reviews(
            Review(
                review_id=f"real-{n}", set_id="real", image_id=outcome.photo.image_id, result_id=result_id(outcome),
                version=1, reviewer="ann", reviewed_at=UNTIL + timedelta(minutes=n), active_seconds=60.0 + n,
                verdict=draw.choice(("approved", "rework")), pixels_changed=False,
            )
            for n, outcome in enumerate(outcomes[:20])
        )  # fmt: skip
    return load(workspace=workspace)


@pytest.fixture(scope="module")
def before(settings):
    return _figures(settings)


@pytest.fixture(scope="module")
def history(settings, before):
    return add_history(settings, until=UNTIL, days=SPAN)


def _figures(settings) -> dict[str, list]:
    """Everything that can be asked without asking for simulated rows."""
    asked = {
        "limit": 1000,
        "sort": "risk",
        "down": True,
        "skip": 0,
        "take": 1000,
        "spec_hash": "s",
        "spec_name": "white",
    }
    with lake.open(settings, read_only=True) as store:
        found = {name: metrics.report(store, name).to_dicts() for name in metrics.catalogue()}
        for file in SQL_FOLDER.glob("app_*.sql"):
            if "$include_simulated" in (text := file.read_text(encoding="utf-8")) or "$filters" in text:
                found[file.stem] = store.query(file.stem, {**asked, "include_simulated": False}).to_dicts()
        for name in ("app_run_made", "app_run_measured"):
            found[name] = store.query(name, asked).to_dicts()
        for row in found.get("queue_age", ()):  # a wait grows with the clock
            for name in [name for name in row if name.endswith("_hours")]:
                del row[name]
        found |= {"list of runs": store.runs().to_dicts(), "latest run": [store.latest_run()]}
    return {name: [{key: _digits(value) for key, value in row.items()} for row in rows] for name, rows in found.items()}


def _digits(value):
    """Twelve digits of a number: the last bits of a sum depend on the order in which threads add."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def _rows(settings, table: str):
    with lake.open(settings, read_only=True) as store:
        return store._mine().execute(f"FROM lake.{table}").pl()


def test_real_figures_do_not_change_by_a_digit(settings, before, history):
    assert history.images > 2000 and history.reviews > 500
    assert _figures(settings) == before


def test_every_row_is_marked_and_lies_in_its_own_set(settings, history):
    for table in TABLES:
        frame = _rows(settings, table)
        simulated = frame.filter("simulated")
        if "set_id" in frame.columns and table not in ("page_results", "inspection_tags"):  # nobody looks in FiftyOne
            assert set(simulated["set_id"]) == {SET_ID}, table
            assert SET_ID not in set(frame.filter(~frame["simulated"])["set_id"]), table
        assert frame["row_key"].is_unique().all(), table
    assert _rows(settings, "policies")["policy_version"].sort().to_list() == [1, 2]


def test_it_has_the_size_and_the_times_that_were_asked_for(settings, history):
    reviews = _rows(settings, "reviews").filter("simulated")
    active = reviews["active_seconds"].drop_nulls()
    assert abs(history.images / SPAN / IMAGES_A_DAY - 1) < 0.1
    assert abs(active.mean() / ACTIVE_MEAN_S - 1) < 4 * ACTIVE_CV / math.sqrt(len(active))
    assert abs(active.std() / active.mean() - ACTIVE_CV) < 0.1
    assert reviews["reviewed_at"].max() < UNTIL
    assert reviews["reviewer"].n_unique() >= 6
    assert reviews["version"].max() > 1  # rework loops
    results = _rows(settings, "results").filter("simulated")
    audits = results.filter((results["lane"] == "auto") & (results["version"] == 1))
    assert 0.05 < audits["audit_sample"].mean() < 0.15
    assert set(audits["inclusion_probability"]) == {0.1}


def test_verdicts_follow_the_measured_error_and_the_middle_is_bad(settings, history):
    assert history.measured_originals == history.originals == REAL
    assert wanting_share(0.1) < 0.01 and wanting_share(6.0) == 0.5 and wanting_share(30.0) > 0.9
    with lake.open(settings, read_only=True) as store:
        weeks = [
            metrics.report(
                store, "rework_rate",
                {"set_id": SET_ID, "include_simulated": True, "since": since, "until": since + timedelta(days=4)},
            ).row(0, named=True)
            for since in (UNTIL - timedelta(days=SPAN - start) for start in (4, BAD_WEEK[0] * SPAN / DAYS))
        ]  # fmt: skip
        lanes = _rows(settings, "results").filter("simulated", version=1)
    assert weeks[1]["rework_rate"] > 1.5 * weeks[0]["rework_rate"]
    shares = {version: (lanes.filter(policy_version=version)["lane"] == "auto").mean() for version in (1, 2)}
    assert shares[2] > shares[1] + 0.02


def test_the_same_seed_gives_the_same_rows_and_a_second_time_nothing(settings, history):
    first = {table: _rows(settings, table).sort("row_key") for table in TABLES}
    assert add_history(settings, until=UNTIL, days=SPAN).images == 0
    remove_history(settings)
    assert add_history(settings, until=UNTIL, days=SPAN) == history
    for table, frame in first.items():
        assert _rows(settings, table).sort("row_key").equals(frame, null_equal=True), table


def test_the_list_of_runs_says_which_are_simulated(settings, history):
    with lake.open(settings, read_only=True) as store:
        rows = store.runs(include_simulated=True).to_dicts()
    frame = runs_table(rows, ())
    assert set(frame.filter("simulated")["set"]) == {"Simulated history"}
    assert "Simulated history" not in set(frame.filter(~frame["simulated"])["set"])
    assert runs_in_words(rows).endswith(f", {frame['simulated'].sum()} of them simulated")
    assert "simulated" not in runs_in_words([row for row in rows if not row["simulated"]])


def test_one_command_takes_it_away_and_leaves_what_is_real(settings, before, history):
    said = CliRunner().invoke(app, ["history", "remove", "--workspace", str(settings.workspace)])
    assert said.exit_code == 0 and "simulated rows" in said.output, said.output
    assert _figures(settings) == before
    assert not any(_rows(settings, table)["simulated"].any() for table in TABLES)
    said = CliRunner().invoke(app, ["history", "add", "--days", "30", "--workspace", str(settings.workspace)])
    assert said.exit_code == 0 and said.output.count("\n") == 1 and "simulated" in said.output


def test_an_empty_workspace_has_nothing_to_draw_from(tmp_path):
    with pytest.raises(UsageError, match="nothing|no result"):
        add_history(load(workspace=tmp_path / "empty"))


def test_a_row_that_is_not_marked_is_refused(tmp_path):
    with lake.open(tmp_path / "ws") as store, pytest.raises(LakeError, match="not marked"):
        append_simulated(store, {"runs": [{"row_key": "a", "simulated": False}]})
