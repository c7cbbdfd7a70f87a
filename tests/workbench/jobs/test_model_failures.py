"""What the notebook about failures shows is the shipped models' doing, on test data alone."""

import io

import numpy as np
import polars as pl
import pytest
from PIL import Image

from pipeline.models.load_model import load_model
from pipeline.training import risk
from workbench.charts.dots_chart import dots_chart
from workbench.jobs.failure_sheet import GAP_PX, TILE_PX, failure_sheet
from workbench.jobs.preparation_failures import (
    AWAY,
    HOME,
    flag_dots,
    garment_answers,
    garment_dots,
    garment_reliability,
    garment_words,
    surest_mistakes,
    told_words,
)
from workbench.jobs.risk_failures import doubted_wrongly, risk_answers, risk_dots, risk_let_through, risk_reliability


@pytest.fixture(scope="module")
def answers():
    return garment_answers(every=12)


def size(jpeg):
    return Image.open(io.BytesIO(jpeg)).size


def test_answers_are_the_shipped_models_on_test_photos(answers, sample_dir):
    photos = pl.read_csv(sample_dir / "training" / "prepare" / "photos.csv")
    tested = set(photos.filter(pl.col("split") == "test")["file"])
    assert {"/".join(path.split("/")[-2:]) for path in answers["photo"]} <= tested
    assert answers["sure"].is_sorted(descending=True) and answers["sure"].is_between(0, 1).all()
    dots = garment_dots(answers)
    assert dots["n"].sum() == answers.height and (dots["n"] * dots["value"]).sum() == answers["right"].sum()
    assert (dots["low"] <= dots["value"]).all() and (dots["value"] <= dots["high"] + 1e-9).all()
    assert f"**{answers['right'].sum()} of {answers.height}**" in garment_words(answers)
    assert sum(garment_reliability(answers).n) == answers.height
    assert size(surest_mistakes(answers))[0] == 4 * (TILE_PX + GAP_PX) - GAP_PX


def test_flags_are_shown_at_home_and_away():
    dots = flag_dots()
    assert set(dots["of"]) == {HOME, AWAY}
    told, withheld = told_words().split(". Withheld")
    for flag in load_model("prepare_net").card.facts["names"]["flags"]:
        words = flag.replace("_", " ")
        assert (words in told) == (flag in load_model("prepare_net").card.facts["shown"]) != (words in withheld)


def test_risks_are_those_of_the_test_results():
    risks = risk_answers()
    assert risks.height == risk.read("test").height and risks["risk"].is_sorted()
    assert sum(risk_reliability(risks).n) == risks.height
    assert risk_let_through(risks).coverage[-1] == pytest.approx(1.0)
    assert risk_dots().row(0, named=True)["name"] == "all categories"
    doubted = risks.filter(~pl.col("failed")).tail(1)
    assert size(doubted_wrongly(doubted))[0] == 3 * (TILE_PX + GAP_PX) - GAP_PX


def test_a_sheet_has_a_line_for_what_does_not_fit_into_one():
    picture = np.full((40, 80, 3), 90, np.uint8)
    one, two = (failure_sheet([("a\nb", [picture])] * n, across=2) for n in (2, 3))
    assert size(one)[0] == size(two)[0] and size(two)[1] > 2 * size(one)[1]


def test_dots_are_grouped_by_what_they_measure():
    rows = pl.DataFrame(
        {"name": ["a_b", "a_b", "<c>"], "value": [0.9, 0.5, 0.7], "low": [0.8, None, 0.6], "high": [0.95, None, 0.8],
         "of": ["home", "away", "home"], "n": [10, 20, 30]}
    )  # fmt: skip
    figure = dots_chart(rows, title="AUROC", accent="home", aim=0.95)
    assert [list(trace.y) for trace in figure.data] == [["a b", "&lt;c&gt;"], ["a b"]]
    assert list(figure.data[1].error_x.array) == [0.0] and "aim 0.95" in figure.layout.annotations[0].text
    assert figure.data[0].marker.color != figure.data[1].marker.color
