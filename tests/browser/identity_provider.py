"""A small real OpenID Connect provider on localhost: one page that asks who you are, signed tokens."""

from __future__ import annotations

import base64
import secrets
import sys
import time
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Route

KEY = RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"})
given: dict[str, dict] = {}


def serve(port: int) -> None:
    at = f"http://127.0.0.1:{port}"

    async def configuration(_: Request) -> JSONResponse:
        return JSONResponse(
            {
                "issuer": at, "authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token",
                "jwks_uri": f"{at}/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )  # fmt: skip

    async def keys(_: Request) -> JSONResponse:
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})

    async def authorize(request: Request) -> HTMLResponse:
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{request.query_params.get(name, "")}">'
            for name in ("redirect_uri", "state", "nonce")
        )
        return HTMLResponse(f'<form action="/signed">{hidden}<input name="email"><button>Sign in</button></form>')

    async def signed(request: Request) -> RedirectResponse:
        code, asked = secrets.token_urlsafe(), dict(request.query_params)
        given[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    async def token(request: Request) -> JSONResponse:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        client = base64.b64decode(request.headers["authorization"].split()[1]).decode().split(":")[0]
        asked = given.pop(form["code"])
        now = int(time.time())
        claims = {
            "iss": at, "aud": client, "sub": f"sub-{asked['email']}", "email": asked["email"], "email_verified": True,
            "name": asked["email"].split("@")[0].title(), "nonce": asked["nonce"], "iat": now, "exp": now + 600,
        }  # fmt: skip
        made = jwt.encode({"alg": "RS256", "kid": "test"}, claims, KEY)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": made})

    routes = [
        Route("/.well-known/openid-configuration", configuration), Route("/keys", keys), Route("/authorize", authorize),
        Route("/signed", signed), Route("/token", token, methods=["POST"]),
    ]  # fmt: skip
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
