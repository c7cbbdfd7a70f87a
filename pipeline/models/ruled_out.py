"""Which of a manifest's categories what was seen leaves no room for: when classifier and manifest disagree."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.domain.records import CATEGORIES

# What is seen -> categories a manifest may name without contradicting it. A stricter name for clothing is no
# contradiction; a laxer one is, since sheer, knitted and see-through products are routed apart.
FITS = {
    "accessories": ("accessories", "apparel"),  # hats stand among the clothes in many shops
    "apparel": ("apparel", "knit_fur", "sheer"),
    "footwear": ("footwear",),
    "furniture": ("furniture",),
    "glassware": ("glassware",),
    "hair_beauty": ("hair_beauty",),
    "jewellery": ("jewellery",),
    "knit_fur": ("knit_fur",),
    "packaged": ("packaged",),
    "sheer": ("sheer",),
}
FLAG_FITS = {
    "hair_or_fur": ("hair_beauty", "knit_fur"),
    "sheer": ("sheer",),
    "glass_or_clear": ("glassware", "packaged", "accessories"),  # clear packs, sunglasses
}


def ruled_out(
    category: tuple[str, float] | None, flags: Mapping[str, float | None], sure: Mapping[str, float]
) -> tuple[str | None, str | None]:
    """What was seen beyond doubt, in words, and the categories it contradicts, with commas between; None for nothing.

    Args:
        category: What was named, with its probability; None where the model abstains.
        flags: Their probabilities; None is withheld.
        sure: Category or flag -> probability from which on such answers proved right on photos not learned from. What
            is missing there never contradicts anybody.
    """
    words, out = [], set()
    if category is not None and category[1] >= sure.get(category[0], 2.0):
        words.append(f"{category[0].replace('_', ' ')} {category[1]:.2f}")
        out |= set(CATEGORIES) - set(FITS[category[0]])
    for flag, fits in FLAG_FITS.items():
        if (flags.get(flag) or 0.0) >= sure.get(flag, 2.0):
            words.append(f"{flag.replace('_', ' ')} {flags[flag]:.2f}")
            out |= set(CATEGORIES) - set(fits)
    return (", ".join(words), ",".join(sorted(out))) if words else (None, None)
