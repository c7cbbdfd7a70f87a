"""FiftyOne's App as a process of ours: on this machine only, offline, and showing no file but the workspace's pictures.

Left to itself it would hand any file of the machine to whoever asks its media address, answer under any host name, let
its page fetch a font from the internet, lay an advertisement over the pictures, and show to whoever opens a link the
photo that somebody else has left open.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from workbench.inspection.place import LOOPBACK

# all the page needs comes from here; wasm and inline scripts are what FiftyOne's own page is made of
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' ws://127.0.0.1:* data: blob:; "
    "font-src 'self' data:; frame-ancestors 'self' http://127.0.0.1:*"
)
HOSTS = (LOOPBACK, "localhost")
SEEN = b"<script>localStorage.setItem('fiftyone-enterprise-tooltip-seen', 'true')</script>"  # the advertisement


class Guard:
    """Stands before FiftyOne's server: refuses other hosts and other files, adds the policy, leaves out advertising."""

    def __init__(self, app, media: Path, begin_anew: Callable[[], None] = lambda: None) -> None:
        self.app, self.media, self.begin_anew = app, media.resolve(), begin_anew

    async def __call__(self, scope, receive, send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if not _from_here(headers) or not self._may_see(scope):
            if scope["type"] == "http":
                await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
                await send({"type": "http.response.body", "body": b""})
            return

        if scope["path"].rstrip("/").endswith("/events"):  # a page has come and tells what it is to show
            self.begin_anew()
        is_page = False

        async def changed(message) -> None:
            nonlocal is_page
            if message["type"] == "http.response.start":
                kept = list(message.get("headers", ()))
                is_page = any(name == b"content-type" and kind.startswith(b"text/html") for name, kind in kept)
                if is_page:  # it grows
                    kept = [pair for pair in kept if pair[0] != b"content-length"]
                kept.append((b"content-security-policy", POLICY.encode("ascii")))
                message = {**message, "headers": kept}
            elif is_page and message.get("body"):
                message = {**message, "body": message["body"].replace(b"<head>", b"<head>" + SEEN, 1)}
            await send(message)

        await self.app(scope, receive, changed)

    def _may_see(self, scope) -> bool:
        if not scope["path"].rstrip("/").endswith("/media"):
            return True
        asked = parse_qs(scope.get("query_string", b"").decode("utf-8", "replace")).get("filepath", [""])[-1]
        return Path(asked).resolve().is_relative_to(self.media)


def _from_here(headers: dict[str, str]) -> bool:
    """Whether the request names this machine, and was not sent by a page of another site."""
    host, origin = headers.get("host", ""), headers.get("origin")
    return host.rsplit(":", 1)[0] in HOSTS and (origin is None or urlsplit(origin).netloc == host)


def main(port: int, media: Path) -> None:
    """Serve until it is ended; FiftyOne reads the rest from the environment."""
    import os

    os.environ["FIFTYONE_SERVER"] = "1"
    from fiftyone.core.state import StateDescription
    from fiftyone.server.app import app
    from fiftyone.server.events import set_port
    from fiftyone.server.events.state import set_state
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"{LOOPBACK}:{port}"]
    config.accesslog = None
    set_port(port)
    asyncio.run(serve(Guard(app, media, lambda: set_state(StateDescription())), config))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
