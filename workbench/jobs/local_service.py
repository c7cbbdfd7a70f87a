"""Any engine of this machine as a service on localhost for as long as it is needed, in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.domain.errors import UsageError
from workbench.jobs.engine_files import EngineFile, parse_engine
from workbench.jobs.serve_engine import HOST, ROUTES
from workbench.settings import Settings

STARTS_WITHIN_S = 60.0
ENDS_WITHIN_S = 10.0


@contextmanager
def local_service(
    engine: EngineFile, settings: Settings, *, workers: int = 1, queue: int = 64, at_once: int = 64,
    per_minute: float = 0.0,
) -> Iterator[EngineFile]:  # fmt: skip
    """Serve an engine and give the engine file that asks it.

    Args:
        engine: An engine of this machine.
        settings: The workspace.
        workers: Photos it works on at once.
        queue: Photos that may wait there; more are turned away with 429.
        at_once: Calls made at the same time.
        per_minute: Most calls a minute; 0: as fast as it goes.

    Raises:
        UsageError: It does not start.
    """
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "workbench.cli", "serve-engine", engine.name, "--port", str(port), "--workers",
        str(workers), "--queue", str(queue), "--workspace", str(settings.workspace),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=Path.cwd())
    try:
        _answers(process, port)
        yield parse_engine(
            f'name = "{engine.name}"\ntitle = "{engine.name} on localhost"\nadapter = "http_api"\n\n[params]\n'
            f'url = "http://{HOST}:{port}{ROUTES[0]}"\nallow_localhost = true\nkey_env = ""\n'
            f"per_minute = {per_minute}\nat_once = {at_once}\ncalls = 20\nback_off_s = 0.5\ndeadline_s = 3600.0\n"
            'score_header = "x-uncertainty-score"\nscore_better = "lower"\n',
            where=engine.name, folder=engine.folder, roots=(),
        )  # fmt: skip
    finally:
        process.terminate()
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stderr.close()


def _answers(process: subprocess.Popen, port: int) -> None:
    ends = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < ends:
        if process.poll() is not None:
            words = process.stderr.read().decode("utf-8", "replace").strip()
            raise UsageError(f"the service ended: {words[-300:]}", allowed="an engine that can be served")
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise UsageError(f"the service did not answer within {STARTS_WITHIN_S:g} s")
