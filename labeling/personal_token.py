"""The personal token: make one for an account, tell its kind, exchange it for the access token requests carry.

Label Studio's personal token is a refresh token. It is never sent with a request: it buys access tokens that hold
for minutes. The older "legacy" token (40 hex digits) is off by default on new servers.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Literal

from labeling.server_place import Account
from workbench.domain.errors import LabelingError

Kind = Literal["personal", "access", "legacy", "unknown"]
_LEGACY = re.compile(r"[0-9a-f]{40}")


def token_kind(token: str) -> Kind:
    """What kind of token a text is, by its looks; nothing is asked of the server."""
    if _LEGACY.fullmatch(token):
        return "legacy"
    parts = token.split(".")
    if len(parts) != 3:
        return "unknown"
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        kind = payload.get("token_type")
    except (ValueError, AttributeError):
        return "unknown"
    return {"refresh": "personal", "access": "access"}.get(kind, "unknown")


def make_token(account: Account) -> str:
    """A new personal token for an account; one that is there already and that we have lost is revoked first.

    Raises:
        LabelingError: The server does not let the account in.
    """
    import httpx

    with httpx.Client(base_url=account.url, timeout=60, trust_env=False) as session:
        session.get("/user/login/")
        form = {"email": account.email, "password": account.password}
        session.post("/user/login/", data={**form, "csrfmiddlewaretoken": session.cookies.get("csrftoken", "")})
        head = {"X-CSRFToken": session.cookies.get("csrftoken", "")}
        answer = session.post("/api/token/", headers=head)
        if answer.status_code == 409:
            for old in session.get("/api/token/").json():
                session.post("/api/token/blacklist/", json={"refresh": old["token"]}, headers=head)
            answer = session.post("/api/token/", headers=head)
        if answer.status_code != 201:
            raise LabelingError(
                f"the server gave no personal token (status {answer.status_code})", where=account.url,
                allowed="the account's address and password as in account.json, and personal tokens switched on",
            )  # fmt: skip
        return answer.json()["token"]


def access_token(url: str, token: str, *, timeout_s: float = 30.0) -> str:
    """Exchange a personal token for an access token.

    Raises:
        LabelingError: It is of another kind, expired or revoked.
    """
    import httpx

    kind = token_kind(token)
    if kind != "personal":
        words = {
            "legacy": "a legacy token, which new servers refuse",
            "access": "an access token, which holds for minutes only",
            "unknown": "something that is no token",
        }
        raise LabelingError(
            words[kind], where="WORKBENCH_LABEL_STUDIO_TOKEN", allowed="a personal token: Account & Settings there"
        )
    answer = httpx.post(f"{url}/api/token/refresh/", json={"refresh": token}, timeout=timeout_s, trust_env=False)
    if answer.status_code == 401:
        raise LabelingError(
            "the personal token has expired or was revoked", where=url, allowed="a new one: Account & Settings there"
        )
    answer.raise_for_status()
    return answer.json()["access"]
