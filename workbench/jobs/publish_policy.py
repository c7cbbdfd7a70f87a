"""Publishes a policy: in the lake for good, with who, why and what is promised, and laid out for the next run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.store import Store
from workbench.domain.errors import PolicyError
from workbench.jobs.user_folders import user_folders
from workbench.routing.policy import SHIPPED, Policy, parse_policy
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.lake import Lake

LEAST_REASON = 3  # characters: a dot is no reason


def published(store: Lake, *, name: str | None = None, version: int | None = None) -> pl.DataFrame:
    """Published policies, newest first (`lake/sql/policies.sql` names the columns)."""
    return store.query("policies", {"policy_name": name, "policy_version": version})


def next_version(store: Lake, name: str, settings: Settings) -> int:
    """The first version of a policy that nobody has used, in the lake, the workspace or the product."""
    taken = [0, *published(store, name=name)["policy_version"].to_list()]
    taken += [policy.version for policy, _fixed in _files(name, settings)]
    return max(taken) + 1


def publish_policy(
    policy: Policy, *, store: Lake, settings: Settings, author: str, reason: str,
    promise: Mapping[str, Any] | None = None,
) -> Policy:  # fmt: skip
    """Publish a version; the runs that follow use the newest one of its name.

    Args:
        policy: Read and checked.
        store: A lake open for writing.
        settings: Workspace, for the file that runs read.
        author: Who decides.
        reason: Why, in their words.
        promise: What is expected of it, to be compared with what comes (see `policy_promise`).

    Raises:
        PolicyError: No author or reason, or that version exists already with another text.
    """
    for value, what in ((author, "an author"), (reason, "a reason")):
        if len(value.strip()) < (LEAST_REASON if what == "a reason" else 1):
            raise PolicyError(f"{policy.name}@{policy.version} has no {what.split()[-1]}", allowed=f"{what}, in words")
    known = published(store, name=policy.name, version=policy.version)
    label = f"{policy.name}@{policy.version}"
    if known.height and known["policy_hash"][0] == policy.hash:
        write_file(policy, settings)
        return policy
    free = next_version(store, policy.name, settings)
    if known.height or (policy.version < free and _taken(policy, settings)):
        raise PolicyError(f"{label} exists already with another text", allowed=f"version = {free}")
    store.append_policy(
        name=policy.name, version=policy.version, policy_hash=policy.hash, text=policy.text, author=author.strip(),
        reason=reason.strip(), promise=promise or {}, published_at=datetime.now(UTC),
    )  # fmt: skip
    stored = published(store, name=policy.name, version=policy.version)["policy_hash"][0]
    if stored != policy.hash:  # somebody else published that version a moment before
        free = next_version(store, policy.name, settings)
        raise PolicyError(f"{label} was published by somebody else meanwhile", allowed=f"version = {free}")
    write_file(policy, settings)
    return policy


def write_file(policy: Policy, settings: Settings) -> None:
    """Lay the text where runs look for it, whole or not at all."""
    folder = user_folders(settings, "policies")[0]
    Store(settings.workspace).write(folder / f"{policy.name}@{policy.version}.toml", policy.text.encode())


def altered(store: Lake, settings: Settings) -> tuple[str, ...]:
    """Published versions whose file is missing or no longer says what was published; the file is put right."""
    found = []
    for row in published(store).iter_rows(named=True):
        if row["simulated"]:
            continue
        path = user_folders(settings, "policies")[0] / f"{row['policy_name']}@{row['policy_version']}.toml"
        if not path.is_file() or path.read_bytes() != row["policy_text"].encode():
            Store(settings.workspace).write(path, row["policy_text"].encode())
            found.append(path.stem)
    return tuple(found)


def _taken(policy: Policy, settings: Settings) -> bool:
    """Whether a file that is not to be changed holds that version with another text."""
    return any(
        fixed and other.version == policy.version and other.hash != policy.hash
        for other, fixed in _files(policy.name, settings)
    )


def _files(name: str, settings: Settings) -> Iterator[tuple[Policy, bool]]:
    """Policies of that name on file, and whether they are fixed: shipped, or laid out by publishing."""
    for folder in (*user_folders(settings, "policies"), SHIPPED):
        for path in sorted(folder.glob("*.toml")):
            if path.stem != name and not path.stem.startswith(f"{name}@"):
                continue
            try:
                policy = parse_policy(path.read_text(encoding="utf-8"), where=path.name)
            except PolicyError:
                if "@" in path.stem:
                    raise
                continue  # somebody's unfinished draft takes no version
            yield policy, folder == SHIPPED or "@" in path.stem
