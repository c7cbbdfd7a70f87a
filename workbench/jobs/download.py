"""Brings the bytes behind a URL to this machine: allowed schemes only, never a private address."""

from __future__ import annotations

import http.client
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from workbench.domain.errors import PhotoRefused
from workbench.jobs.checked_connection import checked_connection

MOST_REDIRECTS = 5
TIMEOUT_S = 30.0
_REDIRECTS = (301, 302, 303, 307, 308)


def download(
    url: str, *, schemes: Sequence[str], most_bytes: int, private_hosts: Sequence[str] = (), accept: str = "*/*"
) -> bytes:
    """The whole answer to a GET; redirects are followed, each to an address that is checked again.

    Args:
        url: What to fetch.
        schemes: URL schemes allowed by the settings.
        most_bytes: More is refused.
        private_hosts: Hosts that may be on a private address (a server on this machine, for tests).
        accept: What the server is told we take.

    Raises:
        PhotoRefused: Scheme or address not allowed, the server's error, too large, or not reachable.
    """
    at = url
    for _ in range(MOST_REDIRECTS + 1):
        parts = urlsplit(at)
        if parts.scheme not in schemes or parts.scheme not in ("http", "https"):
            raise PhotoRefused(f"scheme {parts.scheme!r} is not allowed", where=url, allowed=schemes)
        if parts.username or parts.password:
            raise PhotoRefused("carries a user name or password", where=parts.hostname or "", allowed="plain URLs")
        connection = checked_connection(parts, timeout_s=TIMEOUT_S, private_hosts=private_hosts)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", target, headers={"User-Agent": "retouch-workbench", "Accept": accept})
            response = connection.getresponse()
            if response.status in _REDIRECTS and response.headers.get("Location"):
                at = urljoin(at, response.headers["Location"])
                continue
            if response.status != 200:
                raise PhotoRefused(f"the server answered {response.status} {response.reason}", where=url)
            data = response.read(most_bytes + 1)
            if len(data) > most_bytes:
                raise PhotoRefused("the file is too large", where=url, allowed=f"at most {most_bytes} bytes")
            length = response.headers.get("Content-Length")
            if length and length.isdigit() and int(length) != len(data):
                raise PhotoRefused(f"{len(data)} of {length} bytes arrived", where=url)
            return data
        except (OSError, http.client.HTTPException) as error:
            raise PhotoRefused(f"cannot be fetched: {error}", where=url) from error
        finally:
            connection.close()
    raise PhotoRefused(f"more than {MOST_REDIRECTS} redirects", where=url)
