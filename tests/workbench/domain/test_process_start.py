import subprocess
import sys

from workbench.domain.process_start import end_process, process_start

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


def test_a_process_that_will_not_hear_is_made_to_end():
    process = subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "deaf\n"
        began = process_start(process.pid)
        assert began and began == process_start(process.pid)
        assert end_process(process.pid, is_gone=lambda: process_start(process.pid) != began, patience_s=1.0)
        assert process_start(process.pid) is None, "one that waits to be buried has ended"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_one_that_never_seems_gone_is_said_to_be_there():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        assert not end_process(process.pid, is_gone=lambda: False, patience_s=0.2)
    finally:
        process.kill()
        process.wait()
