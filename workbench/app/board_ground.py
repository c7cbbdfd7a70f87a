"""Gives the board's first bytes a dark ground: whoever works in the dark is not to be blinded while the page loads."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH = "/qa_board"
# until a page has said what it is; every other page begins with a heading or a state
STYLE = (
    b"<style>html:not(:has(.wb-head)):not(:has(.wb-state)) :is(body,.stApp,[data-testid=stSidebar],"
    b"[data-testid=stHeader]){background:#1A1A1A!important;color-scheme:dark}</style></head>"
)


def board_ground() -> list[Middleware]:
    """What the app adds to Streamlit's own."""
    return [Middleware(_Dark)]


class _Dark:
    """Puts the style into the page's frame when the board is asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") != PATH or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def gather(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                body = b"".join(parts).replace(b"</head>", STYLE, 1)
                dropped = (b"content-length", b"etag", b"last-modified")  # they speak of the file as it was
                kept = [(name, value) for name, value in start["headers"] if name.lower() not in dropped]
                await send({**start, "headers": [*kept, (b"content-length", str(len(body)).encode())]})
                await send({"type": "http.response.body", "body": body})

        # asked as if for the first time: "not modified" would leave the browser with another page's frame
        asked = [(name, value) for name, value in scope["headers"] if name.lower() in (b"host", b"cookie")]
        await self.app({**scope, "headers": asked}, receive, gather)
