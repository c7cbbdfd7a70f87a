"""A wish to end is heard, whatever the job was amid of."""

from __future__ import annotations

import base64
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from tests.workbench.jobs.test_start_run import until
from workbench.jobs.label_job import LabelJob, cancel_label_job, keep, label_jobs, start_label_job
from workbench.jobs.label_worker import Cancelled, _Teller
from workbench.settings import load

WAIT_S = 200
PERSONAL = ".".join(("x", base64.urlsafe_b64encode(b'{"token_type": "refresh"}').decode(), "x"))  # by its looks
# the wish comes while a destructor runs: what is raised there Python prints and forgets
AMID_A_DESTRUCTOR = """
import os, signal, sys, time
from workbench.jobs import label_worker

class Gone:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)

def work(teller, settings):
    Gone()
    for n in range(3):
        teller.say(f"turn {n}")
    return "nobody heard"

label_worker._JOBS["pull"] = work
sys.exit(label_worker.main(label_worker.Path(sys.argv[1])))
"""


def test_a_wish_that_comes_amid_a_destructor_is_heard_at_the_next_word(tmp_path):
    file = tmp_path / "label_jobs" / "one.json"
    file.parent.mkdir()
    keep(file, LabelJob(name="one", kind="pull", project="mole_hair", by="lea", started_at="2026-01-01T00:00:00"))
    subprocess.run([sys.executable, "-c", AMID_A_DESTRUCTOR, str(file)], check=False, timeout=WAIT_S)
    (ended,) = label_jobs(load({}, workspace=tmp_path))
    assert (ended.outcome, ended.words) == ("cancelled", "stopped; the same again goes on where it was")


def test_the_wish_is_nothing_a_library_catches(tmp_path):
    assert not issubclass(Cancelled, Exception)
    teller = _Teller(tmp_path / "one.json", LabelJob(name="one", kind="pull", project="p", by="b", started_at=""))
    with pytest.raises(Cancelled):
        teller.stop(signal.SIGTERM, None)
    for tell in (lambda: teller.say("on"), lambda: teller.count(1, 2, "on")):
        with pytest.raises(Cancelled):
            tell()


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.3, 0.6, 0.9, 1.1, 1.3, 1.6])
def test_a_job_that_waits_for_its_server_is_cancelled_whenever_it_is_asked(tmp_path, monkeypatch, after_s):
    with socket.socket() as silent:  # takes connections and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        monkeypatch.setenv("WORKBENCH_LABEL_STUDIO_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setenv("WORKBENCH_LABEL_STUDIO_TOKEN", PERSONAL)
        settings = load({**os.environ}, workspace=tmp_path)
        job = start_label_job("pull", "mole_hair", settings, by="lea")
        until(lambda: label_jobs(settings)[0].pid is not None)
        threading.Event().wait(after_s)  # at another moment each time
        cancel_label_job(job.name, settings)
        ended = until(lambda: (one := label_jobs(settings)[0]).outcome and one)
    assert ended.outcome == "cancelled", ended.words
