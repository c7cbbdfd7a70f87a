"""The simulated shop against queueing theory, and against days that can be worked out by hand."""

import dataclasses
import math

import numpy as np
import polars as pl
import pytest

from workbench.domain.errors import UsageError
from workbench.operations.plan_shop import Plan, plan_shop
from workbench.operations.replicate_shop import SimulationStopped, estimate, replicate_shop
from workbench.operations.shop import Engine, LaneWork, Retoucher, Seconds, Shop, Stream, Wave
from workbench.operations.simulate_shop import simulate_shop
from workbench.operations.sweep_auto_share import sweep_auto_share

SERVICE_S = 90.0
PER_HOUR = 3600 / SERVICE_S
PRECISE = 0.02  # largest half-width of the 95% interval, of the mean


def people(count, hours, **more):
    return tuple(
        Retoucher(name=f"p{n}", lanes=frozenset({"manual"}), shifts=((0, hours),), **more) for n in range(count)
    )


def manual(**more):
    return {"manual": LaneWork(share=1, **more)}


def wait_of(servers: int, load: float, cv: float, hours: float, *, replications=20):
    """Mean hours an image waits for one of so many people, simulated."""
    shop = Shop(
        arrivals=(Stream(images_per_h=load * servers * PER_HOUR, from_h=0, until_h=hours),), horizon_h=hours,
        lanes=manual(seconds=Seconds(mean_s=SERVICE_S, cv=cv)), retouchers=people(servers, hours), warm_up_h=40,
    )  # fmt: skip
    return replicate_shop(shop, replications=replications, seed=1).figures["waited_mean_h"]


def erlang_c_wait_h(servers: int, load: float) -> float:
    """Mean wait of M/M/c. Source: Erlang 1917; Kleinrock 1975, Queueing Systems I, 3.5."""
    offered = servers * load
    full = offered**servers / math.factorial(servers) / (1 - load)
    waits = full / (sum(offered**k / math.factorial(k) for k in range(servers)) + full)
    return waits / (servers * PER_HOUR * (1 - load))


def pollaczek_khinchine_wait_h(load: float, cv: float) -> float:
    """Mean wait of M/G/1. Source: Pollaczek 1930, Khinchine 1932; Kleinrock 1975, Queueing Systems I, 5.6."""
    return load * (1 + cv**2) / (2 * (1 - load) * PER_HOUR)


@pytest.mark.parametrize(
    ("servers", "load", "cv", "hours", "theory"),
    [
        (2, 0.65, 1.0, 900, erlang_c_wait_h(2, 0.65)),
        (1, 0.6, 0.8, 1000, pollaczek_khinchine_wait_h(0.6, 0.8)),
    ],
    ids=["M/M/2, Erlang C", "M/G/1, Pollaczek-Khinchine"],
)
def test_waiting_agrees_with_queueing_theory(servers, load, cv, hours, theory):
    found = wait_of(servers, load, cv, hours)
    assert found.half_width / found.mean <= PRECISE
    assert found.low <= theory <= found.high


def test_the_engine_waits_as_theory_says_too():
    hours, load, seconds = 70.0, 0.6, 5.0
    shop = Shop(
        arrivals=(Stream(images_per_h=load * 3600 / seconds, from_h=0, until_h=hours),), retouchers=(),
        lanes={"auto": LaneWork(share=1)}, engine=Engine(seconds=Seconds(mean_s=seconds)), horizon_h=hours, warm_up_h=4,
    )  # fmt: skip
    found = replicate_shop(shop, replications=8, seed=1).figures["engine_waited_mean_h"]
    theory = load / (2 * (1 - load)) * seconds / 3600  # M/D/1
    assert found.half_width / found.mean <= PRECISE
    assert found.low <= theory <= found.high


