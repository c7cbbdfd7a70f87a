"""The first page's own name leads to it: Streamlit serves that page at the bare address only."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from workbench.app.navigation import find_pages


def home_route() -> Route:
    """Sends ``/overview?…`` to ``/?…``, so that every page can be reached by its name."""

    def home(request: Request) -> RedirectResponse:
        return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/")

    return Route(f"/{find_pages()[0].url_path}", home)
