"""Brings the bytes behind a URL to this machine: allowed schemes only, never a private address."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from workbench.domain.errors import PhotoRefused

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
        connection = _connect(parts, url, private_hosts)
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


def _connect(parts, url: str, private_hosts: Sequence[str]) -> http.client.HTTPConnection:
    """A connection to an address that was checked; the name is not looked up a second time."""
    host = parts.hostname or ""
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
    except (OSError, ValueError) as error:
        raise PhotoRefused(f"host {host!r} cannot be found: {error}", where=url) from error
    if host not in private_hosts and not ipaddress.ip_address(address.split("%")[0]).is_global:
        raise PhotoRefused(f"host {host!r} is on the private address {address}", where=url, allowed="public addresses")
    try:
        raw = socket.create_connection((address, port), timeout=TIMEOUT_S)
        if parts.scheme == "https":
            raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    except OSError as error:
        raise PhotoRefused(f"cannot be fetched: {error}", where=url) from error
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    connection.sock = raw
    return connection
