"""Reads who works here and as what: a TOML file that names people, their roles, and which pages a role sees.

    default_role = "viewer"            # of everybody who is not named; leave it out and they are not let in

    [people]
    "ann@studio.example" = "lead"      # the address they sign in with, or the name they give on one machine
    "bo" = "retoucher"

    [pages]                            # only to change what a page itself says
    retoucher = ["overview", "qa_board", "image"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workbench.domain.errors import UsageError, nearest_match
from workbench.domain.roles import ROLES, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Roles by person, the role of everybody else (None: not let in), and pages by role where they are set."""

    default_role: Role | None = "lead"  # one person on their own machine
    named: Mapping[str, Role] = field(default_factory=dict)
    pages: Mapping[Role, frozenset[str]] = field(default_factory=dict)

    def role_of(self, person_id: str | None) -> Role | None:
        """The role of a person; None when they may not come in."""
        return self.named.get((person_id or "").casefold(), self.default_role)

    def sees(self, role: Role, page: str, roles: tuple[str, ...]) -> bool:
        """Whether a role sees a page: what the file says, else what the page says (nothing: everybody)."""
        if role in self.pages:
            return page in self.pages[role]
        return not roles or role in roles


def read_people(path: Path, *, where: str) -> People:
    """The people named in a file.

    Args:
        path: TOML file.
        where: Name of the setting, for messages.

    Raises:
        UsageError: It cannot be read, or names a role that does not exist.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}", where=where, allowed="a TOML file of people") from error
    known = ("default_role", "people", "pages")
    for key in content:
        if key not in known:
            raise UsageError(f"{path} says {key!r}", where=where, allowed=known, nearest=nearest_match(key, known))
    named, pages = content.get("people", {}), content.get("pages", {})
    if not isinstance(named, dict) or not isinstance(pages, dict):
        raise UsageError(f"{path} has people or pages that are no tables", where=where, allowed="[people], [pages]")
    for role in (*named.values(), *pages, *([content["default_role"]] if "default_role" in content else [])):
        if role not in ROLES:
            raise UsageError(
                f"{path} names the role {role!r}", where=where, allowed=ROLES, nearest=nearest_match(str(role), ROLES)
            )
    for role, seen in pages.items():
        if not isinstance(seen, list) or not all(isinstance(page, str) for page in seen):
            raise UsageError(f"{path}: pages of {role} are {seen!r}", where=where, allowed='["overview", "image"]')
    return People(
        default_role=content.get("default_role"),
        named={name.strip().casefold(): role for name, role in named.items()},
        pages={role: frozenset(seen) for role, seen in pages.items()},
    )
