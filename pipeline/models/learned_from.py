"""Which models learned from another's answers, and would have to learn again from new ones."""

from __future__ import annotations

from pathlib import Path

from pipeline.models.load_model import WEIGHTS, load_model
from workbench.domain.errors import ModelError

ENGINES = ("engine", "second_engine")  # facts of a model that judges what an engine made


def learned_from(name: str, folder: Path = WEIGHTS) -> tuple[str, ...]:
    """Names of the models whose card says that they rest on this one or on the engine of its name."""
    found = []
    for path in sorted(Path(folder).glob("*.json")):
        try:
            facts = load_model(path.stem, folder).card.facts
        except ModelError:  # a model that cannot be used says so where it is used
            continue
        if name in facts or name in (facts.get(engine) for engine in ENGINES):
            found.append(path.stem)
    return tuple(found)
