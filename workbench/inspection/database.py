"""FiftyOne's MongoDB, in the workspace and for this machine alone: started when it is needed, ended by us."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from workbench.domain.errors import InspectionError
from workbench.inspection.own_server import OwnServer
from workbench.inspection.place import INSTALL, LOOPBACK, InspectionPlace

START_S = 120.0  # a killed one reads its journal first
CACHE_GB = 0.5  # MongoDB would take half the machine's memory; the images' rows fit in far less


def start_database(place: InspectionPlace) -> str:
    """Start it, or find it running; the address FiftyOne is given. One that was killed recovers by its journal.

    Raises:
        InspectionError: FiftyOne is not installed, or the database does not start; with what it said.
    """
    program = _program()
    place.make()

    def command(port: int) -> list[str]:
        return [
            str(program), "--dbpath", str(place.database), "--port", str(port), "--bind_ip", LOOPBACK, "--nounixsocket",
            "--quiet", "--wiredTigerCacheSizeGB", str(CACHE_GB),
            "--setParameter", "diagnosticDataCollectionEnabled=false",
        ]  # fmt: skip

    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return f"mongodb://{LOOPBACK}:{server_of(place).start(command, environment=kept)}"


def stop_database(place: InspectionPlace) -> bool:
    """End it; False when it did not run."""
    return place.home.is_dir() and server_of(place).stop()


def database_port(place: InspectionPlace) -> int | None:
    """Where it answers, None when it does not run."""
    return server_of(place).port()


def server_of(place: InspectionPlace) -> OwnServer:
    """The database's process."""
    return OwnServer(home=place.home, name="mongod", start_s=START_S)


def _program() -> Path:
    found = importlib.util.find_spec("fiftyone")  # finds it without the seconds its import takes
    for folder in (found.submodule_search_locations or ()) if found else ():
        program = Path(folder) / "db" / "bin" / "mongod"
        if program.is_file():
            return program
    missing = "FiftyOne's MongoDB" if found else "FiftyOne"
    raise InspectionError(f"{missing} is not installed", allowed=INSTALL)
