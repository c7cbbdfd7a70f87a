"""`workbench models`: what is listed, and when a new model may take the place of the one in use."""

import dataclasses
import json
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from pipeline import registry
from pipeline.models.card import SIMULATED_LABELS, Card, Data, Figure
from pipeline.models.load_model import load_model
from pipeline.models.save_model import save_model
from pipeline.models.time_spent import TimeSpent
from pipeline.training.training import Evaluation, Item, Training
from workbench.cli import app
from workbench.domain.errors import OutOfTime
from workbench.jobs.evaluate_model import evaluate_model
from workbench.jobs.list_models import list_models
from workbench.jobs.promote_model import promote_model
from workbench.jobs.train_model import train_model
from workbench.settings import load

CARD = Card(
    name="toy", version=1, title="A toy", made_by="by hand", data=(Data(what="numbers", n=1, licence="CC0-1.0"),),
    split="none", figures=(Figure(test_set="t", category=None, measure="iou", value=0.9, low=0.8, high=0.95, n=9),),
    failures=("always",), input="nothing",
)  # fmt: skip


def _train(request):
    request.say(f"seed {request.seed}")
    return save_model(request.out, "toy", {"iou": np.float32([0.9, 0.9])}, CARD)


def _evaluate(folder):
    """A model whose answers are its weights: IoU in each of two categories, plus noise that goes with the item."""
    iou = load_model("toy", folder).array("iou", (2,))
    wobble = np.random.default_rng(int(1e4 * iou.sum())).normal(0, 0.004, 40)
    rows = tuple(
        Item(f"i{n}", ("glassware", "sheer")[n % 2], f"i{n}", {"iou": float(iou[n % 2] + wobble[n]), "seconds": 0.1})
        for n in range(40)
    )
    return Evaluation(name="toy", test_set="forty items", rows=rows)


@pytest.fixture
def toy(monkeypatch, tmp_path):
    """A model that can be trained, and a folder of weights that is not the shipped one."""
    training = Training(name="toy", title="A toy", train=_train, evaluate=_evaluate)
    monkeypatch.setattr(registry, "training", lambda name: training)
    monkeypatch.setattr(registry, "names", lambda kind: ("toy", "unborn"))
    save_model(tmp_path / "weights", "toy", {"iou": np.float32([0.9, 0.9])}, CARD)
    return tmp_path / "weights"


def _candidate(tmp_path, glass, sheer):
    save_model(tmp_path / "new", "toy", {"iou": np.float32([glass, sheer])}, CARD)
    return tmp_path / "new"


def test_a_model_that_is_worse_in_one_category_is_refused_with_reasons(toy, tmp_path):
    done = promote_model("toy", _candidate(tmp_path, 0.96, 0.86), folder=toy)
    assert not done.allowed and done.card is None
    assert [words for words in done.reasons if "iou in sheer went from 0." in words and "worse beyond noise" in words]
    load_model.cache_clear()
    assert load_model("toy", toy).card.version == 1


def test_a_model_that_is_no_worse_takes_its_place_and_says_what_was_not_seen(toy, tmp_path):
    tried = promote_model("toy", _candidate(tmp_path, 0.93, 0.91), folder=toy, try_only=True)
    assert tried.allowed and tried.card is None and load_model("toy", toy).card.version == 1
    done = promote_model("toy", _candidate(tmp_path, 0.93, 0.91), folder=toy)
    assert done.allowed and done.card.label == "toy@2"
    assert len([words for words in done.reasons if "would have gone unnoticed" in words]) == 3
    assert done.frame.height == 3 and done.frame["detectable"].is_between(0.0005, 0.02).all()
    again = promote_model("toy", toy, folder=toy)
    assert not again.allowed and "in use already" in again.reasons[0]


def test_a_model_of_simulated_labels_is_compared_and_never_put_in_use(toy, tmp_path):
    made_up = dataclasses.replace(CARD, facts={SIMULATED_LABELS: 7})
    save_model(tmp_path / "new", "toy", {"iou": np.float32([0.95, 0.95])}, made_up)
    done = promote_model("toy", tmp_path / "new", folder=toy)
    assert not done.allowed and done.reasons == ("it learned from 7 labels of simulated labelers",)
    assert done.frame.height == 3 and not done.frame["worse"].any() and load_model("toy", toy).card.version == 1


