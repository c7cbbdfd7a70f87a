"""What the checks measured on one image, each against its limit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

import streamlit as st

from workbench.app.image_record import ImageRecord, nearest
from workbench.app.page_head import part_head
from workbench.app.table import Html, table
from workbench.charts.amounts import number
from workbench.domain.errors import UsageError


def checks_panel(image: ImageRecord) -> None:
    """Draw the panel; nothing when no check was made."""
    checks = sorted(image.row["checks"] or (), key=lambda check: (check["passed"] is not False, -nearest(check)))
    if not checks:
        return
    flagged = sum(check["passed"] is False for check in checks)
    with st.container(key="panel_checks"):
        within = f"all {len(checks)} within limits"
        part_head("Checks", f"{flagged} of {len(checks)} beyond the limit" if flagged else within)
        rows = [
            (Html(_mark(check)), Html(_what(check)), _amount(check, check["value"]), _limit(check)) for check in checks
        ]
        st.html(table(("", "", "Value", "Limit"), rows, right=(2, 3), keep=(0,)))


@lru_cache(maxsize=256)
def words_of(check: str) -> str:
    """What a flag of this check means, as its file says it; empty for a check that is no longer there."""
    from pipeline import registry

    try:
        return registry.check(check).words
    except UsageError:
        return ""


def _mark(check: Mapping[str, Any]) -> str:
    if check["passed"] is None:
        return '<span class="wb-mark wb-quiet" title="no verdict">–</span>'
    if check["passed"]:
        return '<span class="wb-mark wb-pass" title="within the limit">✓</span>'
    return '<span class="wb-mark wb-flag" title="beyond the limit">!</span>'


def _what(check: Mapping[str, Any]) -> str:
    name, words = escape(check["check"].replace("_", " ")), words_of(check["check"])
    unit = check["unit"].removeprefix("% ") if len(check["unit"]) > 3 else ""
    flagged = check["passed"] is False
    more = words if flagged else check["reason"] or "" if check["value"] is None else ""
    lines = "".join(f'<div class="wb-quiet">{escape(line)}</div>' for line in (more,) if line)
    title = f"<b>{name}</b>" if flagged else f'<span title="{escape(words, quote=True)}">{name}</span>'
    return f'{title}<span class="wb-unit">{escape(unit)}</span>{lines}'


def _limit(check: Mapping[str, Any]) -> str:
    if check["limit"] is None:
        return "none"
    return f"{'≤' if check['better'] == 'lower' else '≥'} {_amount(check, check['limit'])}"


def _amount(check: Mapping[str, Any], value: float | None) -> str:
    """The number with a short unit; the words of a long one ("% of subject") stand under the name."""
    return number(value, check["unit"].split(" ", 1)[0] if len(check["unit"]) <= 3 or check["unit"][0] == "%" else "")
