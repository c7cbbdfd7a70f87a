"""Which properties of the photos moved against a reference, by how much, and whether that can be chance.

One photo a SKU, as photos of one product move together. Numbers are compared by Kolmogorov and Smirnov's test and their
move is told in standard deviations of the reference; names by a chi-square test and the share that moved; what photos
look like by the distance of means in the space of the network, held to 500 random splits. Benjamini and Hochberg's
correction: of the properties called moved, at most 5% are expected not to have.

Source: Benjamini and Hochberg (1995), Controlling the false discovery rate, J. R. Stat. Soc. B 57, 289-300.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

LEVEL = 0.05
LEAST = 20  # photos on either side; below that only a landslide would be seen
SPLITS = 500
LOOKS = "looks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One property: ``move`` is in standard deviations for numbers, a share for names, a ratio for looks."""

    name: str
    kind: Literal["number", "name", "looks"]
    n_before: int
    n_now: int
    before: str
    now: str
    move: float
    p: float
    p_adjusted: float = 1.0

    @property
    def moved(self) -> bool:
        """Whether it can hardly be chance."""
        return self.p_adjusted <= LEVEL


def find_drift(
    rows: pl.DataFrame, numbers: Sequence[str], names: Sequence[str], *, vectors: np.ndarray | None = None
) -> list[Drift]:
    """Compare what is now with what was before, the surest move first.

    Args:
        rows: sku, now (false: the reference), and the columns named.
        numbers: Columns of numbers.
        names: Columns of words.
        vectors: What each photo looks like, (n, d), a row a row; NaN where it is not known.
    """
    import polars as pl

    rows = rows.with_row_index("place").with_columns(
        drawn=pl.col("sku").map_elements(_drawn, return_dtype=pl.UInt64) ^ pl.col("place").hash(seed=0)
    )
    rows = rows.sort("drawn").unique(["sku", "now"], keep="first", maintain_order=True)
    found = [one for name in numbers if (one := _of_numbers(rows, name))]
    found += [one for name in names if (one := _of_names(rows, name))]
    if vectors is not None and (one := _of_looks(rows, vectors[rows["place"].to_numpy()])):
        found.append(one)
    adjusted = _benjamini_hochberg([one.p for one in found])
    told = [replace(one, p_adjusted=p) for one, p in zip(found, adjusted, strict=True)]
    return sorted(told, key=lambda one: (one.p_adjusted, -abs(one.move)))


def _of_numbers(rows: pl.DataFrame, name: str) -> Drift | None:
    from scipy.stats import ks_2samp

    before, now = (rows.filter(side)[name].drop_nulls().drop_nans().to_numpy() for side in _sides())
    if min(len(before), len(now)) < LEAST:
        return None
    spread = float(before.std())
    move = float(now.mean() - before.mean())
    return Drift(
        name=name, kind="number", n_before=len(before), n_now=len(now), before=_digits(before.mean()),
        now=_digits(now.mean()), move=move / spread if spread > 0 else 0.0, p=float(ks_2samp(before, now).pvalue),
    )  # fmt: skip


def _of_names(rows: pl.DataFrame, name: str) -> Drift | None:
    import numpy as np
    from scipy.stats import chi2_contingency

    before, now = (rows.filter(side)[name].drop_nulls() for side in _sides())
    if min(len(before), len(now)) < LEAST:
        return None
    words = sorted(set(before) | set(now))
    table = np.array([[(side == word).sum() for word in words] for side in (before, now)], float)
    shares = table / table.sum(1, keepdims=True)
    common = table.sum(0) >= 10  # rare words together: chi-square needs five expected a cell
    folded = np.column_stack([table[:, common], table[:, ~common].sum(1)]) if (~common).any() else table
    folded = folded[:, folded.sum(0) > 0]
    p = float(chi2_contingency(folded).pvalue) if folded.shape[1] > 1 else 1.0
    grew = int(np.argmax(shares[1] - shares[0]))
    return Drift(
        name=name, kind="name", n_before=len(before), n_now=len(now), before=f"{words[grew]} {shares[0, grew]:.0%}",
        now=f"{words[grew]} {shares[1, grew]:.0%}", move=float(np.abs(shares[1] - shares[0]).sum() / 2), p=p,
    )  # fmt: skip


def _of_looks(rows: pl.DataFrame, vectors: np.ndarray) -> Drift | None:
    import numpy as np

    known = ~np.isnan(vectors).any(1)
    now = rows["now"].to_numpy()[known]
    space = vectors[known].astype(np.float64)
    if min(now.sum(), (~now).sum()) < LEAST:
        return None
    space -= space.mean(0)

    def apart(side: np.ndarray) -> float:
        return float(np.linalg.norm(space[side].mean(0) - space[~side].mean(0)))

    draw, found = np.random.default_rng(0), apart(now)
    chance = np.array([apart(draw.permutation(now)) for _ in range(SPLITS)])
    p = float((1 + (chance >= found).sum()) / (1 + SPLITS))
    return Drift(
        name=LOOKS, kind="looks", n_before=int((~now).sum()), n_now=int(now.sum()), now=f"{found:.3g} apart",
        before=f"{chance.mean():.3g} by chance", move=found / float(chance.mean()) - 1, p=p,
    )  # fmt: skip


def _digits(value: float) -> str:
    """Three digits that tell something, no powers of ten."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _sides():
    import polars as pl

    return ~pl.col("now"), pl.col("now")


def _benjamini_hochberg(chances: Sequence[float]) -> list[float]:
    order = sorted(range(len(chances)), key=chances.__getitem__, reverse=True)
    adjusted, best = [1.0] * len(chances), 1.0
    for place, which in enumerate(order):
        best = min(best, chances[which] * len(chances) / (len(chances) - place))
        adjusted[which] = best
    return adjusted


def _drawn(sku: str) -> int:
    return int.from_bytes(hashlib.sha256(sku.encode("utf-8", "surrogatepass")).digest()[:8], "big")
