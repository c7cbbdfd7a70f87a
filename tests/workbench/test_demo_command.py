"""`workbench demo` on a machine without a network: it works, and nothing tries to reach one."""

import os
import shutil
import subprocess
import sys

import pytest

from workbench import lake

WATCH = """
import os, sys
def note(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        where = args[1] if event in ("socket.connect", "socket.sendto") else args[0]
        host = where[0] if isinstance(where, tuple) else where
        local = isinstance(where, (str, bytes)) and event in ("socket.connect", "socket.sendto")  # a Unix socket
        if not local and str(host) not in ("127.0.0.1", "::1", "localhost"):
            with open(os.environ["OUTGOING_LOG"], "a") as log:
                log.write(f"{event} {where}\\n")
sys.addaudithook(note)
"""


@pytest.mark.parametrize("isolated", [False, True])
def test_the_demo_needs_no_network_and_looks_for_none(tmp_path, isolated):
    if isolated and (not shutil.which("unshare") or subprocess.run(["unshare", "-rn", "true"]).returncode):
        pytest.skip("network namespaces are not allowed here")
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    log = tmp_path / "outgoing.log"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "OUTGOING_LOG": str(log)}
    command = [sys.executable, "-m", "workbench.cli", "demo", "--no-app", "--limit", "2"]
    done = subprocess.run(
        [*(["unshare", "-rn"] if isolated else []), *command, "--workspace", str(tmp_path / "ws")],
        capture_output=True, text=True, timeout=300, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Ready to publish" in done.stdout and str(tmp_path / "ws" / "delivery" / "ready") in done.stdout
    assert not log.exists(), log.read_text()
    with lake.open(tmp_path / "ws", read_only=True) as store:
        assert store.images(limit=10).height == 2


def test_the_watch_itself_sees_a_connection(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    log = tmp_path / "outgoing.log"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "OUTGOING_LOG": str(log)}
    code = "import socket; s = socket.socket(); s.settimeout(0.1); s.connect_ex(('192.0.2.1', 9))"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert "192.0.2.1" in log.read_text()
