"""Install Label Studio into an environment of its own, at the pinned versions; a second time does nothing."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

from workbench.domain.errors import LabelingError

LOCK = Path(__file__).with_name("server.lock")
_STAMP = ".installed"
_TAIL = 600  # characters of pip's complaint that are worth reading


def is_installed(environment: Path) -> bool:
    """Whether the environment holds exactly what the lock file says."""
    stamp = environment / _STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == _lock_hash()


def install_server(environment: Path, *, say: Callable[[str], None] = lambda words: None) -> Path:
    """Install it, or bring it to the pinned versions; the path of its ``label-studio`` command.

    A killed install is not taken for a finished one: the stamp is written last.

    Raises:
        LabelingError: It could not be installed; with what pip said last.
    """
    command = environment / "bin" / "label-studio"
    if is_installed(environment) and command.exists():
        return command
    if sys.version_info[:2] != (3, 11):
        raise LabelingError(f"Python {sys.version_info[0]}.{sys.version_info[1]}", allowed="Python 3.11")
    say(f"installing Label Studio into {environment}; this takes some minutes, once")
    venv.create(environment, with_pip=True)
    (environment / _STAMP).unlink(missing_ok=True)
    pip = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # --no-deps: the lock is whole, and pip need not solve it again
    done = subprocess.run([*pip, "--no-deps", "-r", LOCK], capture_output=True, text=True)
    if done.returncode != 0:
        raise LabelingError(
            f"Label Studio could not be installed: {done.stderr.strip()[-_TAIL:]}",
            where=str(environment),
            allowed="a package registry that pip reaches, and 1.5 GB of room",
        )
    (environment / _STAMP).write_text(_lock_hash(), encoding="ascii")
    return command


def _lock_hash() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()
