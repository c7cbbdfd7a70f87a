"""Start Label Studio on this machine only, with sign-up closed and nothing sent out; end it; tell whether it runs."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from labeling.personal_token import make_token
from labeling.server_place import LOOPBACK, Account, ServerPlace
from workbench.domain.errors import LabelingError
from workbench.domain.process_start import end_process, process_start

START_S = 600.0  # the first start makes some 400 migrations: 40 core-seconds, 215 s beside sixteen busy processes
STOP_S = 20.0
RELEASE_S = 10.0
_LOOK_S = 0.3
_LOG_TAIL = 800
_SUBMIT_KEY = {"key": "enter,ctrl+enter", "mac": "enter,command+enter", "description": "Send the answer"}


def start_server(place: ServerPlace, command: Path, *, say: Callable[[str], None] = lambda words: None) -> Account:
    """Start it, or find it running; its account, with a personal token that works.

    Raises:
        LabelingError: The port is taken by something else, or it does not come up; with the end of its log.
    """
    place.make()
    account = replace(place.account() or place.new_account(), url=place.url)
    if is_running(place):
        port = json.loads(place.process_file.read_text(encoding="utf-8"))["port"]
        if port != place.port:
            raise LabelingError(
                f"it runs already, on port {port}", where=str(place.home), allowed="`workbench label stop` first"
            )
    else:
        if not _comes_free(place.port):
            raise LabelingError(
                f"port {place.port} is taken by another program",
                allowed="another one: WORKBENCH_LABEL_STUDIO_PORT",
            )
        if place.keep_secret():  # what was signed with the former key holds no longer
            account = replace(account, token=None)
        place.keep(account)  # before the server knows the password: one that nobody noted would be lost
        say(f"starting Label Studio at {place.url}")
        _launch(place, command, account)
        _wait_until_up(place)
    if account.token is None:
        account = replace(account, token=make_token(account))
        place.keep(account)
    return account


def stop_server(place: ServerPlace) -> bool:
    """End it and wait until it is gone; False when it did not run."""
    if not is_running(place):
        place.process_file.unlink(missing_ok=True)
        return False
    pid = json.loads(place.process_file.read_text(encoding="utf-8"))["pid"]
    if not end_process(pid, is_gone=lambda: not is_running(place), patience_s=STOP_S):
        raise LabelingError(f"process {pid} does not end", where=str(place.process_file))
    place.process_file.unlink(missing_ok=True)
    return True


def is_running(place: ServerPlace) -> bool:
    """Whether the process we started is alive; a process number that was given to another program does not count."""
    if not place.process_file.exists():
        return False
    known = json.loads(place.process_file.read_text(encoding="utf-8"))
    return process_start(known["pid"]) == known["since"]


def environment_of(place: ServerPlace, account: Account) -> dict[str, str]:
    """What the server is told. Only names it needs: nothing of ours, no proxy, no cloud's credentials."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    told = {
        "BASE_DATA_DIR": str(place.data),
        "HOST": place.url,
        "USERNAME": account.email,
        "PASSWORD": account.password,
        "DISABLE_SIGNUP_WITHOUT_LINK": "true",
        # a digit and Enter, both under one hand; what a labeler sets for themselves comes first
        "EDITOR_KEYMAP": json.dumps({"annotation:submit": _SUBMIT_KEY, "annotation:update": _SUBMIT_KEY}),
        "LOCAL_FILES_SERVING_ENABLED": "true",
        "LOCAL_FILES_DOCUMENT_ROOT": str(place.crops),
        # nothing leaves the machine: no analytics, no crash reports, no look at the package registry
        "COLLECT_ANALYTICS": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "LATEST_VERSION_CHECK": "false",
        "FEATURE_FLAGS_OFFLINE": "true",
        # and what a signed-in person asks it to fetch or to tell (`label listen`) stays on this machine, too
        "USE_DEFAULT_BANNED_SUBNETS": "false",
        "USER_ADDITIONAL_BANNED_SUBNETS": ",".join(_elsewhere()),
        # a page of another site, or a name that resolves to this machine, may not talk to it
        "CORS_ALLOW_ALL_ORIGINS": "false",
        "ALLOWED_HOSTS": f"{LOOPBACK},localhost",
        "DEBUG": "false",
        "LOG_LEVEL": "WARNING",
    }
    return kept | {f"LABEL_STUDIO_{name}": value for name, value in told.items()} | {"PYTHONUNBUFFERED": "1"}


def _elsewhere() -> list[str]:
    """Every network but this machine's own."""
    nets = ipaddress.ip_network("0.0.0.0/0").address_exclude(ipaddress.ip_network("127.0.0.0/8"))
    nets6 = ipaddress.ip_network("::/0").address_exclude(ipaddress.ip_network("::1/128"))
    return [str(net) for net in (*nets, *nets6)]


def _launch(place: ServerPlace, command: Path, account: Account) -> None:
    arguments = [command, "start", "--no-browser", "--internal-host", LOOPBACK, "--port", str(place.port)]
    # a program between the two keeps the log short; it ends with the server, however that ends
    keeper = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("keep_log.py"), place.log], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        process = subprocess.Popen(
            arguments, cwd=place.data, env=environment_of(place, account), stdin=subprocess.DEVNULL,
            stdout=keeper.stdin, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    finally:
        keeper.stdin.close()
    partial = place.process_file.with_suffix(".partial")
    partial.write_text(
        json.dumps({"pid": process.pid, "since": process_start(process.pid), "port": place.port}), encoding="utf-8"
    )
    partial.replace(place.process_file)


def _wait_until_up(place: ServerPlace) -> None:
    import httpx

    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if not is_running(place):
            raise LabelingError(f"Label Studio ended: {_log_tail(place)}", where=str(place.log))
        try:
            if httpx.get(f"{place.url}/health", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:  # not listening yet
            time.sleep(_LOOK_S)
    raise LabelingError(f"no answer in {START_S:.0f} s: {_log_tail(place)}", where=str(place.log))


def _comes_free(port: int) -> bool:
    """Whether nobody answers there; a server that was killed holds its port until its last thread is gone."""
    end = time.monotonic() + RELEASE_S
    while time.monotonic() < end:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if probe.connect_ex((LOOPBACK, port)) != 0:
                return True
        time.sleep(_LOOK_S)
    return False


def _log_tail(place: ServerPlace) -> str:
    return place.log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:].strip() if place.log.exists() else ""
