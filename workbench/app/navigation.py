"""Finds the pages: one file each under ``pages/``, ordered by number, grouped and named by what the file says."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from workbench.domain.errors import WorkbenchError

PAGES_DIR = Path(__file__).parents[2] / "pages"
_DECLARED = ("NAME", "GROUP", "ICON", "SHOWS", "ROLES")
_NAME = re.compile(r"(\d+)_([a-z0-9_]+)\.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFile:
    """One page: ``question`` is its title on screen, ``name`` its entry in the navigation."""

    path: Path
    number: int
    name: str
    url_path: str
    question: str
    group: str
    icon: str | None
    shows: tuple[str, ...]  # what is seen there, for the empty state
    roles: tuple[str, ...]  # who sees it unless the people file says otherwise; empty: everybody


def find_pages(folder: Path = PAGES_DIR) -> tuple[PageFile, ...]:
    """All pages in the order of their numbers; nothing is imported.

    A page's docstring begins with the question it answers; ``GROUP``, ``ICON``, ``SHOWS`` (what is seen there, a
    line each), ``ROLES`` (who sees it; everybody when left out) and ``NAME`` (where the file's name is not how it is
    written) are plain texts at its top.

    Raises:
        WorkbenchError: Two pages share a number or a name, or a page has no question.
    """
    pages = [_read(path) for path in sorted(folder.glob("*.py")) if _NAME.fullmatch(path.name)]
    pages.sort(key=lambda page: page.number)
    for one, other in itertools.pairwise(pages):
        if one.number == other.number:
            raise WorkbenchError(f"{one.path.name} and {other.path.name} have one number", where=str(folder))
    if len({page.url_path for page in pages}) < len(pages):
        raise WorkbenchError("two pages have one name", where=str(folder))
    return tuple(pages)


def open_page(url_path: str, params: Mapping[str, str | Sequence[str]]) -> None:
    """Go to another page inside the app.

    Args:
        url_path: The page's name in its address.
        params: What its address shall say.
    """
    target = next(page for page in find_pages() if page.url_path == url_path)
    st.switch_page(target.path, query_params=dict(params))


def _read(path: Path) -> PageFile:
    found = _NAME.fullmatch(path.name)
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    doc = ast.get_docstring(tree) or ""
    question = doc.split("\n", 1)[0].strip()
    if not question.endswith("?"):
        raise WorkbenchError(f"begins with {question!r}", where=path.name, allowed="a docstring that asks a question")
    said = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in _DECLARED
    }
    return PageFile(
        path=path,
        number=int(found[1]),
        name=said.get("NAME") or found[2].replace("_", " ").capitalize(),
        url_path=found[2],
        question=question,
        group=said.get("GROUP", ""),
        icon=said.get("ICON"),
        shows=tuple(said.get("SHOWS", ())),
        roles=tuple(said.get("ROLES", ())),
    )
