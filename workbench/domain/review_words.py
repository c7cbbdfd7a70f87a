"""The words of a verdict: reasons, micro-edits and how usable the automatic cutout was, each in one line.

The order is that of the keys 1 to 9 on the QA board and never changes; new words go to the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from workbench.domain.errors import UsageError, nearest_match

Usable = Literal["as_is", "start", "useless"]
VERDICTS: tuple[str, ...] = ("approved", "rework", "rejected")
SENT_BACK: tuple[str, ...] = ("rework", "rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One entry of a list: ``name`` is stored, ``title`` stands on the button, ``words`` explain it."""

    name: str
    title: str
    words: str
    changes_pixels: bool = False


REASONS: tuple[Word, ...] = (
    Word(name="halo", title="Halo", words="a light or dark rim around the product"),
    Word(name="missing_part", title="Missing part", words="a piece of the product was cut away"),
    Word(name="backdrop_residue", title="Backdrop left", words="bits of the backdrop still show"),
    Word(name="hair_loss", title="Hair or fibres lost", words="strands, fur or fringe were cut off"),
    Word(name="holes", title="Holes", words="see-through spots inside the product, or gaps that stayed filled"),
    Word(name="spill", title="Colour spill", words="the backdrop's colour on the product's edge"),
    Word(name="wrong_subject", title="Wrong subject", words="something else was cut out: a prop, a stand, a hand"),
    Word(name="shadow", title="Shadow", words="the shadow is missing, doubled or wrong"),
    Word(name="transparency", title="Transparency", words="glass or sheer cloth is too solid or too faint"),
    Word(name="crop", title="Crop", words="framing, margins or tilt are off"),
    Word(name="colour", title="Colour", words="colour or brightness is not the product's"),
    Word(name="other", title="Other", words="something that is not on this list"),
)

ACTIONS: tuple[Word, ...] = (
    Word(name="edge_cleaned", title="Edge cleaned", words="rim or noise along the edge removed", changes_pixels=True),
    Word(
        name="hole_filled", title="Hole filled", words="a lost piece of the product brought back", changes_pixels=True
    ),
    Word(name="residue_removed", title="Residue removed", words="left-over backdrop taken away", changes_pixels=True),
    Word(name="spill_removed", title="Spill removed", words="the backdrop's colour neutralised", changes_pixels=True),
    Word(name="shadow_mended", title="Shadow mended", words="shadow drawn, softened or taken out", changes_pixels=True),
    Word(name="crop_adjusted", title="Crop adjusted", words="frame moved; no pixel of the product touched"),
)

USABLE: tuple[Word, ...] = (
    Word(name="as_is", title="As it was", words="the automatic cutout could have gone out untouched"),
    Word(name="start", title="A start", words="the automatic cutout saved work but needed a hand"),
    Word(name="useless", title="Useless", words="the cutout was made anew"),
)

USABLE_LANES = frozenset({"manual", "senior"})  # where the question is asked


def check_words(given: Iterable[str], words: tuple[Word, ...], what: str) -> tuple[str, ...]:
    """The given names once each, in the order of the list.

    Raises:
        UsageError: A name that is not on the list; the message names the nearest one.
    """
    names, given = tuple(word.name for word in words), set(given)
    for name in sorted(given - set(names)):
        raise UsageError(f"{what} {name!r}", allowed=names, nearest=nearest_match(name, names))
    return tuple(name for name in names if name in given)


def pixels_changed(actions: Iterable[str]) -> bool:
    """Whether one of the micro-edits changed pixels of the product."""
    changing = {word.name for word in ACTIONS if word.changes_pixels}
    return bool(changing & set(actions))
