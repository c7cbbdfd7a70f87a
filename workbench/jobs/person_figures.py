"""Who may see figures of one person: that person, and roles the settings name; others see groups of at least five."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.domain.roles import Role
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

LEAST_PEOPLE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks; ``id`` is None while nobody has said who they are."""

    id: str | None
    role: Role | None

    def sees_everybody(self, settings: Settings) -> bool:
        """Whether their role was named in ``WORKBENCH_PERSON_FIGURES``; nobody's is unless somebody decided so."""
        return self.role is not None and self.role in settings.person_figures

    def sees(self, person: str, settings: Settings) -> bool:
        """Whether they may see that person's figures."""
        return self.sees_everybody(settings) or (self.id is not None and self.id.casefold() == person.casefold())


def visible(rows: pl.DataFrame, column: str, viewer: Viewer, settings: Settings) -> pl.DataFrame:
    """The rows of people the viewer may see."""
    import polars as pl

    seen = [person for person in rows[column].unique().to_list() if viewer.sees(person, settings)]
    return rows.filter(pl.col(column).is_in(seen))


def pseudonymous(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """For a file: people as numbers that hold within it and lead back to nobody."""
    import polars as pl

    people = rows[column].unique(maintain_order=True).to_list()
    numbers = {person: f"person-{place}" for place, person in enumerate(people, start=1)}
    return rows.with_columns(pl.col(column).replace_strict(numbers, return_dtype=pl.String, default=None))
