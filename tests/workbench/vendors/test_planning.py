"""How many photos, which ones, and the file that fixes it."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestPower

from workbench.domain.errors import UsageError
from workbench.vendors.pairs_needed import pairs_needed
from workbench.vendors.pilot import MEASURES, PilotError, parse_pilot
from workbench.vendors.spreads import measured_spread
from workbench.vendors.stratified_draw import stratified_draw

TEXT = """name = "autumn"
question = "Is the network as good as what we have?"
set = "/photos/manifest.csv"
engines = ["classical", "subject_net"]
measure = "iou"
margin = 0.01
per_category = 12
budget_eur = 20
"""


@pytest.mark.parametrize("effect", [0.3, 0.5, 1.0])
@pytest.mark.parametrize("one_sided", [False, True])
def test_sample_size_as_statsmodels_has_it(effect, one_sided):
    exact = TTestPower().solve_power(effect, power=0.8, alpha=0.05, alternative="larger" if one_sided else "two-sided")
    assert abs(pairs_needed(effect, 1.0, one_sided=one_sided) - exact) <= 2


def test_the_power_is_there():
    n = pairs_needed(0.02, 0.05)
    rng = np.random.default_rng(0)
    drawn = rng.normal(0.02, 0.05, (2000, n))
    assert 0.77 < np.mean(stats.ttest_1samp(drawn, 0, axis=1).pvalue < 0.05) < 0.84


def test_more_comparisons_take_more_photos():
    assert pairs_needed(0.02, 0.05, comparisons=6) > pairs_needed(0.02, 0.05)
    with pytest.raises(UsageError):
        pairs_needed(0.0, 0.05)


def test_the_draw_is_the_same_number_of_each_and_always_the_same():
    photos = [(f"a{n}", "apparel") for n in range(50)] + [(f"g{n}", "glassware") for n in range(3)]
    found = stratified_draw(photos, per_category=10, seed=1)
    assert sum(one.startswith("a") for one in found.drawn) == 10 and found.short == {"glassware": 7}
    assert stratified_draw(reversed(photos), per_category=10, seed=1).drawn == found.drawn
    assert set(stratified_draw(photos, per_category=5, seed=1).drawn) < set(found.drawn)
    assert stratified_draw(photos, per_category=10, seed=2).drawn != found.drawn


def test_the_draw_takes_every_photo_about_as_often():
    photos = [(f"a{n}", "apparel") for n in range(20)]
    drawn = [one for seed in range(400) for one in stratified_draw(photos, per_category=5, seed=seed).drawn]
    counts = np.unique(drawn, return_counts=True)[1]
    assert len(counts) == 20 and stats.chisquare(counts).pvalue > 0.001


@pytest.mark.parametrize("measure", MEASURES)
def test_a_spread_is_there_for_every_measure(measure):
    found = measured_spread(measure)
    assert 0 < found.low <= found.typical <= found.high and found.pairs >= 3 and found.photos >= 50


def test_a_pilot_file_is_read():
    found = parse_pilot(TEXT, where="pilot.toml")
    assert found.baseline == "classical" and found.better == "higher" and found.blind.guess_margin == 0.1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TEXT.replace("margin", "margins"), "line 6: unknown key 'margins'.*did you mean 'margin'"),
        (TEXT.replace('"iou"', '"ioo"'), "line 5: measure is 'ioo'.*did you mean 'iou'"),
        (TEXT.replace("12", "0"), "line 7: per_category is 0"),
        (TEXT.replace("20", "true"), "line 8: budget_eur is True"),
        (TEXT.replace(', "subject_net"', ""), "line 4: engines"),
        (TEXT + '\n[blind]\nreference = "studio"\n', "reference is 'studio'"),
        (TEXT + "\n[blind]\npair = 3\n", "unknown key 'pair'"),
        (TEXT + 'people_may_leave_eu = "yes"\n', "line 9: people_may_leave_eu"),
        ("=", "not TOML"),
    ],
)
def test_what_is_wrong_with_a_pilot_file_is_named(text, words):
    with pytest.raises(PilotError, match=words):
        parse_pilot(text, where="pilot.toml")
