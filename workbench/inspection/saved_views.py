"""Views a person opens by name in FiftyOne: where it fails, where the risk was wrong, where labels are in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from workbench.inspection.sample_fields import NO_MODE

MOST_PAIRS = 40  # category x failure mode, the most frequent first
DISAGREE = 0.02  # mean difference of opacity over the whole photo: two of a hundred pixels in dispute
DOUBT = 0.8  # share of an image's neighbours that carry another category
NEAR = 5  # failures that get a view of their neighbours, the costliest first
NEIGHBOURS = 25
BRAIN_KEY = "looks_alike"
MAP_KEY = "map"

# name -> what it shows, and the filter
FIXED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "Failed": ("people found the automatic result wanting", lambda f: f("auto_failed") == True),  # noqa: E712
    "Shipped but later rejected": (
        "went out, and a client, the DAM or the site sent it back", lambda f: f("rejected_later") == True,  # noqa: E712
    ),
    "Low risk yet wrong": (
        "risk within its limit, and people found it wanting: the dangerous ones",
        lambda f: f("low_risk_wrong") == True,  # noqa: E712
    ),
    "High risk yet fine": (
        "risk above its limit, and people found nothing: the wasted ones",
        lambda f: f("high_risk_fine") == True,  # noqa: E712
    ),
    "Engines disagree": (
        f"two engines' cutouts differ by {DISAGREE:.0%} of opacity or more",
        lambda f: f("engine_disagreement") >= DISAGREE,
    ),
    "Labels probably wrong": (
        f"{DOUBT:.0%} or more of the images that look like it carry another category",
        lambda f: f("label_doubt") >= DOUBT,
    ),
    "Near a failure": ("looks much like one that failed, and was not judged itself", lambda f: f("near_failure") > 0),
    "Near-duplicates": ("looks almost the same as another image", lambda f: f("duplicates") > 0),
    "Came to nothing": ("refused or failed photos", lambda f: f("outcome") != "done"),
}  # fmt: skip


def save_views(fo: Any, dataset: Any) -> list[str]:
    """Save all views anew; their names. Views people saved under other names stay."""
    field = fo.ViewField
    names = []
    for name, (words, fits) in FIXED.items():
        view = dataset.match(fits(field))
        if name in ("Low risk yet wrong", "Shipped but later rejected", "Failed"):
            view = view.sort_by("rework_minutes", reverse=True)
        names.append(_save(dataset, name, view, words))
    for category, mode in _pairs(dataset):
        fits = (field("category") == category) & field("failure_modes").contains([mode])
        words = f"{category} with {mode}"
        view = dataset.match(fits).sort_by("rework_minutes", reverse=True)
        names.append(_save(dataset, f"{category} × {mode}", view, words))
    if dataset.has_brain_run(BRAIN_KEY):
        failed = dataset.match(field("auto_failed") == True).sort_by("rework_minutes", reverse=True)  # noqa: E712
        for place, (sample_id, sku) in enumerate(zip(*failed.limit(NEAR).values(["id", "sku"]), strict=True), start=1):
            view = dataset.sort_by_similarity(sample_id, k=NEIGHBOURS, brain_key=BRAIN_KEY)
            names.append(_save(dataset, f"Nearest to failure {place}", view, f"the images that look most like {sku}"))
    _forget_old(dataset, names)
    return names


def save_selection(dataset: Any, name: str, view: Any) -> str:
    """Save what was asked for as a view of its own; its address part in the App."""
    _save(dataset, name, view, "what was asked for last")
    return dataset._get_saved_view_doc(name).slug


def _pairs(dataset: Any) -> list[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for category, modes in zip(*dataset.values(["category", "failure_modes"]), strict=True):
        found.update((category, mode) for mode in modes or () if category and mode != NO_MODE)
    return [pair for pair, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MOST_PAIRS]]


def _save(dataset: Any, name: str, view: Any, words: str) -> str:
    dataset.save_view(name, view, description=words, overwrite=True)
    return name


def _forget_old(dataset: Any, names: list[str]) -> None:
    """A pair or neighbourhood that is no more; only names of our own making."""
    for name in dataset.list_saved_views():
        if name not in names and (" × " in name or name.startswith("Nearest to failure ")):
            dataset.delete_saved_view(name)