def test_a_morning_by_hand():
    """Three images at nine, one worker of 60 s, one person of 600 s who comes at ten and pauses at a quarter past."""
    shop = Shop(
        arrivals=(Wave(at_h=9, images=3),), engine=Engine(seconds=Seconds(mean_s=60)), horizon_h=24, due_h=1.4,
        lanes=manual(seconds=Seconds(mean_s=600)),
        retouchers=(
            Retoucher(name="ann", lanes=frozenset({"manual"}), shifts=((10, 18),), breaks=((10.25, 11),)),
        ),
    )  # fmt: skip
    found = simulate_shop(shop, seed=1)
    assert found.done_h == pytest.approx([10 + 1 / 6, 10 + 1 / 3, 11 + 1 / 6])  # the second runs into the break
    assert found.waited_h == pytest.approx([1 - 1 / 60, 1 + 1 / 6 - 2 / 60, 2 - 3 / 60])
    assert found.on_duty_h["ann"] == pytest.approx(7.25)
    assert found.busy_h["ann"] == pytest.approx(0.5)
    assert found.depth[found.grid_h == 9.5][0].tolist() == [0, 3]
    both = replicate_shop(shop, replications=2, seed=1)
    assert both.figures["late"].mean == 1  # due at 10:24; the third is late
    assert both.lanes["turnaround_p50_h"][0] == pytest.approx(4 / 3)


def test_batches_are_ready_together():
    engine = Engine(seconds=Seconds(mean_s=60), batch=4, start_s=30)
    shop = Shop(
        arrivals=(Wave(at_h=0, images=6),), engine=engine, horizon_h=1, lanes={"auto": LaneWork(share=1)}, retouchers=()
    )
    done = simulate_shop(shop, seed=1).done_h * 3600
    assert done == pytest.approx([270] * 4 + [270 + 150] * 2)
    twice = (
        simulate_shop(dataclasses.replace(shop, engine=dataclasses.replace(engine, workers=2)), seed=1).done_h * 3600
    )
    assert twice == pytest.approx([270] * 4 + [150] * 2)


def test_who_is_due_first_goes_first_and_only_to_those_who_can():
    plan = {"arrivals": (Wave(at_h=0, images=400),), "horizon_h": 48, "due_h": 24, "urgent_due_h": 2}
    lanes = {
        "manual": LaneWork(share=0.5, seconds=Seconds(mean_s=60)),
        "senior": LaneWork(share=0.5, seconds=Seconds(mean_s=60)),
    }
    crew = (
        Retoucher(name="ann", lanes=frozenset({"manual"}), shifts=((0, 48),)),
        Retoucher(name="bea", lanes=frozenset({"manual", "senior"}), shifts=((0, 48),)),
    )
    found = simulate_shop(Shop(**plan, lanes=lanes, retouchers=crew, urgent_share=0.2), seed=3)
    soon = found.due_h < 3
    for place in range(2):
        mine = found.lane == place
        assert found.done_h[mine & soon].max() < found.done_h[mine & ~soon].min()
    assert found.busy_h["bea"] >= (found.lane == 1).sum() / 60  # the senior lane is hers alone
    with pytest.raises(UsageError, match="nobody does the senior lane"):
        Shop(**plan, lanes=lanes, retouchers=crew[:1])


def test_rework_comes_back_as_often_as_it_is_said_to():
    shop = Shop(
        arrivals=(Wave(at_h=0, images=4000),), horizon_h=400, retouchers=people(4, 400),
        lanes=manual(seconds=Seconds(mean_s=60), rework_share=0.25),
    )  # fmt: skip
    rounds = simulate_shop(shop, seed=1).rounds
    assert rounds.mean() == pytest.approx(1 / 0.75, abs=4 * math.sqrt(0.25) / 0.75 / math.sqrt(4000))
    assert rounds.max() > 3


def test_people_stay_longer_only_when_they_may_and_something_waits():
    day = {"arrivals": (Wave(at_h=0, images=100),), "lanes": manual(seconds=Seconds(mean_s=360)), "horizon_h": 24}
    leaves, stays, idle = (
        simulate_shop(Shop(**{**day, **more}), seed=1)
        for more in (
            {"retouchers": people(1, 8)},
            {"retouchers": people(1, 8, may_stay_h=1)},
            {"retouchers": people(1, 8, may_stay_h=1), "arrivals": (Wave(at_h=0, images=20),)},
        )
    )
    assert sum(~np.isnan(leaves.done_h)) == 80 and leaves.overtime_h["p0"] == 0
    assert sum(~np.isnan(stays.done_h)) == 90 and stays.overtime_h["p0"] == pytest.approx(1)
    assert idle.overtime_h["p0"] == 0


