"""What every figure can be narrowed to: one list for queries, reports and pages (``chosen.sql`` applies it)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

# None leaves everything in
FILTERS: Mapping[str, str] = MappingProxyType(
    {
        "run_id": "one run",
        "set_id": "one set",
        "category": "one category",
        "brand": "one brand",
        "channel": "one sales channel",
        "tier": "one campaign tier: standard or high_value",
        "engine": "one engine that found the subject",
        "spec": "one specification, by name",
        "policy": "one policy: NAME, or NAME@VERSION",
        "since": "from this moment on (with its zone)",
        "until": "before this moment (with its zone)",
        "include_simulated": "true: simulated rows instead of the real ones; the two never share a figure",
    }
)


def filter_struct(params: Mapping[str, Any]) -> dict[str, Any]:
    """All filters by name, None where nothing was chosen: what a query reads as ``$filters``."""
    return {name: params.get(name) for name in FILTERS}
