"""Say what is wrong with a Label Studio server before somebody loses an afternoon to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from labeling.personal_token import access_token, token_kind
from workbench.domain.errors import LabelingError

OLDEST = (1, 23)  # what the tests run against; older ones were never tried
_PROBE = "doctor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. ``ok`` is None when it could not be looked at."""

    what: str
    ok: bool | None
    words: str


def examine(url: str, token: str, *, crops: Path | None = None) -> tuple[Finding, ...]:
    """Look at address, version, token and pictures, in the order in which one needs the other.

    Args:
        url: Address of the server.
        token: What the settings give as personal token.
        crops: The folder whose pictures it should show, None: not asked.
    """
    import httpx

    try:
        said = httpx.get(f"{url}/api/version", timeout=15, trust_env=False, follow_redirects=True)
        release = str(said.json()["release"])
    except httpx.TransportError as error:
        return (Finding(what="reachable", ok=False, words=f"{url} does not answer ({error}): start it, or correct it"),)
    except (ValueError, KeyError):
        words = f"{url} answers, but is no Label Studio (status {said.status_code})"
        return (Finding(what="reachable", ok=False, words=words),)
    findings = [Finding(what="reachable", ok=True, words=url), _version(release)]
    kind = token_kind(token)
    findings.append(Finding(what="token kind", ok=kind == "personal", words=_kind_words(kind)))
    if kind != "personal":
        return tuple(findings)
    try:
        access = access_token(url, token)
    except (LabelingError, httpx.HTTPError) as error:
        return (*findings, Finding(what="token accepted", ok=False, words=str(error)))
    findings.append(Finding(what="token accepted", ok=True, words="it buys access tokens"))
    if crops is not None:
        findings.append(_pictures(url, access, crops))
    return tuple(findings)


def _version(release: str) -> Finding:
    found = tuple(int(number) for number in re.findall(r"\d+", release)[:2])
    words = release if found >= OLDEST else f"{release}: older than {OLDEST[0]}.{OLDEST[1]}, which this was made with"
    return Finding(what="version", ok=found >= OLDEST, words=words)


def _kind_words(kind: str) -> str:
    return {
        "personal": "a personal token",
        "legacy": "a legacy token, off by default on new servers: make a personal one in Account & Settings",
        "access": "an access token, which holds for minutes: copy the personal token instead",
        "unknown": "no token of Label Studio: make a personal one in Account & Settings",
    }[kind]


def _pictures(url: str, access: str, crops: Path) -> Finding:
    """Ask the server whether a project could open our folder; nothing is left behind."""
    import httpx

    head = {"Authorization": f"Bearer {access}"}
    folder = crops / _PROBE
    folder.mkdir(parents=True, exist_ok=True)
    with httpx.Client(base_url=url, headers=head, timeout=30, trust_env=False) as session:
        projects = session.get("/api/projects/", params={"page_size": 1}).json()["results"]
        if not projects:
            folder.rmdir()
            return Finding(what="pictures", ok=None, words="asked once a project was pushed")
        body = {"project": projects[0]["id"], "path": str(folder), "use_blob_urls": True}
        answer = session.post("/api/storages/localfiles/validate", json=body)
    folder.rmdir()
    if answer.status_code == 200:
        return Finding(what="pictures", ok=True, words=f"it may show {crops}")
    said = " ".join(str(answer.json().get("validation_errors") or answer.json()).split())[:300]
    return Finding(
        what="pictures", ok=False,
        words=f"it may not show {crops}: LOCAL_FILES_SERVING_ENABLED and LOCAL_FILES_DOCUMENT_ROOT there ({said})",
    )  # fmt: skip
