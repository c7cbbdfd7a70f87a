"""Receive a server's calls on this machine only: each shows the secret and says no more than which project changed."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from labeling.server_place import LOOPBACK
from labeling.webhook import PATH
from workbench.domain.errors import LabelingError

MOST_BYTES = 1_000_000
SLOW_S = 10.0  # a caller that sends nothing for so long is let go


class Receiver:
    """Listens between ``with`` and its end; ``on_change`` is told the server's id of the project.

    What labelers did is not taken from a call: whoever listens fetches it from the server, so that a forged or lost
    call can neither invent a label nor lose one.

    Args:
        secret: What each call must carry as ``Authorization: Bearer``.
        on_change: Called from another thread; must be quick, the labeler's save waits for it.
        port: 0: any that is free.
    """

    def __init__(self, secret: str, on_change: Callable[[int], None], *, port: int = 0) -> None:
        try:
            self._server = ThreadingHTTPServer((LOOPBACK, port), _handler(secret, on_change))
        except OSError as error:
            raise LabelingError(f"port {port} is taken: {error.strerror}", allowed="another one: --port") from error
        self._server.daemon_threads = True
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(secret: str, on_change: Callable[[int], None]) -> type[BaseHTTPRequestHandler]:
    wanted = f"Bearer {secret}".encode()

    class Call(BaseHTTPRequestHandler):
        timeout = SLOW_S

        def do_POST(self) -> None:
            given = self.headers.get("Authorization", "").encode("utf-8", "replace")
            if not hmac.compare_digest(given, wanted):
                return self._answer(401)
            length, project = self.headers.get("Content-Length", "0"), self.path.removeprefix(PATH)
            if not (self.path.startswith(PATH) and project.isdecimal()):
                return self._answer(404)
            if not length.isdecimal() or int(length) > MOST_BYTES:
                return self._answer(413)
            self.rfile.read(int(length))
            on_change(int(project))
            return self._answer(204)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    return Call
