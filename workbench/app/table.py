"""A small table that is read, not worked in: escaped, aligned, no frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Html:
    """Markup of our own that may stand in a cell; everything else is escaped."""

    markup: str


Cell = str | Html


def table(
    head: Sequence[str], rows: Sequence[Sequence[Cell]], *, right: Sequence[int] = (), keep: Sequence[int] = ()
) -> str:
    """HTML of a table.

    Args:
        head: Column titles; none leaves the row of titles out.
        rows: Cells; texts are escaped.
        right: Columns set right, for numbers.
        keep: Columns that are never broken into two lines.
    """

    def name(i: int) -> str:
        return "wb-right" if i in right else "wb-keep" if i in keep else ""

    heads = "".join(f'<th class="{name(i)}">{escape(text)}</th>' for i, text in enumerate(head))
    body = "".join(
        "<tr>" + "".join(f'<td class="{name(i)}">{_cell(cell)}</td>' for i, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    top = f"<thead><tr>{heads}</tr></thead>" if head else ""
    return f'<table class="wb-table">{top}<tbody>{body}</tbody></table>'


def _cell(cell: Cell) -> str:
    return cell.markup if isinstance(cell, Html) else escape(cell)
