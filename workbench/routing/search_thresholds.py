"""Finds the limits of three lanes at once that cost least per approved image and keep every constraint.

Images are counted into a histogram (category, least lane the rules allow, risk in thousandths) once; then each pair of
limits costs two look-ups in cumulative sums. Hours tie the categories together: they get a price, and the prices are
searched (Lagrangian relaxation), which also gives a bound: the cheapest possible solution cannot be below it.

Limits for ``auto`` come from the certified set only; a category without one keeps nothing in auto.

Source: Everett (1963), Generalized Lagrange multiplier method, Operations Research 11, 399-417.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.routing.certify import grid
from workbench.routing.risk_histogram import PLACES
from workbench.routing.unit_costs import SECONDS_AN_HOUR, UnitCosts

if TYPE_CHECKING:
    import numpy as np

PRICES = 20  # tried per role and round
ROUNDS = 2
SWEEPS, MOST_PLACES = 4, 120
MOST_EUR_H = 1e4  # the highest price of an hour tried
SEARCHED = ("checker", "retoucher")  # limits move no image to or from senior: rules alone do


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What the limits must keep. ``hours``: role -> hours a day, a role left out has as many as it needs."""

    rework_in_auto: float = 0.05
    hours: Mapping[str, float] | None = None
    days: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A constraint no limits can keep, by how much, and what would help."""

    constraint: str
    needed: float
    allowed: float
    why: str

    @property
    def words(self) -> str:
        """As a sentence."""
        missing = f"{self.allowed:.1f} h are there, {self.needed - self.allowed:.1f} h are missing"
        return f"{self.constraint}: at least {self.needed:.1f} h a day are needed, {missing}; {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The cheapest limits; with ``binding`` they are the nearest ones to what is asked and do not keep it.

    ``max_risk`` None: nothing of the category may go out untouched. ``bound_eur``: no limits that keep the constraints
    can cost less, so ``cost_eur`` is at most the difference too high.
    """

    max_risk: Mapping[str, float | None]
    max_check_risk: Mapping[str, float]
    cost_eur: float
    bound_eur: float
    hours: Mapping[str, float]
    rework: Mapping[str, float | None]
    lanes: Mapping[str, int]
    binding: tuple[Binding, ...] = ()


def search_thresholds(
    counts: np.ndarray,
    failing: np.ndarray,
    categories: Sequence[str],
    *,
    certified: Mapping[str, float | None],
    costs: UnitCosts,
    audit_share: float,
    constraints: Constraints,
) -> Found:
    """The cheapest limits.

    Args:
        counts: From `risk_histogram`.
        failing: Chance to fail, (categories, places), never falling along a row (see `failure_curve`).
        categories: Names in the order of ``counts``.
        certified: Category -> highest certified limit; None or missing: not certified.
        costs: Seconds and money per image.
        audit_share: Share of auto that people look at.
        constraints: What must hold.
    """
    import numpy as np

    table = _Table(counts, failing, categories, certified, costs, audit_share, constraints)
    caps = np.array([(constraints.hours or {}).get(role, np.inf) for role in SEARCHED])
    best, bound = table.solve(caps)
    if best is None:
        return table.infeasible(caps)
    return table.found(best, bound, _senior_binding(table, constraints))


