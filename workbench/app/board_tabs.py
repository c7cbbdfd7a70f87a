"""Tabs of the board: whose each is, and which were closed, so that a run still under way takes nothing for them."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass

from workbench.lake.desk import Desk

MOST_TABS = 2_000  # forgotten oldest first; their claims expire by themselves
_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True)
class _Tab:
    holder: str
    left: bool = False


_tabs: dict[str, _Tab] = {}  # a tab's name is a secret that only its own page knows
_lock = threading.Lock()


def remember_tab(tab: str, holder: str) -> str:
    """Note whose tab it is; returns the address to call when it closes."""
    with _lock:
        _tabs.setdefault(tab, _Tab(holder))
        while len(_tabs) > MOST_TABS:
            del _tabs[next(iter(_tabs))]
    return f"board/leave/{tab}"


def leave_tab(tab: str, desk: Desk) -> bool:
    """Give back what a closed tab has, and keep it from taking more; whether the tab is known.

    Raises:
        LakeError: The desk cannot be used now; the claims expire.
    """
    with _lock:
        known = _tabs.get(tab) if _NAME.fullmatch(tab) else None
        if known is None:
            return False
        known.left = True  # before the claims are read: what a run takes from here on it gives back itself
    _release(desk, known.holder, tab)
    return True


def has_left(tab: str) -> bool:
    """Whether the tab was closed."""
    with _lock:
        return tab in _tabs and _tabs[tab].left


def release_if_left(tab: str, holder: str, desk: Desk) -> None:
    """Give back what a run took after its tab was closed; for the end of every run."""
    if has_left(tab):
        _release(desk, holder, tab)


def _release(desk: Desk, holder: str, tab: str) -> None:
    mine = [claim.key for claim in desk.claims() if (claim.holder, claim.tab) == (holder, tab)]
    desk.release(mine, holder=holder)
