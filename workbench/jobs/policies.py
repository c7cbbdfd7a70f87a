"""Routing policies a user can choose from: the shipped ones and their own, in their newest versions."""

from __future__ import annotations

from typing import Any

import polars as pl

from workbench.domain.errors import PolicyError
from workbench.jobs.user_folders import user_folders
from workbench.routing.policy import SHIPPED, Policy, load_policy
from workbench.settings import Settings


def policy_names(settings: Settings) -> tuple[str, ...]:
    """Names of all policies, without versions."""
    folders = (*user_folders(settings, "policies"), SHIPPED)
    return tuple(sorted({path.stem.partition("@")[0] for folder in folders for path in folder.glob("*.toml")}))


def read_policy(name: str, settings: Settings) -> Policy:
    """A policy by name, ``NAME@VERSION`` or file.

    Raises:
        PolicyError: Unknown or not valid.
    """
    return load_policy(name, user_folders(settings, "policies"))


def policy_catalogue(settings: Settings) -> pl.DataFrame:
    """Name, version, title, description and audit share of every policy.

    A draft that does not validate is listed with what is wrong as its description, and no version.
    """
    shape = {
        "name": pl.String, "version": pl.Int64, "title": pl.String, "description": pl.String, "audit_share": pl.Float64
    }  # fmt: skip
    return pl.DataFrame([_listed(name, settings) for name in policy_names(settings)], shape)


def _listed(name: str, settings: Settings) -> dict[str, Any]:
    try:
        policy = read_policy(name, settings)
    except PolicyError as error:
        wrong = {"title": "cannot be used", "description": str(error)}
        return {"name": name, "version": None, "audit_share": None, **wrong}
    return {
        "name": policy.name, "version": policy.version, "title": policy.title, "description": policy.description,
        "audit_share": policy.audit_share,
    }  # fmt: skip
