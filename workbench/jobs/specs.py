"""Specifications a user can choose from: the shipped ones and their own."""

from __future__ import annotations

import polars as pl

from pipeline.spec import Spec, load_spec, shipped_specs
from workbench.jobs.run_set import user_folders
from workbench.settings import Settings


def read_spec(name: str, settings: Settings) -> Spec:
    """A spec by name or file.

    Raises:
        SpecError: Unknown or not valid.
    """
    return load_spec(name, user_folders(settings, "specs"))


def spec_catalogue(settings: Settings) -> pl.DataFrame:
    """Name, title, description, owner and hash of every spec."""
    own = {path.stem for folder in user_folders(settings, "specs") for path in folder.glob("*.toml")}
    found = [(name, read_spec(name, settings)) for name in sorted({*own, *shipped_specs()})]
    return pl.DataFrame(
        [
            {
                "name": name, "title": spec.title, "description": spec.description,
                "owner": "yours" if name in own else "shipped", "hash": spec.hash[:12],
            }
            for name, spec in found
        ]
    )  # fmt: skip
