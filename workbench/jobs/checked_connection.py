"""Connects to an address that was checked, and only to that one: the name is not looked up a second time."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from urllib.parse import SplitResult

from workbench.domain.errors import PhotoRefused


def checked_connection(
    url: SplitResult, *, timeout_s: float, private_hosts: Sequence[str] = (), schemes: Sequence[str] = ("http", "https")
) -> http.client.HTTPConnection:
    """An open connection to a public address, or to a named host on this machine.

    Args:
        url: Where to, split.
        timeout_s: To connect, and for every silence afterwards.
        private_hosts: Hosts that may be on a private address.
        schemes: URL schemes allowed.

    Raises:
        PhotoRefused: Scheme, name or address not allowed, or not reachable.
    """
    whole, host = url.geturl(), url.hostname or ""
    if url.scheme not in schemes:
        raise PhotoRefused(f"scheme {url.scheme!r} is not allowed", where=whole, allowed=schemes)
    if url.username or url.password:
        raise PhotoRefused("carries a user name or password", where=host, allowed="plain URLs")
    try:
        port = url.port or (443 if url.scheme == "https" else 80)
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
    except (OSError, ValueError) as error:
        raise PhotoRefused(f"host {host!r} cannot be found: {error}", where=whole) from error
    if host not in private_hosts and not ipaddress.ip_address(address.split("%")[0]).is_global:
        raise PhotoRefused(
            f"host {host!r} is on the private address {address}", where=whole, allowed="public addresses"
        )
    try:
        raw = socket.create_connection((address, port), timeout=timeout_s)
        if url.scheme == "https":
            raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    except OSError as error:
        raise PhotoRefused(f"cannot be fetched: {error}", where=whole) from error
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    connection.sock = raw
    return connection