class _Table:
    """Cumulative sums over the limits; the first column stands for "nothing", then one for each place."""

    def __init__(self, counts, failing, categories, certified, costs, audit_share, constraints) -> None:
        import numpy as np

        self.categories, self.constraints, self.costs = categories, constraints, costs
        free, checked = counts[:, 0].astype(float), counts[:, 1].astype(float)
        self.counts, self.total = counts, max(float(counts.sum()), 1.0)
        hour = SECONDS_AN_HOUR * constraints.days
        faulty = np.asarray(failing, dtype=float)
        # per image: money, hours a day of checkers and of retouchers
        auto = (
            audit_share * costs.audit_eur
            + faulty * (audit_share * costs.rework_eur + (1 - audit_share) * costs.escape_eur),
            np.full_like(faulty, audit_share * costs.audit_s / hour), faulty * audit_share * costs.rework_s / hour,
        )  # fmt: skip
        check = (
            costs.check_eur + faulty * costs.rework_eur, np.full_like(faulty, costs.check_s / hour),
            faulty * costs.rework_s / hour,
        )  # fmt: skip
        manual = (
            np.full_like(faulty, costs.manual_eur), np.zeros_like(faulty),
            np.full_like(faulty, costs.manual_s / hour),
        )  # fmt: skip
        both = free + checked
        self.to_auto = [_running(free * (a - c)) for a, c in zip(auto, check, strict=True)]
        self.to_check = [_running(both * (c - m)) for c, m in zip(check, manual, strict=True)]
        people = counts[:, 2].sum() + both.sum()
        senior = float(counts[:, 3].sum())
        self.base = np.array(
            [
                people * costs.manual_eur + senior * costs.senior_eur
                + float(counts.sum()) * (costs.compute_eur + costs.vendor_eur), 0.0, people * costs.manual_s / hour,
            ]
        )  # fmt: skip
        self.senior_h = senior * costs.senior_s / hour
        self.auto_n, self.auto_faulty = _running(free), _running(free * faulty)
        limits = np.concatenate([[-1.0], grid(), [np.inf]])
        top = np.array([certified.get(name) if certified.get(name) is not None else -1.0 for name in categories])
        with np.errstate(invalid="ignore", divide="ignore"):
            share = self.auto_faulty / self.auto_n
        too_many = np.where(self.auto_n > 0, share, 0.0) > constraints.rework_in_auto
        self.barred = (limits[None, :] > top[:, None] + 1e-12) | too_many
        self.limits = limits

    def best(self, prices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The cheapest limits of each category when hours cost so much extra, (places of auto, places of check)."""
        import numpy as np

        one = self.to_auto[0] + prices[0] * self.to_auto[1] + prices[1] * self.to_auto[2]
        two = self.to_check[0] + prices[0] * self.to_check[1] + prices[1] * self.to_check[2]
        one = np.where(self.barred, np.inf, one)
        rows = np.arange(len(one))
        least = np.minimum.accumulate(one, axis=1)
        check = np.argmin(least + two, axis=1)
        # the place where the least up to there was reached first
        reached = np.argmax(one == least[rows, check][:, None], axis=1)
        return reached, check

    def sums(self, auto: np.ndarray, check: np.ndarray) -> np.ndarray:
        """Money and hours of a choice of limits."""
        import numpy as np

        rows = np.arange(len(auto))
        return self.base + np.array(
            [a[rows, auto].sum() + c[rows, check].sum() for a, c in zip(self.to_auto, self.to_check, strict=True)]
        )

    def solve(self, caps: np.ndarray):
        """The cheapest feasible choice found, and the bound below which none can be; (None, …) when there is none."""
        import numpy as np

        best, best_cost, bound = None, np.inf, -np.inf
        spans = [np.concatenate([[0.0], np.geomspace(0.05, MOST_EUR_H, PRICES)]) if np.isfinite(cap) else np.zeros(1)
                 for cap in caps]  # fmt: skip
        for _ in range(ROUNDS):
            at = (0, 0)
            for i, first in enumerate(spans[0]):
                for j, second in enumerate(spans[1]):
                    prices = np.array([first, second])
                    choice = self.best(prices)
                    sums = self.sums(*choice)
                    room = np.where(np.isfinite(caps), sums[1:] - np.where(np.isfinite(caps), caps, 0.0), 0.0)
                    lower = sums[0] + float(prices @ room)
                    if lower > bound:
                        bound, at = lower, (i, j)
                    if (sums[1:] <= caps + 1e-9).all() and sums[0] < best_cost - 1e-12:
                        best, best_cost = choice, float(sums[0])
                    if first == 0 == second and best is not None:
                        return best, best_cost  # nothing binds
            spans = [_around(span, place) for span, place in zip(spans, at, strict=True)]
        return None if best is None else self.improve(*best, caps), bound

    def improve(self, auto: np.ndarray, check: np.ndarray, caps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Move one category's limits at a time while that is cheaper and still fits: prices alone miss such places."""
        import numpy as np

        auto, check = auto.copy(), check.copy()
        for _ in range(SWEEPS):
            before = self.sums(auto, check)[0]
            for c in range(len(auto)):
                busy = np.flatnonzero(np.diff(self.auto_n[c], prepend=-1) > 0)
                some = busy[:: max(1, busy.size // MOST_PLACES)]
                ones = np.unique(np.append(some[~self.barred[c, some]], auto[c]))
                twos = np.unique(np.concatenate([some, np.arange(0, PLACES + 1, PLACES // MOST_PLACES), [check[c]]]))
                others = self.sums(auto, check) - self._at(c, auto[c], check[c])
                each = [
                    others[i] + self.to_auto[i][c, ones][:, None] + self.to_check[i][c, twos][None, :] for i in range(3)
                ]
                fits = (ones[:, None] <= twos[None, :]) & (each[1] <= caps[0] + 1e-9) & (each[2] <= caps[1] + 1e-9)
                cost = np.where(fits, each[0], np.inf)
                one, two = np.unravel_index(np.argmin(cost), cost.shape)
                if cost[one, two] < self.sums(auto, check)[0] - 1e-12:
                    auto[c], check[c] = ones[one], twos[two]
            if before - self.sums(auto, check)[0] < 1e-9:
                break
        return auto, check

    def _at(self, c: int, auto: int, check: int) -> np.ndarray:
        """What one category adds."""
        import numpy as np

        return np.array([a[c, auto] + k[c, check] for a, k in zip(self.to_auto, self.to_check, strict=True)])

    def found(self, choice, bound: float, binding: tuple[Binding, ...]) -> Found:
        """A choice in words and figures."""
        import numpy as np

        auto, check = choice
        rows = np.arange(len(auto))
        sums = self.sums(auto, check)
        n, faulty = self.auto_n[rows, auto], self.auto_faulty[rows, auto]
        both = _running((self.counts[:, 0] + self.counts[:, 1]).astype(float))[rows, check]
        go, look = int(n.sum()), int(both.sum() - n.sum())
        senior = int(self.counts[:, 3].sum())
        names = list(self.categories)
        return Found(
            max_risk={c: float(self.limits[p]) if p > 0 else None for c, p in zip(names, auto, strict=True)},
            max_check_risk={c: float(np.clip(self.limits[p], 0.0, 1.0)) for c, p in zip(names, check, strict=True)},
            cost_eur=float(sums[0]) / self.total, bound_eur=min(bound, float(sums[0])) / self.total,
            hours={**dict(zip(SEARCHED, map(float, sums[1:]), strict=True)), "senior": self.senior_h},
            rework={c: float(f / k) if k else None for c, k, f in zip(names, n, faulty, strict=True)},
            lanes={"auto": go, "check": look, "manual": int(self.counts.sum()) - go - look - senior, "senior": senior},
            binding=binding,
        )  # fmt: skip

    def infeasible(self, caps: np.ndarray) -> Found:
        """The choice that comes nearest, and which constraints stand in the way."""
        import numpy as np

        binding = list(_senior_binding(self, self.constraints))
        for place, role in enumerate(SEARCHED):
            alone = np.zeros(2)
            alone[place] = MOST_EUR_H * 1e3
            least = float(self.sums(*self.best(alone))[1 + place])
            if least > caps[place] + 1e-9:
                binding.append(_hours_binding(role, least, float(caps[place])))
        nearest = self.best(np.where(np.isfinite(caps), MOST_EUR_H * 1e3, 0.0))
        if not any(one.constraint != "senior hours" for one in binding):
            sums = self.sums(*nearest)
            binding += [
                _hours_binding(role, float(sums[1 + i]), float(caps[i]), together=True)
                for i, role in enumerate(SEARCHED) if sums[1 + i] > caps[i]
            ]  # fmt: skip
        return self.found(nearest, np.inf, tuple(binding))


def _running(values: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _around(span: np.ndarray, place: int) -> np.ndarray:
    """Prices between the neighbours of the best one so far."""
    import numpy as np

    if span.size == 1:
        return span
    return np.linspace(span[max(place - 1, 0)], span[min(place + 1, span.size - 1)], PRICES // 2)


def _senior_binding(table: _Table, constraints: Constraints) -> tuple[Binding, ...]:
    cap = (constraints.hours or {}).get("senior")
    return (_hours_binding("senior", table.senior_h, cap),) if cap is not None and table.senior_h > cap else ()


def _hours_binding(role: str, needed: float, allowed: float, *, together: bool = False) -> Binding:
    why = (
        "the rules alone send that much there, no limit changes it" if role == "senior"
        else "together with the other hours no limits keep both" if together
        else "and that is with as much in auto as is certified"
    )  # fmt: skip
    return Binding(constraint=f"{role} hours", needed=needed, allowed=allowed, why=why)
