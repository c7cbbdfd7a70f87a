"""The addresses under /pictures: ours only, by hash only, and nothing runs in them."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette

from workbench.app.picture_routes import guards, picture_routes

APP = Starlette(routes=picture_routes(), middleware=guards())


def get(path: str, host: str = "127.0.0.1:8501") -> tuple[int, dict[str, str], bytes]:
    """One GET through the whole application, without a socket."""
    sent: list[dict] = []
    raw, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": raw, "raw_path": raw.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", host.encode())], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8501),
    }  # fmt: skip

    async def ask() -> None:
        requests = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> dict:
            message = next(requests, None)
            if message is None:
                await asyncio.Event().wait()  # the browser stays connected and says nothing more
            return message

        async def send(message: dict) -> None:
            sent.append(message)

        await APP(scope, receive, send)

    with ThreadPoolExecutor(1) as thread:  # the browser tests leave a loop running in the main thread
        thread.submit(asyncio.run, ask()).result()
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


def name_of(outcome, suffix: str) -> str:
    return next(Path(file.path).name for file in outcome.computation.artefacts if file.suffix == suffix)


def test_a_file_is_served_as_it_is_and_locked_down(filled) -> None:
    status, headers, body = get(f"/pictures/file/{name_of(filled[0], 'alpha.png')}")
    assert status == 200
    assert body == Path(filled[0].photo.path).read_bytes()
    assert headers["content-type"] == "image/png"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "immutable" in headers["cache-control"]


def test_a_download_carries_its_name(filled) -> None:
    _, headers, _ = get(f"/pictures/file/{name_of(filled[0], 'alpha.png')}?name=SKU%22%0D%0Ax%3A%20y.png")
    assert headers["content-disposition"].startswith("attachment")
    assert "x" not in headers, "a name cannot make a header"


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/file/..%2f..%2fetc%2fpasswd", "/pictures/file/" + "0" * 64 + ".png", "/pictures/small/5000/{name}",
        "/pictures/small/320/../x", "/pictures/viridis/{jpeg}", "/pictures/photo/" + "0" * 64, "/pictures/photo/abc",
        "/pictures/photo/77/{hash}",
    ],
)  # fmt: skip
def test_everything_else_is_not_there(filled, path: str) -> None:
    path = path.format(
        name=name_of(filled[0], "alpha.png"), jpeg=name_of(filled[0], "600.jpg"), hash=filled[0].computation.photo_hash
    )
    status, headers, _ = get(path)
    assert status == 404
    assert headers.get("cache-control", "no-store") == "no-store", "a picture may come later"


def test_another_host_name_is_refused(filled) -> None:
    status, _, body = get(f"/pictures/file/{name_of(filled[0], 'alpha.png')}", host="evil.example")
    assert status == 400
    assert b"PNG" not in body


def test_the_photo_is_served_only_while_its_bytes_are_the_same(own) -> None:
    photo = own[1]
    address = f"/pictures/photo/{photo.computation.photo_hash}"
    status, _, body = get(address)
    assert (status, body) == (200, Path(photo.photo.path).read_bytes())
    Path(photo.photo.path).write_bytes(Path(own[2].photo.path).read_bytes())
    assert get(address)[0] == 404


def test_a_small_photo_outlives_the_photo(own) -> None:
    photo = own[1]
    address = f"/pictures/photo/320/{photo.computation.photo_hash}"
    status, headers, body = get(address)
    assert status == 200 and headers["content-type"] == "image/webp"
    Path(photo.photo.path).unlink()
    assert get(address)[2] == body


def test_a_refused_photo_that_is_no_picture_is_not_there(filled) -> None:
    refused = filled[4]
    assert get(f"/pictures/photo/320/{refused.computation.photo_hash}")[0] == 200
    assert get("/pictures/photo/320/" + "f" * 64)[0] == 404
