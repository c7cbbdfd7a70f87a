"""Finds the kinds of images whose rework costs most, without being fooled by looking at hundreds of kinds at once.

SKUs are split into two halves by a hash. On the first half, all kinds (a value of one attribute, or of two together)
are ranked by how much more often they fail than the rest, and the leading ones are kept. Only those are tested, on the
second half, one image a SKU, with Fisher's exact test and Holm's correction; their size and cost are estimated there
too. What was found on the one half owes nothing to the other, so the sizes are not flattered by the choice. A kind
whose failures lie mostly in one that cost more stands beneath it: they are one story, and their minutes do not add up.

Source: Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Stat. 6, 65-70; Chung et al.
(2019), Automated data slicing for model validation, ICDE.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

LEVEL = 0.05  # of any false finding among all that are reported
TESTED = 12  # leading kinds of the first half; more would cost each of them power
LEAST_SKUS = 8  # in the first half; below that a kind is an anecdote
MOST_ALIKE = 0.7  # kinds that share more of their images than this are one
MOSTLY = 0.5  # a kind with more of its failures than this in a costlier one is listed beneath it
RESAMPLES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One kind of image, as the second half shows it. Intervals are 95%, by resampling SKUs."""

    kind: tuple[tuple[str, str], ...]  # attribute and value, one or two
    images: int  # in both halves
    n: int  # judged images in the second half
    failed: int  # of them
    rate: float
    rate_rest: float
    more_minutes: float  # of rework per image, above the rest's
    more_minutes_low: float
    more_minutes_high: float
    total_minutes: float  # more_minutes times all images of the kind: what it cost
    total_low: float
    total_high: float
    p: float  # Holm-adjusted
    beneath: str | None = None  # words of the costlier kind that has most of its failures
    shared: float = 0.0  # which share of them

    @property
    def words(self) -> str:
        """The kind as people read it."""
        return " and ".join(f"{name.replace('_', ' ')}: {value.replace('_', ' ')}" for name, value in self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Slices by what they cost, each followed by those beneath it, and what the search rested on."""

    slices: tuple[Slice, ...]
    looked_at: int  # kinds
    tested: int
    images: int
    skus: int


def find_slices(rows: pl.DataFrame, attributes: Sequence[str], *, seed: str = "") -> Found:
    """Find them.

    Args:
        rows: sku, failed (what people said; no nulls), minutes (of rework), and a text column for each attribute; null
            where an image has no such value.
        attributes: Which columns tell kinds apart.
        seed: Another one splits SKUs another way.
    """
    import numpy as np

    rows = rows.sort("sku")
    number = rows.height
    names, belongs = _kinds(rows, attributes)
    skus, of_sku = np.unique(rows["sku"].to_numpy(), return_inverse=True)
    first_half = np.array([_first(sku, seed) for sku in skus], bool)[of_sku] if number else np.zeros(0, bool)
    failed = rows["failed"].to_numpy().astype(bool)
    minutes = rows["minutes"].fill_null(0.0).to_numpy()
    kept, looked_at = _leading(belongs[first_half], failed[first_half], of_sku[first_half], names)
    other = ~first_half
    one_each = other & _one_a_sku(rows, of_sku, seed)
    tested = [(kind, member, _fisher(member[one_each], failed[one_each])) for kind, member in
              ((kind, _member(belongs, kind)) for kind in kept)]  # fmt: skip
    sized = [
        (_sized([names[k] for k in kind], member, other, failed, minutes, of_sku, p), member & failed)
        for (kind, member, _), p in zip(tested, _together([p for _, _, p in tested]), strict=True) if p <= LEVEL
    ]  # fmt: skip
    return Found(slices=_nested(sized), looked_at=looked_at, tested=len(tested), images=number, skus=len(skus))


def _kinds(rows: pl.DataFrame, attributes: Sequence[str]) -> tuple[list[tuple[str, str]], np.ndarray]:
    """Single values, and which image has which."""
    import numpy as np

    names, columns = [], []
    for attribute in attributes:
        values = rows[attribute]
        for value in values.drop_nulls().unique().sort():
            names.append((attribute, str(value)))
            columns.append((values == value).fill_null(False).to_numpy())
    return names, np.stack(columns, 1) if columns else np.zeros((rows.height, 0), bool)


def _leading(
    belongs: np.ndarray, failed: np.ndarray, of_sku: np.ndarray, names: Sequence[tuple[str, str]]
) -> tuple[list[tuple[int, ...]], int]:
    """The kinds that fail most beyond the rest in one half, unlike each other; and how many were looked at."""
    import numpy as np
    from scipy.stats import hypergeom

    if not len(failed) or not failed.any():
        return [], 0
    ones = belongs.astype(np.float32)
    count, bad = ones.T @ ones, ones.T @ (ones * failed[:, None])
    size = len(names)
    pairs = [(a, a) for a in range(size)] + [(a, b) for a in range(size) for b in range(a + 1, size)]
    pairs = [(a, b) for a, b in pairs if a == b or names[a][0] != names[b][0]]
    pairs = [(a, b) for a, b in pairs if count[a, b] >= LEAST_SKUS and count[a, b] < len(failed)]
    if not pairs:
        return [], 0
    left, right = np.array(pairs).T
    chance = hypergeom.sf(bad[left, right] - 1, len(failed), int(failed.sum()), count[left, right])
    kept: list[tuple[int, ...]] = []
    members: list[np.ndarray] = []
    for place in np.argsort(chance, kind="stable"):
        kind = tuple(dict.fromkeys(pairs[place]))
        member = belongs[:, kind].all(1)
        if len(np.unique(of_sku[member])) < LEAST_SKUS or any(_alike(member, one) > MOST_ALIKE for one in members):
            continue
        kept.append(kind)
        members.append(member)
        if len(kept) == TESTED:
            break
    return kept, len(pairs)


def _alike(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / max((one | other).sum(), 1))


def _member(belongs: np.ndarray, kind: tuple[int, ...]) -> np.ndarray:
    return belongs[:, kind].all(1)


def _one_a_sku(rows: pl.DataFrame, of_sku: np.ndarray, seed: str) -> np.ndarray:
    """One image of each SKU, drawn by a hash: photos of one product fail together and are no independent evidence."""
    import numpy as np

    drawn = np.array([_number(f"{seed}|one|{n}|{sku}") for n, sku in enumerate(rows["sku"])], np.uint64)
    order = np.lexsort((drawn, of_sku))
    keep = np.zeros(rows.height, bool)
    keep[order[np.unique(of_sku[order], return_index=True)[1]]] = True
    return keep


def _fisher(member: np.ndarray, failed: np.ndarray) -> float:
    """Chance that so many of the kind fail if they are like the rest. Source: Fisher (1935)."""
    from scipy.stats import hypergeom

    return float(hypergeom.sf((member & failed).sum() - 1, len(failed), int(failed.sum()), int(member.sum())))


def _together(chances: Sequence[float]) -> Sequence[float]:
    """Chances that hold for all of them together (Holm 1979)."""
    from statsmodels.stats.multitest import multipletests

    return multipletests(chances, method="holm")[1].tolist() if chances else ()


def _sized(
    kind: Sequence[tuple[str, str]], member: np.ndarray, other: np.ndarray, failed: np.ndarray, minutes: np.ndarray,
    of_sku: np.ndarray, p: float,
) -> Slice:  # fmt: skip
    """Size and cost on the second half; the interval resamples its SKUs."""
    import numpy as np

    inside, outside = member & other, ~member & other
    skus, place = np.unique(of_sku[other], return_inverse=True)
    sums = np.stack([np.bincount(place, weights=w, minlength=len(skus)) for w in (
        member[other], minutes[other] * member[other], ~member[other], minutes[other] * ~member[other],
    )])  # fmt: skip
    draws = np.random.default_rng(0).multinomial(len(skus), np.full(len(skus), 1 / len(skus)), size=RESAMPLES)
    n_in, m_in, n_out, m_out = sums @ draws.T
    more = m_in / np.maximum(n_in, 1) - m_out / np.maximum(n_out, 1)
    low, high = (float(q) for q in np.quantile(more[(n_in > 0) & (n_out > 0)], (0.025, 0.975)))
    estimate = float(minutes[inside].mean() - minutes[outside].mean())
    images = int(member.sum())
    return Slice(
        kind=tuple(kind), images=images, n=int(inside.sum()), failed=int(failed[inside].sum()),
        rate=float(failed[inside].mean()), rate_rest=float(failed[outside].mean()), more_minutes=estimate,
        more_minutes_low=low, more_minutes_high=high, total_minutes=estimate * images, total_low=low * images,
        total_high=high * images, p=p,
    )  # fmt: skip


def _nested(sized: Sequence[tuple[Slice, np.ndarray]]) -> tuple[Slice, ...]:
    """By cost; beneath each the kinds that have most of their failures in it."""
    heads: list[tuple[Slice, np.ndarray, list[Slice]]] = []
    for one, failures in sorted(sized, key=lambda pair: -pair[0].total_minutes):
        shares = [float((failures & theirs).sum() / max(failures.sum(), 1)) for _, theirs, _ in heads]
        best = max(range(len(heads)), key=shares.__getitem__, default=None)
        if best is None or shares[best] <= MOSTLY:
            heads.append((one, failures, []))
        else:
            heads[best][2].append(replace(one, beneath=heads[best][0].words, shared=shares[best]))
    return tuple(one for head, _, below in heads for one in (head, *below))


def _first(sku: str, seed: str) -> bool:
    return _number(f"{seed}|half|{sku}") % 2 == 0


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
