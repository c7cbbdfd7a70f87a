"""An engine served on this machine, asked by the adapter over real HTTP."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager

import numpy as np
import pytest
import uvicorn
from PIL import Image

from pipeline.cutout import Asked, Cutout, EngineFault
from workbench.jobs.engine_files import parse_engine
from workbench.jobs.serve_engine import engine_app


@pytest.fixture
def photo(tmp_path):
    pixels = np.full((120, 160, 3), 230, np.uint8)
    pixels[30:90, 40:120] = (150, 30, 40)
    Image.fromarray(pixels).save(tmp_path / "box.png")
    return Asked(image_id="box", sku="BOX", path=str(tmp_path / "box.png"), pixel_limit=10**7)


@contextmanager
def serving(app):
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)


def client(port, tmp_path, **params):
    said = "".join(f"{key} = {json.dumps(value)}\n" for key, value in params.items())
    return parse_engine(
        f'name = "local"\ntitle = "local"\nadapter = "http_api"\n\n[params]\nurl = "http://127.0.0.1:{port}/v1/segment"\n'
        'allow_localhost = true\nscore_header = "x-uncertainty-score"\nscore_better = "lower"\nper_minute = 0\n' + said,
        where="local.toml", folder=tmp_path, roots=(),
    )  # fmt: skip


def slow_engine(gate):
    def cut_out(asked):
        gate.wait(120)
        alpha = np.zeros((120, 160), np.float32)
        alpha[30:90, 40:120] = 1
        return Cutout(alpha=alpha, score=0.9)

    return cut_out


def test_pressure_is_answered_with_429_and_nothing_is_lost(photo, tmp_path):
    gate = threading.Event()
    with serving(engine_app(slow_engine(gate), name="slow", pixel_limit=10**7, workers=1, queue=2)) as port:
        engine = client(port, tmp_path, key_env="", calls=20, back_off_s=0.05, back_off_most_s=3.0).open()
        found = []
        threads = [threading.Thread(target=lambda: found.append(engine(photo))) for _ in range(8)]
        for one in threads:
            one.start()
        deadline = time.monotonic() + 100
        while state(port)["turned_away"] < 5 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert state(port)["waiting_or_working"] == 3  # one in hand, two waiting: never more
        gate.set()
        for one in threads:
            one.join(120)
        assert len(found) == 8 and state(port)["served"] == 8 and state(port)["deepest"] == 3
    assert {one.calls for one in found} > {1} and all(one.score == pytest.approx(0.1) for one in found)
    assert all(one.file_name == "box.png" for one in found)


def state(port):
    return json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/state"))


def test_a_key_is_wanted_where_one_is_set(photo, tmp_path):
    gate = threading.Event()
    gate.set()
    with serving(engine_app(slow_engine(gate), name="slow", pixel_limit=10**7, key="right")) as port:
        served = client(port, tmp_path, key_env="LOCAL_KEY")
        assert served.open(environ={"LOCAL_KEY": "right"})(photo).alpha.sum() == 60 * 80
        with pytest.raises(EngineFault) as caught:
            served.open(environ={"LOCAL_KEY": "wrong"})(photo)
    assert caught.value.kind == "refused_key"


def test_what_the_engine_refuses_is_said(photo, tmp_path):
    def refuses(asked):
        raise EngineFault("failed", "no product in sight")

    with serving(engine_app(refuses, name="no", pixel_limit=10**7)) as port:
        with pytest.raises(EngineFault, match="no product in sight"):
            client(port, tmp_path, key_env="", calls=1).open()(photo)
        (tmp_path / "not.png").write_bytes(b"no photo")
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/segment", data=b"x")


def test_the_command_serves_on_this_machine_only_and_ends(photo, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "workbench.cli",
        "serve-engine",
        "grabcut",
        "--port",
        str(port),
        "--workspace",
        str(tmp_path),
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "LOCAL_KEY": "k"})
    try:
        assert re.search(rf"http://127\.0\.0\.1:{port}/v1\.0/removebg", process.stderr.readline())
        engine = client(port, tmp_path, key_env="", calls=10, back_off_s=0.5).open()
        alpha = engine(photo).alpha
        assert alpha[60, 80] > 0.9 and alpha[5, 5] < 0.1
    finally:
        process.terminate()
        process.communicate(timeout=120)
    assert process.returncode in (0, -15)
