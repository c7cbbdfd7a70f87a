"""One simulated run of a shop: every image arrives, waits for the engine, waits for a person, and is done or late.

Discrete events (SimPy). People and engine workers are processes; an image is one row of numbers that they pass on.
A person takes the image that is due first among the lanes they can do, and never stops in the middle of one.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.operations.shop import Retoucher, Shop, Stream, Wave

if TYPE_CHECKING:
    import numpy as np

GRID_H = 1 / 12  # how often the queues are counted
DRAWN_AT_ONCE = 4096
HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one run. Times in hours since the start; NaN for what did not happen before the horizon."""

    lane: np.ndarray  # of each image, index into ``lanes``
    lanes: tuple[str, ...]
    arrived_h: np.ndarray
    due_h: np.ndarray
    done_h: np.ndarray
    waited_h: np.ndarray  # for a person, over all rounds
    engine_waited_h: np.ndarray
    rounds: np.ndarray  # how often a person had it
    grid_h: np.ndarray
    depth: np.ndarray  # (times, queues): engine first, then the lanes; waiting, not in hand
    busy_h: dict[str, float]  # until the checkpoint
    on_duty_h: dict[str, float]  # until the checkpoint
    overtime_h: dict[str, float]
    engine_busy_share: float  # from the first arrival until the checkpoint
    people_left_h: float  # when the last person put down the last image; 0 when nobody touched any


@dataclass(slots=True)
class _Run:
    """The state of a run."""

    shop: Shop
    env: object
    rng: object
    names: tuple[str, ...]
    lane: list[int] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    due: list[float] = field(default_factory=list)
    done: list[float] = field(default_factory=list)
    since: list[float] = field(default_factory=list)  # when it last began to wait
    waited: list[float] = field(default_factory=list)
    engine_waited: list[float] = field(default_factory=list)
    rounds: list[int] = field(default_factory=list)
    engine_queue: deque = field(default_factory=deque)
    engine_idle: list = field(default_factory=list)
    queues: list[list] = field(default_factory=list)
    idle: list = field(default_factory=list)  # (person's lanes, event)
    depth: list = field(default_factory=list)
    engine_busy_s: float = 0.0
    order: itertools.count = field(default_factory=itertools.count)
    stock: dict = field(default_factory=dict)


def simulate_shop(shop: Shop, *, seed: int) -> Outcome:
    """Run a shop once.

    Args:
        shop: What comes in and who works.
        seed: The same one gives the same run.
    """
    import numpy as np
    import simpy

    env = simpy.Environment()
    names = tuple(shop.lanes)
    run = _Run(shop=shop, env=env, rng=np.random.default_rng(seed), names=names, queues=[[] for _ in names])
    for arrivals in shop.arrivals:
        env.process(_stream(run, arrivals) if isinstance(arrivals, Stream) else _wave(run, arrivals))
    if shop.engine:
        for _ in range(shop.engine.workers):
            env.process(_engine_worker(run))
    busy, overtime = ({person.name: 0.0 for person in shop.retouchers} for _ in range(2))
    last = [0.0]
    for person in shop.retouchers:
        env.process(_person(run, person, busy, overtime, last))
    env.process(_count_queues(run))
    horizon = shop.horizon_h * HOUR
    env.run(until=horizon + 1e-6)
    check_h = _check_h(shop)
    open_s = shop.engine.workers * (check_h * HOUR - run.arrived[0]) if shop.engine and run.arrived else 0.0
    return Outcome(
        lane=np.array(run.lane, np.int8), lanes=names, arrived_h=np.array(run.arrived) / HOUR,
        due_h=np.array(run.due) / HOUR, done_h=np.array(run.done) / HOUR, waited_h=np.array(run.waited) / HOUR,
        engine_waited_h=np.array(run.engine_waited) / HOUR, rounds=np.array(run.rounds, np.int32),
        grid_h=np.arange(len(run.depth)) * GRID_H, depth=np.array(run.depth), overtime_h=overtime,
        busy_h={name: seconds / HOUR for name, seconds in busy.items()},
        on_duty_h={person.name: _on_duty_h(person, check_h) for person in shop.retouchers},
        engine_busy_share=min(1.0, run.engine_busy_s / open_s) if open_s > 0 else 0.0,
        people_left_h=last[0] / HOUR,
    )  # fmt: skip


def _wave(run: _Run, wave: Wave):
    yield run.env.timeout(wave.at_h * HOUR)
    for _ in range(wave.images):
        _arrive(run)


def _stream(run: _Run, stream: Stream):
    if not stream.images_per_h:
        return
    yield run.env.timeout(stream.from_h * HOUR)
    mean_s, until = HOUR / stream.images_per_h, stream.until_h * HOUR
    while True:
        gaps = run.rng.exponential(mean_s, DRAWN_AT_ONCE)
        for gap in gaps.tolist():
            if run.env.now + gap >= until:
                return
            yield run.env.timeout(gap)
            _arrive(run)


