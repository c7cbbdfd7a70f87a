"""Serves the app on localhost."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import workbench
from workbench.domain.errors import UsageError
from workbench.settings import Settings

PORTS_TRIED = 20


def serve_app(settings: Settings, *, say: Callable[[str], None]) -> int:
    """Start the app and stay until it ends; returns its exit code.

    The browser opens by itself where there is a screen; the address is printed either way.

    Raises:
        UsageError: No free port.
    """
    root = Path(workbench.__file__).resolve().parents[1]
    port = free_port(settings.host, settings.port)
    say(f"The app is on http://{settings.host}:{port} (Ctrl-C ends it)")
    headless = not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin")
    command = [
        sys.executable, "-m", "streamlit", "run", str(root / "workbench" / "app" / "main.py"),
        "--server.address", settings.host, "--server.port", str(port), "--server.headless", str(headless).lower(),
        "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    if public := urlsplit(settings.sign_in().get("auth", {}).get("redirect_uri", "")).hostname:
        for name in dict.fromkeys((public, settings.host, "localhost")):
            command += ["--server.allowedHosts", name]
    environment = {**os.environ, "WORKBENCH_WORKSPACE": str(settings.workspace)}
    process = subprocess.Popen(command, cwd=root, env=environment)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        return 0


def free_port(host: str, first: int) -> int:
    """The first port that nobody listens on.

    Raises:
        UsageError: None of the ports tried is free.
    """
    for port in range(first, first + PORTS_TRIED):
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise UsageError(
        f"ports {first} to {first + PORTS_TRIED - 1} are all in use", where=host, allowed="WORKBENCH_PORT=…"
    )
