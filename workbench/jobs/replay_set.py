"""Holds a policy against what is on record: back-test, certification, curves; each over one scope of images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.domain.errors import PolicyError, UsageError, nearest_match
from workbench.jobs.unit_costs_of import unit_costs_of
from workbench.jobs.user_folders import user_folders
from workbench.routing.backtest import BackTest, backtest
from workbench.routing.certification_sample import Certificate, CertificationSample, certification_sample
from workbench.routing.certify import DELTA, TARGET, Certified, certify
from workbench.routing.policy import Policy, load_policy, parse_policy
from workbench.routing.replay_policy import limits_json, with_floor
from workbench.routing.unit_costs import UnitCosts
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.lake import Lake


VALID_DAYS = 90  # assumption: after a season other goods come in, and the audits of the old ones say little of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which images: one set or all, real or simulated but never both, an engine, a spec, a period of arrival."""

    set_id: str | None = None
    simulated: bool = False
    engine: str | None = None
    spec: str | None = None
    category: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def params(self) -> dict[str, Any]:
        """As the queries take them."""
        return {
            "set_id": self.set_id, "engine": self.engine, "spec": self.spec, "category": self.category,
            "since": self.since, "until": self.until, "include_simulated": self.simulated,
        }  # fmt: skip


def scope_of(
    store: Lake, *, set_name: str | None = None, since: str | None = None, until: str | None = None,
    simulated: bool = False, engine: str | None = None, spec: str | None = None,
) -> Scope:  # fmt: skip
    """The scope a command line asks for; a set is found by id or name.

    Raises:
        UsageError: No such set, a time without its zone, or a simulated set without saying so.
    """
    sets = store.query("replay_sets").to_dicts()
    asked = None
    if set_name is not None:
        asked = next((row for row in sets if set_name in (row["set_id"], row["set_name"])), None)
        if asked is None:
            allowed = sorted({row["set_name"] for row in sets})
            raise UsageError(f"no set {set_name!r}", allowed=allowed, nearest=nearest_match(set_name, allowed))
        if asked["simulated"] and not simulated:
            raise UsageError(f"{set_name} is simulated", allowed="--include-simulated to replay it")
    elif simulated:  # real and simulated images are never counted together
        made_up = [row for row in sets if row["simulated"]]
        if len(made_up) != 1:
            names = [row["set_name"] for row in made_up]
            raise UsageError(
                "no set was named",
                allowed=f"--set with one of {', '.join(names)}"
                if names
                else "no --include-simulated: there is no simulated set",
            )
        asked = made_up[0]
    return Scope(
        set_id=asked and asked["set_id"], simulated=bool(asked and asked["simulated"]), engine=engine, spec=spec,
        since=_moment(since, "since"), until=_moment(until, "until"),
    )  # fmt: skip


def find_policy(name_or_file: str, store: Lake | None, settings: Settings) -> Policy:
    """A policy by name, ``NAME@VERSION`` or file; one that is only in the lake, such as a simulated one, as well."""
    try:
        return load_policy(name_or_file, user_folders(settings, "policies"))
    except PolicyError as error:
        name, _, version = name_or_file.partition("@")
        if store is None or name_or_file.endswith(".toml") or (version and not version.isdigit()):
            raise
        rows = store.query("policies", {"policy_name": name, "policy_version": int(version) if version else None})
        if rows.height == 0:
            raise error
        row = rows.sort("policy_version", descending=True).row(0, named=True)
        return parse_policy(row["policy_text"], where=name_or_file)


def replay_set(
    store: Lake, policy: Policy, scope: Scope, *, costs: UnitCosts | None = None,
    capacity_h: Mapping[str, float] | None = None,
) -> BackTest:  # fmt: skip
    """What the policy would have done with the images of a scope."""
    groups = store.query("replay_groups", {**scope.params(), "limits": limits_json(policy)})
    costs = costs or unit_costs_of(store.settings, groups)
    return backtest(groups, policy, costs=costs, capacity_h=capacity_h)


def rows_of(store: Lake, policy: Policy, scope: Scope) -> pl.DataFrame:
    """One row an image, with ``floor``: the place of the least strict lane the policy's rules allow."""
    return with_floor(store.query("replay_rows", scope.params()), policy)


def newest_making(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of the engine and spec that are in use: a certificate speaks of one of each."""
    import polars as pl

    if rows.height == 0:
        return rows
    last = rows.sort("received_at").row(-1, named=True)
    return rows.filter(pl.col("engine").eq_missing(last["engine"]) & (pl.col("spec_hash") == last["spec_hash"]))


def certify_set(
    rows: pl.DataFrame, *, target: float = TARGET, delta: float = DELTA, family_wise: bool = False
) -> tuple[dict[str, Certified], CertificationSample]:
    """What the verdicts of a scope prove, category by category.

    Args:
        rows: From `rows_of`, of one engine and spec (`newest_making`).
        target: Share of rework in auto that is promised.
        delta: Chance to be wrong.
        family_wise: Delta for all categories together.
    """
    import polars as pl

    # `lane` means the one by which an image was drawn; images that rules keep from auto prove nothing about auto
    free = rows.filter(pl.col("floor") == 0).with_columns(lane=pl.col("first_lane"))
    sample = certification_sample(free)
    return certify(
        sample.by_category(), target=target, delta=delta, family_wise=family_wise, reach=sample.reach
    ), sample


def certificates(found: Mapping[str, Certified], rows: pl.DataFrame) -> list[Certificate]:
    """The certified limits with what they were proved on."""
    if rows.height == 0:
        return []
    first, last = rows["received_at"].min(), rows["received_at"].max()
    engine, spec_hash = rows["engine"][0], rows["spec_hash"][0]
    return [
        Certificate(
            category=one.category, max_risk=one.max_risk, target=one.target, delta=one.delta, engine=engine,
            spec_hash=spec_hash, since=first, until=last,
            valid_until=last + timedelta(days=VALID_DAYS),
        )
        for one in found.values() if one.max_risk is not None
    ]  # fmt: skip


def read_text(path: Path) -> str:
    """A policy file's text.

    Raises:
        PolicyError: It cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"cannot be read: {error}", where=str(path)) from error


def _moment(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{name} is {text!r}", allowed="a day or time: 2026-03-01, 2026-03-01T08:00+01:00") from None
    if found.tzinfo is None and len(text) > 10:
        raise UsageError(f"{name} is {text!r}", allowed="a time with its zone, such as 2026-03-01T08:00+00:00")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
