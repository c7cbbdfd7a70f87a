"""The five figures of a setting of the limits: moves, rework, hours, turnaround, cost; each beside what is now."""

from __future__ import annotations

import math

from workbench.app.figure_card import Figure
from workbench.app.overview_figures import interval_text
from workbench.app.threshold_state import Trial
from workbench.charts.amounts import count, duration, money, percent, plural
from workbench.jobs.backtest_words import backtest_frame
from workbench.lake.statements import statement
from workbench.routing.approximate_turnaround import CVS, MOST_LOAD, SERVICE_CV

SURE_JUDGED = 30  # below so many judged images a share is shown as counts


def threshold_figures(trial: Trial) -> list[Figure]:
    """Cards for the top of the page."""
    figures = [_moves(trial), _rework(trial), _hours(trial), _turnaround(trial), _cost(trial)]
    if trial.desk.scope.simulated:
        from dataclasses import replace

        figures = [replace(figure, simulated=True) for figure in figures]
    return figures


def _moves(trial: Trial) -> Figure:
    test = trial.test
    lanes = ", ".join(
        f"{lane} {test.after.lanes[lane] - test.before.lanes[lane]:+,}"
        for lane in test.after.lanes if test.after.lanes[lane] != test.before.lanes[lane]
    )  # fmt: skip
    return Figure(
        key="changes", label="Images that change lane", value=count(test.changed),
        note=f"of {plural(test.images, 'image')}", change=lanes,
        definition="Every image on record is sent through the rules and these limits again, with the risk it has. "
        "Counted are those that would be in another lane than the one they are in.",
        n=count(test.images), sql=statement("replay_groups"), rows=test.moves,
    )  # fmt: skip


def _rework(trial: Trial) -> Figure:
    found, before = trial.test.after.rework, trial.test.before.rework
    if found.images == 0:
        value, note = "0 of 0", "nothing would go out untouched"
    elif found.share is None:
        value, note = None, "nobody has judged such images"
    elif found.answered < SURE_JUDGED:
        value, note = f"about {percent(found.share)}", f"only {found.answered} judged: says little"
    else:
        value, note = percent(found.share), f"{found.answered} judged"
    if found.share is not None:
        note += f" · {percent(found.low)} – {percent(found.high)}"
    unknown = f"{count(found.unknown)} of {count(found.images)} unknown" if found.unknown else ""
    change = "" if before.share is None or found.share is None else f"now {percent(before.share)}"
    return Figure(
        key="rework", label="Rework in auto", value=value, note=note, target=percent(trial.desk.target),
        change=" · ".join(part for part in (change, unknown) if part),
        definition="Share of images that would go out untouched and would come back. It is estimated from images that "
        "were drawn for a look before anybody saw them, each weighted by one over its chance to be drawn. Unknown are "
        "images of a kind (category and lane) of which nobody has judged any: they are counted, not guessed.",
        n=count(found.answered), interval=interval_text(found.low, found.high), sql=statement("replay_groups"),
        rows=trial.test.by_category,
    )  # fmt: skip


def _hours(trial: Trial) -> Figure:
    after, before = trial.test.after.hours, trial.test.before.hours
    people = trial.desk.people
    over = [role for role in after if after[role] > people.get(role, math.inf)]
    note = " · ".join(f"{role} {_h(after[role])}" for role in after if after[role])
    change = f"now {_h(sum(before.values()))}"
    if over:
        change += " · more than there are: " + ", ".join(over)
    return Figure(
        key="hours", label="Work a day", value=_h(sum(after.values())), note=note, change=change,
        definition="Hours of people's work a day: images of each lane times the seconds one takes "
        f"(check {trial.costs.check_s:g} s, manual {trial.costs.manual_s:g} s, senior {trial.costs.senior_s:g} s, "
        f"audit {trial.costs.audit_s:g} s, rework {trial.costs.rework_s:g} s; {trial.costs.source}), over "
        f"{trial.test.days:.0f} days.",
        n=count(trial.test.images), rows=backtest_frame(trial.test), sql=statement("replay_groups"),
    )  # fmt: skip


def _turnaround(trial: Trial) -> Figure:
    after, before = trial.test.after, trial.test.before
    slowest = max(after.turnaround_h, key=lambda lane: after.turnaround_h[lane])
    worst = after.turnaround_h[slowest]
    note = f"p95 of lane {slowest}, working hours" if worst else "nothing waits for people"
    value: str | None = "never done" if math.isinf(worst) else _h(worst)
    if math.isinf(worst):
        note = f"more comes into lane {slowest} than people can do"
    elif after.not_approximated:
        lane, why = next(iter(after.not_approximated.items()))
        value, note = None, f"{lane}: {why}. Throughput simulates it"
    old = max(before.turnaround_h.values(), default=0.0)
    return Figure(
        key="turnaround", label="Turnaround, approximated", value=value, note=note,
        change="" if before.not_approximated else f"now {'never done' if math.isinf(old) else _h(old)}",
        definition="Working hours until 95% of the slowest lane's images are done, when a day's images come in one "
        "wave and people work them off in turn, on top of what earlier days left. An approximation for loads up to "
        f"{MOST_LOAD:.0%} and times with a CV of {CVS[0]:g} to {CVS[1]:g} ({SERVICE_CV:g} is assumed): there it was "
        "within 10% of the simulated shop in 19 of 20 cases. Beyond, nothing is guessed: the page Throughput simulates "
        "the queue itself.",
        rows=backtest_frame(trial.test),
    )  # fmt: skip


def _cost(trial: Trial) -> Figure:
    after, before = trial.test.after, trial.test.before
    note = "nobody can say: no such image was judged"
    if after.cost is not None:
        largest = sorted(after.cost.items(), key=lambda item: -item[1])[:2]
        note = " · ".join(f"{part} {money(value)}" for part, value in largest if value)
    return Figure(
        key="cost", label="Cost per approved image", value=None if after.cost is None else money(after.cost_eur),
        note=note, change="" if before.cost is None else f"now {money(before.cost_eur)}",
        definition="Compute, audits, checks, manual and senior work, rework, and faulty images that escape, over all "
        f"images; every image is approved in the end, faulty ones after rework. Rates: {trial.costs.source}; an escape "
        f"costs {money(trial.costs.escape_eur)}. The interval follows from that of rework.",
        n=count(trial.test.images),
        interval="" if after.cost_low is None else f"{money(after.cost_low)} – {money(after.cost_high)}",
        rows=backtest_frame(trial.test),
    )  # fmt: skip


def _h(hours: float) -> str:
    return duration(hours * 3600)