def _arrive(run: _Run) -> None:
    shop, now = run.shop, run.env.now
    lane = int(
        _drawn(run, "lane", lambda rng, n: rng.choice(len(run.names), n, p=[w.share for w in shop.lanes.values()]))
    )
    urgent = shop.urgent_share and _drawn(run, "urgent", lambda rng, n: rng.random(n)) < shop.urgent_share
    run.lane.append(lane)
    run.arrived.append(now)
    run.due.append(now + (shop.urgent_due_h if urgent else shop.due_h) * HOUR)
    run.done.append(float("nan"))
    run.since.append(now)
    run.waited.append(0.0)
    run.engine_waited.append(0.0)
    run.rounds.append(0)
    image = len(run.lane) - 1
    if shop.engine is None:
        _to_people(run, image)
        return
    run.engine_queue.append(image)
    if run.engine_idle:
        run.engine_idle.pop().succeed()


def _engine_worker(run: _Run):
    env, engine, queue = run.env, run.shop.engine, run.engine_queue
    while True:
        if not queue:
            wake = env.event()
            run.engine_idle.append(wake)
            yield wake
            continue
        batch = [queue.popleft() for _ in range(min(engine.batch, len(queue)))]
        for image in batch:
            run.engine_waited[image] = env.now - run.since[image]
        seconds = engine.start_s + sum(_drawn(run, "engine", engine.seconds.draw) for _ in batch)
        run.engine_busy_s += min(seconds, max(_check_h(run.shop) * HOUR - env.now, 0.0))
        yield env.timeout(seconds)
        for image in batch:
            _to_people(run, image)


def _to_people(run: _Run, image: int) -> None:
    lane = run.lane[image]
    if run.shop.lanes[run.names[lane]].seconds is None:
        run.done[image] = run.env.now
        return
    run.since[image] = run.env.now
    heapq.heappush(run.queues[lane], (run.due[image], next(run.order), image))
    for place, (lanes, wake) in enumerate(run.idle):
        if run.names[lane] in lanes:
            del run.idle[place]
            wake.succeed()
            return


def _person(run: _Run, person: Retoucher, busy: dict, overtime: dict, last: list):
    env = run.env
    mine = [place for place, name in enumerate(run.names) if name in person.lanes]
    for begin_h, end_h in person.shifts:
        end = end_h * HOUR
        if begin_h * HOUR > env.now:
            yield env.timeout(begin_h * HOUR - env.now)
        while True:
            pause = next((b for b in person.breaks if b[0] * HOUR <= env.now < b[1] * HOUR), None)
            if pause and env.now < end:
                yield env.timeout(pause[1] * HOUR - env.now)
                continue
            heads = [(run.queues[place][0], place) for place in mine if run.queues[place]]
            if env.now >= end and (not heads or env.now >= end + person.may_stay_h * HOUR):
                break
            if not heads:
                stops = [b[0] * HOUR for b in person.breaks if b[0] * HOUR > env.now]
                entry = (person.lanes, env.event())
                run.idle.append(entry)
                yield entry[1] | env.timeout(min([end, *stops]) - env.now)
                if entry in run.idle:
                    run.idle.remove(entry)
                continue
            place = min(heads)[1]
            image = heapq.heappop(run.queues[place])[2]
            work = run.shop.lanes[run.names[place]]
            run.waited[image] += env.now - run.since[image]
            seconds = _drawn(run, run.names[place], work.seconds.draw)
            busy[person.name] += min(seconds, max(_check_h(run.shop) * HOUR - env.now, 0.0))
            yield env.timeout(seconds)
            last[0] = env.now
            if env.now > end:
                overtime[person.name] += (env.now - max(end, env.now - seconds)) / HOUR
            run.rounds[image] += 1
            back = work.rework_share and _drawn(run, "rework", lambda rng, n: rng.random(n)) < work.rework_share
            if back:
                _to_people(run, image)
            else:
                run.done[image] = env.now


def _count_queues(run: _Run):
    for _ in range(int(run.shop.horizon_h / GRID_H) + 1):
        run.depth.append([len(run.engine_queue), *(len(queue) for queue in run.queues)])
        yield run.env.timeout(GRID_H * HOUR)


def _drawn(run: _Run, what: str, draw) -> float:
    """The next number of a kind; they are drawn by the thousand, which is fifty times faster than one by one."""
    stock = run.stock.get(what)
    if not stock:
        stock = run.stock[what] = draw(run.rng, DRAWN_AT_ONCE).tolist()
    return stock.pop()


def _check_h(shop: Shop) -> float:
    return shop.horizon_h if shop.checkpoint_h is None else shop.checkpoint_h


def _on_duty_h(person: Retoucher, horizon_h: float) -> float:
    def within(spans) -> float:
        return sum(max(0.0, min(end, horizon_h) - min(begin, horizon_h)) for begin, end in spans)

    pauses = [
        (max(begin, b), min(end, e)) for begin, end in person.shifts for b, e in person.breaks if b < end and e > begin
    ]
    return within(person.shifts) - within(pauses)
