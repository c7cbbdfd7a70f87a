"""One call: a form goes out, an answer of bounded size comes back in bounded time."""

from __future__ import annotations

import http.client
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult

from pipeline.cutout import Around, EngineFault
from workbench.domain.errors import PhotoRefused

CHUNK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; headers with lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def exchange(
    url: SplitResult, form: tuple[bytes, str], headers: Mapping[str, str], around: Around, *, timeout_s: float,
    most_bytes: int,
) -> Answer:  # fmt: skip
    """Post a form and read the answer.

    Args:
        url: Where to.
        form: Body and content type.
        headers: Beside it; the key is among them.
        around: Opens the connection.
        timeout_s: For all of it, however slowly the other side drips.
        most_bytes: More is not read.

    Raises:
        EngineFault: ``timeout``, ``unreachable``, ``too_large`` or ``private_address``.
    """
    ends = time.monotonic() + timeout_s
    where = url.hostname or ""
    try:
        connection = around.connect(url, timeout_s)
    except PhotoRefused as error:
        kind = "private_address" if "private address" in error.found or "scheme" in error.found else "unreachable"
        raise EngineFault(kind, error.found, where=where, allowed=error.allowed) from error
    # a timeout of a socket begins anew with every byte; hanging up from outside does not
    watch = threading.Timer(max(0.01, ends - time.monotonic()), _hang_up, (connection,))
    watch.daemon = True
    watch.start()
    try:
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        connection.request("POST", target, body=form[0], headers={**headers, "Content-Type": form[1]})
        response = connection.getresponse()
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > most_bytes:
            raise EngineFault("too_large", f"the answer has {int(length)} bytes", where=where,
                              allowed=f"at most {most_bytes}")  # fmt: skip
        body = bytearray()
        while chunk := response.read1(CHUNK):
            body += chunk
            if len(body) > most_bytes:
                raise EngineFault("too_large", f"the answer goes on after {most_bytes} bytes", where=where,
                                  allowed=f"at most {most_bytes}")  # fmt: skip
        if time.monotonic() > ends:
            raise TimeoutError
        if length.isdigit() and int(length) != len(body):
            raise http.client.IncompleteRead(bytes(body), int(length) - len(body))
        found = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status, headers=found, body=bytes(body))
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, TimeoutError) or time.monotonic() >= ends - 0.005:
            raise EngineFault("timeout", f"no answer within {timeout_s:g} s", where=where) from error
        if isinstance(error, http.client.IncompleteRead):
            raise EngineFault("broken_file", "hung up in the middle of the answer", where=where) from error
        raise EngineFault("unreachable", f"{type(error).__name__}: {error}", where=where) from error
    finally:
        watch.cancel()
        connection.close()


def multipart(fields: Mapping[str, str], file: tuple[str, str, str, bytes] | None) -> tuple[bytes, str]:
    """Body and content type of a form; ``file`` is field, name, kind and bytes.

    Source:
        RFC 7578.
    """
    edge = secrets.token_hex(16)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if file is not None:
        field, name, kind, data = file
        parts.append(
            f'--{edge}\r\nContent-Disposition: form-data; name="{_quoted(field)}"; filename="{_quoted(name)}"\r\n'
            f"Content-Type: {kind}\r\n\r\n".encode()
        )
        parts += [data, b"\r\n"]
    return b"".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _hang_up(connection: http.client.HTTPConnection) -> None:
    sock = connection.sock
    if sock is None:
        return
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        connection.close()  # it hung up by itself
