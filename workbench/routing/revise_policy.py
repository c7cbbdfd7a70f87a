"""Writes a policy's next version: other limits, the same rules, its comments kept."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.routing.policy import Policy, parse_policy


def revise_policy(
    policy: Policy,
    *,
    version: int,
    max_risk: Mapping[str, float] | None = None,
    max_check_risk: Mapping[str, float] | None = None,
    audit_share: float | None = None,
    name: str | None = None,
) -> Policy:
    """The policy with some values changed.

    Args:
        policy: What it is made from.
        version: Of the new text.
        max_risk: Category (or ``default``) -> risk up to which images go out untouched.
        max_check_risk: The same for a quick check.
        audit_share: Share of auto that people look at.
        name: Another name, to begin a policy of its own.

    Raises:
        PolicyError: The result does not validate.
    """
    import tomlkit

    document = tomlkit.parse(policy.text)
    document["version"] = version
    if name is not None:
        document["name"] = name
    if audit_share is not None:
        document["audit_share"] = audit_share
    for table, limits in (("max_risk", max_risk), ("max_check_risk", max_check_risk)):
        for category, value in (limits or {}).items():
            if table not in document:
                place = tomlkit.table()
                place["default"] = 1.0
                rules = document.pop("rules", None)  # a table after [[rules]] would read as part of the last one
                document[table] = place
                if rules is not None:
                    document["rules"] = rules
            document[table][category] = round(float(value), 6)
    text = tomlkit.dumps(document)
    return parse_policy(text, where=f"{name or policy.name}@{version}")