def test_training_leaves_what_is_shipped_alone(toy, tmp_path):
    said = []
    folder = train_model("toy", load(workspace=tmp_path), seed=3, say=said.append)
    assert folder == tmp_path / "models" / "toy" and said == ["seed 3"]
    card = load_model("toy", folder).card
    assert dataclasses.replace(card, took="") == load_model("toy", toy).card
    assert re.fullmatch(r"[\d.]+ minutes on the clock, \d+ core-seconds; \d+ cores, .+", card.took)


def test_a_training_that_is_stopped_goes_on_counting(toy, tmp_path, monkeypatch):
    def stopped(request):
        raise OutOfTime("half of it is done", where="toy")

    half = Training(name="toy", title="A toy", train=stopped, evaluate=_evaluate)
    spent = TimeSpent(tmp_path / "models" / "toy")
    with monkeypatch.context() as patch:
        patch.setattr(registry, "training", lambda name: half)
        ran = CliRunner().invoke(app, ["models", "train", "toy", "--workspace", str(tmp_path)])
        assert ran.exit_code == 3 and "half of it is done; allowed: the same command" in ran.stderr
        assert "promote" not in ran.stdout
    first = json.loads(spent.path.read_text())
    train_model("toy", load(workspace=tmp_path), say=lambda words: None)
    assert json.loads(spent.path.read_text())["wall_s"] > first["wall_s"] > 0
    train_model("toy", load(workspace=tmp_path), resume=False, say=lambda words: None)
    assert load_model("toy", spent.path.parent).card.took.startswith("0.0 minutes")


def test_evaluation_is_by_category_with_intervals(toy):
    found = evaluate_model("toy", toy)
    assert found.select("measure", "category").rows() == [
        ("iou", "all"), ("iou", "glassware"), ("iou", "sheer"),
        ("seconds", "all"), ("seconds", "glassware"), ("seconds", "sheer"),
    ]  # fmt: skip
    assert found["n"].to_list() == [40, 20, 20] * 2
    assert (found["low"] <= found["mean"] + 1e-12).all() and (found["mean"] <= found["high"] + 1e-12).all()


def test_the_list_says_what_is_wrong(toy):
    (toy / "toy.safetensors").write_bytes(b"")
    load_model.cache_clear()
    rows = {row["model"]: row for row in list_models(toy).iter_rows(named=True)}
    assert "truncated" in rows["toy"]["state"] and rows["unborn"]["state"].startswith("not shipped")


def test_commands(toy, tmp_path, monkeypatch):
    """Refused is exit code 1, done is 0; the table goes to stdout as JSON, words to stderr."""
    monkeypatch.setattr("workbench.jobs.promote_model.promote_model.__kwdefaults__", {"folder": toy, "try_only": False})
    monkeypatch.setattr("pipeline.models.restore_model.restore_model.__kwdefaults__", {"version": None, "folder": toy})
    runner = CliRunner()
    refused = runner.invoke(app, ["models", "promote", "toy", str(_candidate(tmp_path, 0.5, 0.9)), "--format", "json"])
    assert refused.exit_code == 1 and "toy stays as it is" in refused.stderr
    assert any(line["worse"] for line in json.loads(refused.stdout))
    narrow = {"COLUMNS": "80", "TERM": "dumb"}
    shown = runner.invoke(app, ["models", "promote", "toy", str(tmp_path / "new")], env=narrow).stdout
    assert "…" not in shown and max(map(len, shown.splitlines())) <= 80
    assert [line.split()[0] for line in shown.splitlines() if " worse " in line][1:] == ["all", "glassware"]
    done = runner.invoke(app, ["models", "promote", "toy", str(_candidate(tmp_path, 0.95, 0.95)), "--format", "json"])
    assert done.exit_code == 0 and "toy@2 is in use" in done.stderr and len(json.loads(done.stdout)) == 3
    back = runner.invoke(app, ["models", "restore", "toy"])
    assert back.exit_code == 0 and "toy@1 is in use again" in back.stdout


def test_shipped_models_are_listed_and_shown():
    runner = CliRunner()
    rows = json.loads(runner.invoke(app, ["models", "list", "--format", "json"]).stdout)
    assert {row["model"] for row in rows} >= {"classical_evidence"}
    assert all(row["state"] == "fine" or row["state"].startswith("not shipped") for row in rows)
    shown = runner.invoke(app, ["models", "show", "classical_evidence"]).stdout
    assert "classical_evidence@1" in shown and "Known failures" in shown
    card = json.loads(runner.invoke(app, ["models", "show", "classical_evidence", "--format", "json"]).stdout)
    assert card["sha256"] == load_model("classical_evidence").sha256
