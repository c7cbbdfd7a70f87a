"""Addresses under ``/pictures`` that serve the workspace's files to the pages: only ours, only by hash."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from workbench.app import data, pictures
from workbench.app.sign_in import signed_in
from workbench.jobs.trace_pictures import trace_folder

# a file under its hash never changes; another site may not embed it, and nothing in it is ever run
HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
TRACE_NAME = re.compile(r"\d{2}_[a-z0-9_]{1,80}\.webp")


def picture_routes() -> list[Route]:
    """The routes the app adds to Streamlit's own."""
    return [
        Route("/pictures/file/{name}", _guarded(_file)),
        Route("/pictures/small/{px:int}/{name}", _guarded(_small)),
        Route("/pictures/viridis/{name}", _guarded(_viridis)),
        Route("/pictures/trace/{key}/{name}", _guarded(_trace)),
        Route("/pictures/photo/{key}", _guarded(_photo)),
        Route("/pictures/photo/{px:int}/{key}", _guarded(_small_photo)),
    ]


def guards() -> list[Middleware]:
    """Refuse hosts that are not ours, so that no other site can reach this server under a borrowed name."""
    allowed = st.get_option("server.allowedHosts") or ["127.0.0.1", "localhost"]
    return [Middleware(TrustedHostMiddleware, allowed_hosts=list(allowed))]


def photo_file(photo_hash: str) -> Path | None:
    """The local original with exactly this hash, None when it has gone, changed, or was never on this machine."""
    if not pictures.SHA256.fullmatch(photo_hash):
        return None
    found = data.ask("app_photo_of", {"photo_hash": photo_hash})
    file = Path(found.item()) if found.height else None
    if file is None or not file.is_absolute() or not file.is_file():
        return None
    stat = file.stat()
    return file if pictures.hash_of(file, stat.st_mtime_ns, stat.st_size) == photo_hash else None


def _guarded(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    def guarded(request: Request) -> Response:
        if not signed_in(request):
            return PlainTextResponse("sign in first", status_code=401, headers={"Cache-Control": "no-store"})
        try:
            return answer(request)
        except Exception as error:  # a decoder may raise anything on a hostile file; the page says it cannot be shown
            return _missing(f"cannot be shown: {error}")

    return guarded


def _file(request: Request) -> Response:
    name = request.path_params["name"]
    file = pictures.artefact_file(data.settings().workspace, name)
    if file is None:
        return _missing("there is no such file")
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return FileResponse(file, media_type=media_type, headers=HEADERS, filename=request.query_params.get("name"))


def _small(request: Request) -> Response:
    name, px = request.path_params["name"], request.path_params["px"]
    file = pictures.artefact_file(data.settings().workspace, name)
    if file is None or px not in pictures.SIZES:
        return _missing("there is no such picture")
    key = f"{name[:64]}.{name[65:].replace('.', '-')}"
    return FileResponse(pictures.small_copy(file, _cache(), key, px), media_type="image/webp", headers=HEADERS)


def _viridis(request: Request) -> Response:
    file = pictures.artefact_file(data.settings().workspace, request.path_params["name"])
    if file is None or not file.name.endswith(".png"):
        return _missing("there is no such map")
    return FileResponse(pictures.viridis_copy(file, _cache(), file.name[:64]), media_type="image/png", headers=HEADERS)


def _trace(request: Request) -> Response:
    key, name = request.path_params["key"], request.path_params["name"]
    file = trace_folder(_cache(), key) / name
    if not (pictures.SHA256.fullmatch(key) and TRACE_NAME.fullmatch(name) and file.is_file()):
        return _missing("there is no such picture of a step")
    return FileResponse(file, media_type="image/webp", headers=HEADERS)


def _photo(request: Request) -> Response:
    file = photo_file(request.path_params["key"])
    if file is None:
        return _missing("the original is not on this machine any more")
    shown, media_type = pictures.shown_photo(file, _cache(), request.path_params["key"])
    return FileResponse(shown, media_type=media_type, headers=HEADERS)


def _small_photo(request: Request) -> Response:
    key, px = request.path_params["key"], request.path_params["px"]
    if px not in pictures.SIZES or not pictures.SHA256.fullmatch(key):
        return _missing("there is no such picture")
    made = _cache() / "small" / str(px) / key[:2] / f"{key}.webp"  # known: no need to look for the photo
    if not made.exists():
        file = photo_file(key)
        if file is None:
            return _missing("the original is not on this machine any more")
        made = pictures.small_copy(file, _cache(), key, px)
    return FileResponse(made, media_type="image/webp", headers=HEADERS)


def _cache() -> Path:
    return data.settings().workspace / "cache"


def _missing(words: str) -> Response:
    return PlainTextResponse(words, status_code=404, headers={"Cache-Control": "no-store", **{
        k: v for k, v in HEADERS.items() if k != "Cache-Control"}})  # fmt: skip
