"""Who may be served pictures: with a sign-in configured, only a browser that has signed in and has a role here."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from starlette.requests import Request

# Streamlit gives its session's user to scripts only. For the routes beside them this reads the same signed cookie with
# Streamlit's own functions; they are private, the version is pinned, and a browser test signs in for real.
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from workbench.app.data import settings


def signed_in(request: Request) -> bool:
    """Whether this request may see the workspace's pictures."""
    if settings().sign_in_file is None:
        return True
    cookie = _get_signed_cookie_with_chunks(dict(request.cookies), USER_COOKIE_NAME)
    if cookie is None:
        return False
    user = json.loads(cookie)
    ours = urlsplit(settings().sign_in()["auth"].get("redirect_uri", ""))
    known = address(user)
    return (
        bool(user.get("is_logged_in"))
        and user.get("origin") == f"{ours.scheme}://{ours.netloc}"
        and bool(known)
        and settings().people.role_of(known) is not None
    )


def address(user) -> str:
    """What names somebody who signed in: a verified address, else the provider's own id.

    Args:
        user: The claims of the identity token.
    """
    email = user.get("email") if user.get("email_verified", True) else None
    return str(email or user.get("sub") or "").strip().casefold()
