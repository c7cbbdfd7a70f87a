"""Lays a published policy out as a row of the lake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workbench.domain.errors import LakeError
from workbench.lake.rows import Row, key


def policy_row(
    name: str, version: int, *, policy_hash: str, text: str, author: str, reason: str, promise: Mapping[str, Any],
    published_at: datetime, simulated: bool,
) -> Row:  # fmt: skip
    """A published policy; name and version are its key, so that it is stored once and never changed."""
    if published_at.tzinfo is None:
        raise LakeError("the time has no zone", where="published_at", allowed="a time with its zone")
    return {
        "row_key": key(name, version), "policy_name": name, "policy_version": version, "policy_hash": policy_hash,
        "policy_text": text, "author": author, "reason": reason,
        "promise": json.dumps(promise, ensure_ascii=False, allow_nan=False, sort_keys=True),
        "published_at": published_at, "simulated": simulated,
    }  # fmt: skip
