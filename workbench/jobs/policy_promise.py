"""What is promised of a policy when it is published, and whether it came true."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workbench.jobs.replay_set import Scope
from workbench.routing.backtest import BackTest
from workbench.routing.certification_sample import Certificate

if TYPE_CHECKING:
    from workbench.lake.lake import Lake

LEAST_IMAGES = 200  # routed by the policy before promise and outcome are held against each other


def policy_promise(test: BackTest, scope: Scope, certified: Iterable[Certificate] = ()) -> dict[str, Any]:
    """What the back-test expects: plain values, None where the record cannot say."""
    after, rework = test.after, test.after.rework
    return {
        "images": test.images,
        "days": round(test.days, 2),
        "set_id": scope.set_id,
        "simulated": scope.simulated,
        "risk_calibrated": test.calibrated,
        "auto_share": after.auto_share if test.images else None,
        "changed": test.changed,
        "rework": rework.share,
        "rework_low": rework.low,
        "rework_high": rework.high,
        "rework_judged": rework.answered,
        "unknown": rework.unknown,
        "cost_eur": after.cost_eur,
        "cost_low": after.cost_low,
        "cost_high": after.cost_high,
        "hours": dict(after.hours),
        "turnaround_h": {k: (v if v != float("inf") else None) for k, v in after.turnaround_h.items()},
        "certificates": [
            {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in asdict(one).items()}
            for one in certified
        ],
    }


def policy_outcome(store: Lake, name: str, version: int, *, simulated: bool = False) -> dict[str, Any]:
    """What came of the images the version routed (`lake/sql/policy_outcome.sql` names the columns)."""
    params = {"policy_name": name, "policy_version": version, "include_simulated": simulated}
    return store.query("policy_outcome", params).row(0, named=True)


def held_against(promise: Mapping[str, Any] | str | None, outcome: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Promise and outcome side by side: what, promised, came, and whether it holds in words."""
    said = json.loads(promise) if isinstance(promise, str) else dict(promise or {})
    n = outcome["images"] or 0
    if n < LEAST_IMAGES:
        early = f"too early: {n} of {LEAST_IMAGES} images"
        return [
            {
                "what": "automatic share",
                "promised": said.get("auto_share"),
                "came": outcome["auto_share"],
                "holds": early,
            },
            {"what": "rework in auto", "promised": said.get("rework"), "came": outcome["rework"], "holds": early},
        ]
    return [
        {
            "what": "automatic share",
            "promised": said.get("auto_share"),
            "came": outcome["auto_share"],
            "holds": _fits(said.get("auto_share"), outcome["auto_low"], outcome["auto_high"]),
        },
        {
            "what": "rework in auto",
            "promised": said.get("rework"),
            "came": outcome["rework"],
            "holds": _at_most(
                said.get("rework_high"), outcome["rework_low"], outcome["rework_high"], outcome["judged"]
            ),
        },
    ]


def _fits(promised: float | None, low: float | None, high: float | None) -> str:
    if promised is None or low is None:
        return "nothing was promised" if promised is None else "nothing to compare yet"
    if low <= promised <= high:
        return "as promised"
    return "less than promised" if promised > high else "more than promised"


def _at_most(promised: float | None, low: float | None, high: float | None, judged: int) -> str:
    if promised is None:
        return "nothing was promised"
    if low is None:
        return "no audit has been judged yet"
    if low > promised:
        return "broken: more rework than promised"
    return "kept" if high <= promised else f"not refuted, {judged} audits cannot prove it"


def lapsed_certificates(promise: Mapping[str, Any] | str | None, making: Mapping[str, Any], at: datetime) -> list[str]:
    """Which certificates of a promise no longer hold, and why.

    Args:
        promise: As stored.
        making: ``engine`` and ``spec_hash`` in use now.
        at: Now.
    """
    said = json.loads(promise) if isinstance(promise, str) else dict(promise or {})
    found = []
    for one in said.get("certificates", ()):
        times = {k: datetime.fromisoformat(one[k]) if one[k] else None for k in ("since", "until", "valid_until")}
        why = Certificate(**{**one, **times}).lapsed(engine=making["engine"], spec_hash=making["spec_hash"], at=at)
        if why:
            found.append(f"{one['category'].replace('_', ' ')} up to risk {one['max_risk']:g}: {why}")
    return found
