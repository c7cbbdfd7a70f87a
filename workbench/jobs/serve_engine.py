"""Serves any engine on this machine as an HTTP API of the shape remove.bg and Photoroom have."""

from __future__ import annotations

import asyncio
import hmac
import math
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cutout import Asked, Cutout, Engine, EngineFault
from pipeline.peak_memory import peak_memory_bytes
from workbench.domain.errors import PhotoRefused, StepFailed, UsageError
from workbench.jobs.engine_files import EngineFile

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

HOST = "127.0.0.1"
ROUTES = ("/v1.0/removebg", "/v1/segment")
FILE_FIELD = "image_file"
MOST_BYTES = 60_000_000  # of one request
QUEUE = 64  # photos that may wait
FIRST_GUESS_S = 1.0  # for one photo, before one has been done


@dataclass(slots=True)
class _Desk:
    """What waits and how long one takes; everything runs in one event loop."""

    workers: int
    queue: int
    pending: int = 0
    seconds: float = FIRST_GUESS_S
    served: int = 0
    turned_away: int = 0
    deepest: int = field(default=0)

    @property
    def full(self) -> bool:
        return self.pending >= self.queue + self.workers

    @property
    def retry_after_s(self) -> int:
        """When half of what waits will be done."""
        return max(1, math.ceil(self.pending * self.seconds / self.workers / 2))


def engine_app(engine: Engine, *, name: str, pixel_limit: int, workers: int = 1, queue: int = QUEUE,
               key: str | None = None) -> Starlette:  # fmt: skip
    """The API of one engine.

    A photo comes in as the form field ``image_file``; a PNG with alpha goes out, with the engine's doubt as
    ``x-uncertainty-score`` where it has one. More photos than may wait are turned away with 429 and ``Retry-After``.

    Args:
        engine: Ready to be asked.
        name: For file names.
        pixel_limit: Most pixels of a photo.
        workers: Photos worked on at once.
        queue: Photos that may wait beside them.
        key: What ``X-Api-Key`` must say; None takes everybody.
    """
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    desk = _Desk(workers=workers, queue=queue)
    pool = ThreadPoolExecutor(workers, thread_name_prefix=f"engine-{name}")

    def problem(status: int, words: str, headers: Mapping[str, str] | None = None) -> Response:
        return JSONResponse({"errors": [{"title": words}]}, status, headers)

    async def cut(request: Request) -> Response:
        if key is not None and not hmac.compare_digest(request.headers.get("x-api-key", ""), key):
            return problem(403, "the key is wrong")
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > MOST_BYTES:
            return problem(413, f"at most {MOST_BYTES} bytes, with Content-Length")
        if desk.full:  # before the form is read: turning away must stay cheap
            desk.turned_away += 1
            return problem(429, "too many photos wait", {"Retry-After": str(desk.retry_after_s)})
        desk.pending += 1
        desk.deepest = max(desk.deepest, desk.pending)
        try:
            async with request.form(max_files=1, max_fields=20) as form:
                upload = form.get(FILE_FIELD)
                if upload is None or isinstance(upload, str):
                    return problem(400, f"the form has no file {FILE_FIELD}")
                data, file_name = await upload.read(), Path(upload.filename or "photo").name
            started = time.monotonic()
            body, score = await asyncio.get_running_loop().run_in_executor(
                pool, _answer, engine, data, file_name, pixel_limit
            )
            desk.seconds += 0.1 * (time.monotonic() - started - desk.seconds)
            desk.served += 1
        except (PhotoRefused, StepFailed) as error:
            return problem(400, error.reason)
        except EngineFault as fault:
            return problem(500, fault.reason)
        finally:
            desk.pending -= 1
        stem = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in Path(file_name).stem)
        headers = {"Content-Disposition": f'attachment; filename="{stem}.png"', "X-Queue-Depth": str(desk.pending)}
        if score is not None:
            headers["X-Uncertainty-Score"] = f"{1.0 - score:.4f}"
        return Response(body, media_type="image/png", headers=headers)

    async def state(_: Request) -> Response:
        return JSONResponse(
            {"engine": name, "waiting_or_working": desk.pending, "deepest": desk.deepest, "served": desk.served,
             "turned_away": desk.turned_away, "peak_mb": peak_memory_bytes() / 1e6}
        )  # fmt: skip

    @asynccontextmanager
    async def ends(_):
        yield
        pool.shutdown(cancel_futures=True)

    routes = [Route(path, cut, methods=["POST"]) for path in ROUTES]
    return Starlette(routes=[*routes, Route("/state", state)], lifespan=ends)


def serve_engine(engine: EngineFile, *, pixel_limit: int, port: int, workers: int = 1, queue: int = QUEUE,
                 key: str | None = None) -> None:  # fmt: skip
    """Serve until interrupted, on this machine only.

    Raises:
        UsageError: The port is taken.
        EngineFault: The engine cannot be opened.
    """
    import socket

    import uvicorn

    app = engine_app(engine.open(), name=engine.name, pixel_limit=pixel_limit, workers=workers, queue=queue, key=key)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError(f"port {port} is taken", where="--port", allowed="a free port") from error
    uvicorn.run(app, host=HOST, port=port, log_level="warning", access_log=False, backlog=2048)


def _answer(engine: Engine, data: bytes, file_name: str, pixel_limit: int) -> tuple[bytes, float | None]:
    """The cutout of an upload as a PNG, in a thread of the pool."""
    from pipeline.cutout_file import cutout_file

    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        path = Path(folder, Path(file_name).name or "photo")
        path.write_bytes(data)
        found: Cutout = engine(Asked(image_id=path.stem, sku=path.stem, path=str(path), pixel_limit=pixel_limit))
        return cutout_file(str(path), found.alpha, pixel_limit=pixel_limit), found.score
