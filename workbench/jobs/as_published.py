"""Holds the policy a run is about to use against what was published under its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.domain.errors import PolicyError
from workbench.routing.policy import Policy

if TYPE_CHECKING:
    from workbench.lake.lake import Lake

PUT_RIGHT = "`workbench policy list` puts the published text back; another text is published as another version"


def as_published(policy: Policy, asked: str, *, store: Lake) -> None:
    """Refuse a policy that is not the one that was published: its file was changed, or is gone.

    A version that was never published (a shipped one, somebody's draft) is used as it is.

    Args:
        policy: As read from the file.
        asked: NAME, NAME@VERSION or file, as it was asked for.
        store: The lake, which holds every published text.

    Raises:
        PolicyError: The text is another than was published, or a newer version was published and has no file.
    """
    found = store.query("policies", {"policy_name": policy.name, "policy_version": None}).to_dicts()
    published = {row["policy_version"]: row for row in found if not row["simulated"]}
    mine = published.get(policy.version)
    if mine is not None and mine["policy_hash"] != policy.hash:
        raise PolicyError(
            f"{policy.name}@{policy.version} is not what {mine['author']} published on "
            f"{mine['published_at']:%-d %b %Y}: its text was changed since",
            where=asked, allowed=PUT_RIGHT,
        )  # fmt: skip
    newest = max(published, default=0)
    if asked == policy.name and newest > policy.version:
        raise PolicyError(
            f"{policy.name}@{newest} was published on {published[newest]['published_at']:%-d %b %Y}, but its file is "
            f"gone; the newest one on file is {policy.name}@{policy.version}",
            where=asked, allowed=f"{PUT_RIGHT}; `--policy {policy.name}@{policy.version}` asks for the older one",
        )  # fmt: skip