def test_measured_times_are_drawn_as_they_are():
    times = (10.0, 20.0, 90.0)
    rng = np.random.default_rng(1)
    assert set(Seconds(mean_s=1, measured_s=times).draw(rng, 500)) == set(times)
    drawn = Seconds(mean_s=90, cv=0.8).draw(rng, 200_000)
    assert drawn.mean() == pytest.approx(90, rel=0.01) and drawn.std() / drawn.mean() == pytest.approx(0.8, rel=0.01)


def test_the_knee_of_the_manual_lane_lies_between_seventy_and_eighty_five_percent():
    """1,200 images, one retoucher, one shift of eight hours: arithmetic says 73.3% is just full."""
    found = sweep_auto_share(Plan(), replications=5)
    at = {round(row["auto_share"], 3): row for row in found.iter_rows(named=True)}
    assert at[0.7]["left_low"] > 0 and at[0.7]["left"] > 10 and at[0.85]["left_high"] == 0
    assert at[0.7]["by_hand_p95_h"] > 15  # some images wait for the next day
    assert at[0.75]["by_hand_p95_h"] < 9
    first_free = found.filter(pl.col("left") < 1)["auto_share"].min()
    assert 0.70 < first_free <= 0.80
    below = at[0.7]["by_hand_p95_h"] - at[0.75]["by_hand_p95_h"]
    above = at[0.8]["by_hand_p95_h"] - at[0.85]["by_hand_p95_h"]
    assert below > 3 * above  # a knee: five points cost far more on one side
    hourly = sweep_auto_share(Plan(pattern="hourly"), (0.7, 0.75, 0.8, 0.85), replications=5)
    waits = hourly["by_hand_p95_h"].to_list()
    assert waits == sorted(waits, reverse=True) and waits[0] > 5 * waits[1] and waits[2] < 2 * waits[3]


def test_the_same_seed_gives_the_same_figures_in_one_process_or_two():
    shop = plan_shop(Plan(images=100))
    told = []
    one = replicate_shop(shop, replications=4, seed=9, on_progress=lambda done, of: told.append((done, of)))
    two = replicate_shop(shop, replications=4, seed=9, workers=2)
    assert one.figures == two.figures and one.lanes.equals(two.lanes) and one.depth.equals(two.depth)
    assert one.figures != replicate_shop(shop, replications=4, seed=10).figures
    assert told == [(n, 4) for n in range(5)]


@pytest.mark.parametrize("workers", [1, 2])
def test_it_can_be_stopped(workers):
    told = []
    with pytest.raises(SimulationStopped):
        replicate_shop(
            plan_shop(Plan(images=50)), replications=50, workers=workers, on_progress=lambda *at: told.append(at),
            stopping=lambda: len(told) > 2,
        )  # fmt: skip
    assert len(told) < 10


def test_what_was_not_done_has_no_turnaround_instead_of_a_wrong_one():
    shop = dataclasses.replace(plan_shop(Plan(images=20_000, auto_share=0.0)), horizon_h=24)
    found = replicate_shop(shop, replications=2, seed=1)
    assert found.figures["unfinished"].mean > 10_000
    assert found.figures["turnaround_p95_h"].mean is None
    assert estimate([1.0, None]).mean is None and estimate([2.0]).half_width is None


def test_an_empty_monday_is_quiet():
    found = replicate_shop(plan_shop(Plan(images=0)), replications=2, seed=1)
    assert found.figures["late"].mean == 0 and found.figures["turnaround_p50_h"].mean is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"auto_share": 1.2}, "auto_share"), ({"engine_workers": 0}, "engine_workers"), ({"pattern": "mondy"}, "monday"),
        ({"mix": {"auto": 1.0}}, "mix"), ({"shift_h": 20}, "shift_h"), ({"rework_share": 1.0}, "rework_share"),
        ({"urgent_share": 2}, "urgent_share"), ({"measured_s": {"manual": (-1.0, 2.0)}}, "measured_s"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(values, words):
    with pytest.raises(UsageError, match=words):
        plan_shop(Plan(**values))
